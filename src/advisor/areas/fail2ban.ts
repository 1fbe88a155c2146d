import type { Check } from "../check.ts";

export const FAIL2BAN_CHECKS: readonly Check[] = [];
