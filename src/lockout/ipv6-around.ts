/**
 * The /56 and the /48 around the canonical text of an IPv6 /64 (RFC 5952: what is zero at its end is `::`).
 * By text alone: an attack from a whole /48 brings thousands of new keys a second.
 */
export function widerNetworks(key: string): string[] {
  if (!key.endsWith("::/64")) return [];
  const groups = key === "::/64" ? [] : key.slice(0, -5).split(":");
  const [first = "0", second = "0", third = "0", fourth = "0"] = groups;
  const upper = (Number.parseInt(fourth, 16) & 0xff00).toString(16);
  return [`${compressed([first, second, third, upper])}/56`, `${compressed([first, second, third])}/48`];
}

function compressed(groups: readonly string[]): string {
  const length = groups.findLastIndex((group) => group !== "0") + 1;
  return `${groups.slice(0, length).join(":")}::`;
}
