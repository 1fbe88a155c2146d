import type { Check } from "../check.ts";

export const ACCOUNT_CHECKS: readonly Check[] = [];
