import type { Check } from "../check.ts";
import { PHP_FENCE_CHECKS } from "./php-fences.ts";
import { PHP_FLAG_CHECKS } from "./php-flags.ts";
import { PHP_SESSION_CHECKS } from "./php-sessions.ts";
import { PHP_VERSION_CHECKS } from "./php-versions.ts";

export const PHP_CHECKS: readonly Check[] = [
  ...PHP_VERSION_CHECKS,
  ...PHP_FLAG_CHECKS,
  ...PHP_FENCE_CHECKS,
  ...PHP_SESSION_CHECKS,
];
