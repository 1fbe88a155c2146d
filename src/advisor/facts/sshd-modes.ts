import { dirname } from "node:path";
import { defineFact, type FileFacts } from "../fact.ts";
import { sshdConfigFact } from "./sshd-files.ts";

/** A file or folder of sshd's configuration. */
export interface ConfigPath {
  readonly path: string;
  readonly facts: FileFacts;
}

/** Every file that sshd reads and the folders they lie in; links are judged by where they lead. null: no server here. */
export const sshdFilesFact = defineFact("modes of sshd's configuration", async (host) => {
  const config = await host.fact(sshdConfigFact);
  if (config === null) return null;
  const paths = new Set(config.files.flatMap((file) => [file, dirname(file)]));
  const found = await Promise.all(
    [...paths].map(async (path): Promise<ConfigPath[]> => {
      const target = (await host.link(path)) ?? path;
      const facts = await host.stat(target);
      return facts === null ? [] : [{ path: target, facts }];
    }),
  );
  return found.flat();
});
