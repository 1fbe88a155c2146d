import type { Check } from "../check.ts";

export const FIREWALL_CHECKS: readonly Check[] = [];
