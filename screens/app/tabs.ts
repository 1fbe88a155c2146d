import type { TabSpec } from "../../components/Tabs.tsx";
import type { ScreenId } from "./action.ts";

/** The screens that exist, with the number keys that DESIGN keeps for them. */
export const tabs: readonly (TabSpec & { readonly id: ScreenId })[] = [
  { id: "overview", key: "1", title: "Overview", short: "Over" },
  { id: "live", key: "2", title: "Live", short: "Live" },
  { id: "users", key: "3", title: "Users", short: "User" },
  { id: "advisor", key: "4", title: "Advisor", short: "Adv" },
  { id: "audit", key: "5", title: "Audit", short: "Audit" },
  { id: "ssh", key: "8", title: "SSH", short: "SSH" },
  { id: "policies", key: "9", title: "Policies", short: "Pol" },
];
