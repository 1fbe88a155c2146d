import { parseAddress, parseNetwork } from "../host/address.ts";

/** Whether a text matches one pattern with `*` and `?`: match_pattern of OpenSSH (ssh_config(5), PATTERNS). */
export function matchesPattern(text: string, pattern: string): boolean {
  let [at, star, marked] = [0, -1, 0];
  let i = 0;
  while (i < text.length) {
    if (pattern[at] === "*") [star, marked] = [at++, i];
    else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++marked;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/** `denied`: a negated entry matches, and that ends it (match_pattern_list). */
export type ListVerdict = "matches" | "none" | "denied";

/**
 * Whether a client stands in a list of addresses, networks and host patterns, as in `from="…"` and behind the `@` of
 * AllowUsers. sshd does not look names up (UseDNS no): the host's name is its address.
 */
export function matchesHosts(address: string, list: string): ListVerdict {
  let found = false;
  for (const entry of list.split(",")) {
    const negated = entry.startsWith("!");
    const pattern = negated ? entry.slice(1) : entry;
    if (!matchesHost(address, pattern)) continue;
    if (negated) return "denied";
    found = true;
  }
  return found ? "matches" : "none";
}

function matchesHost(address: string, pattern: string): boolean {
  const network = parseNetwork(pattern);
  const parsed = parseAddress(address);
  if (network !== null) {
    return (
      parsed !== null &&
      parsed.family === network.family &&
      parsed.value >= network.first &&
      parsed.value <= network.last
    );
  }
  return matchesPattern(address.toLowerCase(), pattern.toLowerCase());
}

/** What an entry of AllowUsers or DenyUsers says of a login: `elsewhere` depends on an address that is not known. */
export type UserVerdict = "matches" | "none" | "elsewhere";

/** match_user of OpenSSH. @param address null: from where the person comes is not known */
export function matchesUser(login: string, address: string | null, pattern: string): UserVerdict {
  const at = pattern.lastIndexOf("@");
  if (at < 0) return matchesPattern(login, pattern) ? "matches" : "none";
  if (!matchesPattern(login, pattern.slice(0, at))) return "none";
  if (address === null) return "elsewhere";
  return matchesHosts(address, pattern.slice(at + 1)) === "matches" ? "matches" : "none";
}
