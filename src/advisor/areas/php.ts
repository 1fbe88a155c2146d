import type { Check } from "../check.ts";

export const PHP_CHECKS: readonly Check[] = [];
