import type { Check } from "../check.ts";

export const TLS_CHECKS: readonly Check[] = [];
