import type { Castellan } from "../castellan.ts";
import { readSetting } from "../database/settings.ts";
import type { SourceOpener } from "../watch/followed.ts";
import { detectSources } from "../watch/sources/detect.ts";
import { openFileSource } from "../watch/sources/file-source.ts";
import { openJournalSource } from "../watch/sources/journal-source.ts";

/** The sources to follow: those named in the setting `watch.sources`, else what is found on this host. */
export async function sourceOpeners({ options, run, database }: Castellan): Promise<SourceOpener[]> {
  const { names } = await readSetting(database.db, "watch.sources", { names: [] as string[] });
  const found = await detectSources({ root: options.root, run, sources: names });
  return found
    .filter((spec) => spec.followed)
    .map((spec) => ({
      name: spec.name,
      kind: spec.kind,
      service: "sshd",
      trust: spec.kind === "journal" ? "trusted" : "forgeable",
      open: (at) =>
        spec.kind === "journal"
          ? openJournalSource({ service: "sshd" }, at)
          : openFileSource(
              { path: spec.name.slice("file:".length), root: options.root, service: "sshd" },
              at,
            ),
    }));
}
