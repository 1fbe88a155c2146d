import type { BannerSpec } from "../../components/Banner.tsx";
import type { ScreenId } from "./action.ts";

/** What the demo says on each screen: the first minute explains itself. */
const TIPS: Readonly<Record<ScreenId, { readonly text: string; readonly hint: string }>> = {
  overview: {
    text: "A made-up host under attack; nothing of yours is touched.",
    hint: "2 watch it live",
  },
  live: {
    text: "A line is one attempt; the fifth locks.",
    hint: "Enter story · u free · 3 next",
  },
  users: {
    text: "Pick maria, press t and scan the code with your phone.",
    hint: "5 next",
  },
  advisor: {
    text: "Every wall by its rating, worst first.",
    hint: "r look · Enter why · f mend",
  },
  audit: {
    text: "All that was done, chained by hashes: v proves it whole.",
    hint: "9 next",
  },
  ssh: {
    text: "Apply a plan: the demo's maria soon signs in anew.",
    hint: "P plan all · 9 next",
  },
  policies: {
    text: "What is required of whom, and who is locked out when.",
    hint: "? all keys · q quit",
  },
  changes: {
    text: "All that castellan wrote to the system, and its undo.",
    hint: "Enter diff · z undo",
  },
  fail2ban: {
    text: "What the jails of fail2ban see, and whom they hold.",
    hint: "e edit · Tab others",
  },
};

/** The tip of a screen as a banner. */
export function tourBanner(screen: ScreenId): BannerSpec {
  return { tone: "warn", ...TIPS[screen] };
}
