import type { Check } from "../check.ts";
import { JAIL_CHECKS } from "./fail2ban-jails.ts";
import { SERVER_CHECKS } from "./fail2ban-server.ts";

export const FAIL2BAN_CHECKS: readonly Check[] = [...SERVER_CHECKS, ...JAIL_CHECKS].sort((a, b) =>
  a.id.localeCompare(b.id),
);
