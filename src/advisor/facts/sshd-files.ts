import { readSshdConfig, SSHD_CONFIG, type SshdConfig } from "../../changes/services/sshd-config.ts";
import { SSHD } from "../../changes/services/sshd-effective.ts";
import { CastellanError } from "../../errors.ts";
import { defineFact } from "../fact.ts";
import { readThrough } from "./read-through.ts";

/** Whether this host has an OpenSSH server: its program, or at least its configuration. */
export const sshdThereFact = defineFact("OpenSSH server", async (host) => {
  const [program, config] = await Promise.all([host.has(SSHD), host.stat(SSHD_CONFIG)]);
  return program || config !== null;
});

/** sshd_config(5) line by line, includes followed; null: no OpenSSH server here. */
export const sshdConfigFact = defineFact(SSHD_CONFIG, async (host): Promise<SshdConfig | null> => {
  if (!(await host.fact(sshdThereFact))) return null;
  if ((await host.stat(SSHD_CONFIG)) === null)
    throw new CastellanError("not_found", `${SSHD_CONFIG} is not there`);
  return await readThrough(host, (files) => readSshdConfig(files));
});
