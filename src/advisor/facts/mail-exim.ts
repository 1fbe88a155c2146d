import { defineFact } from "../fact.ts";

/** Debian's answers to how exim4 is set up (update-exim4.conf(8)); null: exim4 is not installed. */
export interface Exim {
  readonly file: string;
  /** Addresses that it listens on; empty: all of them. */
  readonly interfaces: readonly string[];
  readonly relayNets: readonly string[];
}

const FILE = "/etc/exim4/update-exim4.conf.conf";

export const EXIM = defineFact<Exim | null>("exim4 configuration", async (host) => {
  const text = await host.text(FILE);
  if (text === null) return null;
  const listOf = (name: string): string[] =>
    (new RegExp(`^dc_${name}='([^']*)'`, "m").exec(text)?.[1] ?? "")
      .split(/[;\s]+/)
      .filter((word) => word !== "");
  return { file: FILE, interfaces: listOf("local_interfaces"), relayNets: listOf("relay_nets") };
});
