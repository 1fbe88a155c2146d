import type { Check } from "../check.ts";

export const DATABASE_CHECKS: readonly Check[] = [];
