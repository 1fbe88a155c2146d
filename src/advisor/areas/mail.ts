import type { Check } from "../check.ts";

export const MAIL_CHECKS: readonly Check[] = [];
