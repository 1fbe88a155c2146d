import type { Check } from "../check.ts";

export const SSH_CHECKS: readonly Check[] = [];
