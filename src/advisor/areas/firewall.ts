import type { Check } from "../check.ts";
import { EXPOSURE_CHECKS } from "./firewall-exposure.ts";
import { POLICY_CHECKS } from "./firewall-policy.ts";
import { UPKEEP_CHECKS } from "./firewall-upkeep.ts";

/** FW-07, outgoing mail of customers, comes with their isolation. */
export const FIREWALL_CHECKS: readonly Check[] = [
  ...POLICY_CHECKS,
  ...UPKEEP_CHECKS,
  ...EXPOSURE_CHECKS,
].sort((a, b) => a.id.localeCompare(b.id));
