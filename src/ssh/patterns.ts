import { type Network, parseAddress, parseNetwork } from "../host/address.ts";

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
      isNetwork(network, pattern) &&
      parsed.value >= network.first &&
      parsed.value <= network.last
    );
  }
  return matchesPattern(address.toLowerCase(), pattern.toLowerCase());
}

/** sshd takes an address with bits set behind the mask for an error (addr_pton_cidr). */
function isNetwork({ first }: Network, pattern: string): boolean {
  return parseAddress(pattern.replace(/\/.*/, ""))?.value === first;
}

/** From where somebody comes. */
export interface Origin {
  /** Canonical. */
  readonly address: string;
  /** Whether they really do; else the address stands for everywhere that no rule names. */
  readonly isKnown: boolean;
  /** UseDNS: sshd compares names with what the address resolves to. */
  readonly byName: boolean;
}

/** What a rule says of somebody: `elsewhere` hangs on an address, or a name of one, that is not known. */
export type UserVerdict = "matches" | "none" | "elsewhere";

/** match_user of OpenSSH. */
export function matchesUser(login: string, origin: Origin, pattern: string): UserVerdict {
  const at = pattern.lastIndexOf("@");
  if (at < 0) return matchesPattern(login, pattern) ? "matches" : "none";
  if (!matchesPattern(login, pattern.slice(0, at))) return "none";
  return matchesOrigin(origin, pattern.slice(at + 1));
}

/** Whether a list of hosts names where somebody comes from. */
export function matchesOrigin({ address, isKnown, byName }: Origin, list: string): UserVerdict {
  const verdict = matchesHosts(address, list);
  const names = list.split(",").some((entry) => isName(entry.replace(/^!/, "")));
  if (byName && names) return "elsewhere";
  if (verdict === "matches") return "matches";
  const others = list.split(",").filter((entry) => !entry.startsWith("!") && !isName(entry));
  return isKnown || others.length === 0 ? "none" : "elsewhere";
}

/** A pattern that no address fits: it holds letters that none has. */
function isName(pattern: string): boolean {
  return /[g-z]/i.test(pattern);
}
