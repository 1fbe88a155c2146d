import type { SshdConfig } from "../changes/services/sshd-config.ts";
import { canonicalAddress, formatAddress, parseNetwork } from "../host/address.ts";

/** From where, and to where, connections would be judged otherwise by Match blocks. */
export interface MatchSamples {
  /** One address of every network that a Match names. */
  readonly addresses: readonly string[];
  readonly localAddresses: readonly string[];
  readonly namesLocalPort: boolean;
  /** A Match Host that names names: which clients have them is known to their resolver only. */
  readonly namesHosts: boolean;
}

/** Each sample costs some 10 ms a person. */
const MOST_SAMPLES = 6;

/** Looks through the conditions of all Match lines (sshd_config(5)). */
export function matchSamples({ lines }: SshdConfig): MatchSamples {
  const conditions = new Set(
    lines.flatMap(({ scope, match }) => (scope === "match" && match ? [match] : [])),
  );
  const patterns = (name: RegExp): string[] =>
    [...conditions].flatMap((condition) =>
      [...condition.matchAll(name)].flatMap(([, list = ""]) =>
        list.split(",").map((entry) => entry.replace(/^!/, "")),
      ),
    );
  const hosts = patterns(/\bhost (\S+)/gi);
  const samples = (list: readonly string[]): string[] =>
    [...new Set(list.flatMap((pattern) => sampleOf(pattern) ?? []))].slice(0, MOST_SAMPLES);
  return {
    addresses: samples([...patterns(/\baddress (\S+)/gi), ...hosts]),
    localAddresses: samples(patterns(/\blocaladdress (\S+)/gi)),
    namesLocalPort: patterns(/\blocalport (\S+)/gi).length > 0,
    namesHosts: hosts.some((pattern) => /[g-z]/i.test(pattern)),
  };
}

/** An address that a pattern fits; null: none can be made of it. */
function sampleOf(pattern: string): string | null {
  const network = parseNetwork(pattern);
  if (network === null) return canonicalAddress(pattern.replaceAll(/[*?]/g, "1").replace(/^1$/, "192.0.2.3"));
  const { family, first, last } = network;
  return formatAddress({ family, value: first === last ? first : first + 1n });
}
