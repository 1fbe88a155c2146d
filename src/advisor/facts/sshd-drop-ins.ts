import { defineFact } from "../fact.ts";
import { sshdConfigFact } from "./sshd-files.ts";

const FOLDER = "/etc/ssh/sshd_config.d";

/** Drop-ins that lie where everybody expects them to be read, but that no Include of the configuration names. */
export const unreadDropInsFact = defineFact("drop-ins of sshd", async (host): Promise<readonly string[]> => {
  const config = await host.fact(sshdConfigFact);
  const names = (await host.list(FOLDER)) ?? [];
  return names
    .filter((name) => name.endsWith(".conf") && !name.startsWith("."))
    .map((name) => `${FOLDER}/${name}`)
    .filter((file) => !config?.files.includes(file));
});
