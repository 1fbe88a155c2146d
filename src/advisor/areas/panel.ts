import type { Check } from "../check.ts";
import { PANEL_ACCOUNT_CHECKS } from "./panel/accounts.ts";
import { PANEL_GATE_CHECKS } from "./panel/gates.ts";
import { PANEL_POLICY_CHECKS } from "./panel/policies.ts";
import { PANEL_STATE_CHECKS } from "./panel/state.ts";

/** castellan itself, and other control panels on this host. Sessions and API keys (PNL-08) are none yet. */
export const PANEL_CHECKS: readonly Check[] = [
  ...PANEL_ACCOUNT_CHECKS,
  ...PANEL_POLICY_CHECKS,
  ...PANEL_STATE_CHECKS,
  ...PANEL_GATE_CHECKS,
].sort((a, b) => (a.id < b.id ? -1 : 1));
