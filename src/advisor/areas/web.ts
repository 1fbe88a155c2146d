import type { Check } from "../check.ts";

export const WEB_CHECKS: readonly Check[] = [];
