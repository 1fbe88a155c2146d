import type { BannerSpec } from "../../components/Banner.tsx";
import type { ScreenId } from "./action.ts";

/** What the demo says on each screen: the first minute explains itself. */
const TIPS: Readonly<Record<ScreenId, { readonly text: string; readonly hint: string }>> = {
  overview: {
    text: "Demo: a made-up host under attack. Nothing of yours is touched.",
    hint: "2 watch it live",
  },
  live: {
    text: "Each line is one attempt; the fifth failure locks. Enter tells an address's story.",
    hint: "u frees one · 3 next",
  },
  users: {
    text: "Enrol a second factor: pick maria, press t, scan the code with your phone.",
    hint: "5 next",
  },
  audit: {
    text: "All that you and castellan did, chained by hashes. v proves that nobody rewrote it.",
    hint: "9 next",
  },
  policies: {
    text: "What is required of whom, and when somebody is locked out. Change anything.",
    hint: "? all keys · q quit",
  },
};

/** The tip of a screen as a banner. */
export function tourBanner(screen: ScreenId): BannerSpec {
  return { tone: "warn", ...TIPS[screen] };
}
