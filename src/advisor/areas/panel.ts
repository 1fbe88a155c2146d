import type { Check } from "../check.ts";

export const PANEL_CHECKS: readonly Check[] = [];
