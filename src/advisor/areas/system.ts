import type { Check } from "../check.ts";

export const SYSTEM_CHECKS: readonly Check[] = [];
