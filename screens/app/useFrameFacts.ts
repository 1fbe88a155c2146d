import type { BannerSpec } from "../../components/Banner.tsx";
import { plural } from "../../src/terminal/format.ts";
import type { ScreenId } from "./action.ts";
import { useCore } from "./core.tsx";
import { readSafety, type Safety } from "./safety.ts";
import { tourBanner } from "./tour.ts";
import { useNow, useQuery } from "./useQuery.ts";

const MINUTE_MS = 60_000;

/** The time for the title line; told anew at most once a minute, so that an idle screen sends nothing. */
export function useMinute(): number {
  return useNow(MINUTE_MS);
}

/** Whether the operator's address is locked by any layer. */
export function useSafety(): Safety | undefined {
  const { castellan, actor } = useCore();
  return useQuery("safety", () => readSafety(castellan, actor)).data;
}

/** Accounts that the policy wants with a second factor and that have none. */
export function useBanner(screen: ScreenId): BannerSpec | undefined {
  const { castellan, demo } = useCore();
  const { data: lacking } = useQuery("lacking", () => castellan.twoFactor.lacking());
  if (demo) return tourBanner(screen);
  if (lacking === undefined || lacking.length === 0) return undefined;
  const names = lacking.slice(0, 3).map((account) => account.name);
  const more = lacking.length > names.length ? ` and ${lacking.length - names.length} more` : "";
  return {
    tone: "warn",
    text: `${plural(lacking.length, "account")} without the second factor that the policy wants: ${names.join(", ")}${more}`,
    hint: "3 users",
  };
}
