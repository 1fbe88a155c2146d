import type { Release } from "../../src/lockout/lockouts.ts";
import { plural } from "../../src/terminal/format.ts";

/** What an unlock did, in one line: castellan, the firewall and fail2ban each say their part. */
export function releaseText(
  name: string,
  { freed, fail2ban, fault }: Release,
): { freed: boolean; said: string } {
  const targets = freed.map((lockout) => lockout.target.replace(/\/32$/, "")).join(", ");
  const own =
    freed.length === 0
      ? `${name} was not locked by castellan`
      : `${plural(freed.length, "lockout")} lifted: ${targets}`;
  const wall = fault === null ? "" : `; the firewall could not be told: ${fault}`;
  const others =
    fail2ban === null || (fail2ban.fault === null && fail2ban.unbanned.length === 0)
      ? ""
      : fail2ban.fault === null
        ? `; fail2ban unbanned ${fail2ban.unbanned.join(", ")}`
        : `; fail2ban: ${fail2ban.fault}`;
  return { freed: freed.length > 0 && fault === null, said: `${own}${wall}${others}` };
}
