import type { Check } from "../check.ts";
import { JAIL_CHECKS } from "./fail2ban-jails.ts";
import { PARAMETER_CHECKS } from "./fail2ban-parameters.ts";
import { SERVER_CHECKS } from "./fail2ban-server.ts";

export const FAIL2BAN_CHECKS: readonly Check[] = [...SERVER_CHECKS, ...JAIL_CHECKS, ...PARAMETER_CHECKS].sort(
  (a, b) => a.id.localeCompare(b.id),
);
