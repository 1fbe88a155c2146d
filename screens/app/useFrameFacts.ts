import type { BannerSpec } from "../../components/Banner.tsx";
import { duration, plural } from "../../src/terminal/format.ts";
import type { ScreenId } from "./action.ts";
import { useCore } from "./core.tsx";
import { type Jobs, useJob } from "./jobs.ts";
import { readSafety, type Safety } from "./safety.ts";
import { tourBanner } from "./tour.ts";
import { useNow, useQuery } from "./useQuery.ts";
import { useWentBack, type Waiting } from "./useWaiting.ts";

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

/** How many critical findings the Advisor's last run has; 0 before the first. */
export function useCriticals(): number {
  const { castellan } = useCore();
  const { data } = useQuery("criticals", async () => (await castellan.advisor.history(1))[0]?.criticals);
  return data ?? 0;
}

/**
 * What every screen says at the top, the most pressing first: a change that is being made, one that waits for
 * confirmation, one that went back by itself, accounts without the second factor that the policy wants.
 */
export function useBanner(screen: ScreenId, jobs: Jobs, waiting: Waiting | null): BannerSpec | undefined {
  const change = useJob(jobs, "change");
  const wentBack = useWentBack(waiting);
  const usual = useUsualBanner(screen);
  if (change !== undefined) return { tone: "alarm", text: `${change.title}: ${change.step || "begins"}` };
  if (waiting !== null) return waitingBanner(waiting);
  if (wentBack !== null) {
    const { id, draft, reason } = wentBack;
    const why = reason ?? "not confirmed";
    return { tone: "warn", text: `Change ${id} was rolled back, ${why}: ${draft.title}`, hint: "! look" };
  }
  return usual;
}

/** The time left comes first: what is cut off on a narrow terminal is the title. */
function waitingBanner({ record, leftMs, fresh }: Waiting): BannerSpec {
  const { id, state, draft, fault } = record;
  const look = (text: string): BannerSpec => ({
    tone: "alarm",
    text: `Change ${id} ${text}`,
    hint: "! look",
  });
  if (fault !== null) return look(`is stuck on its way back: ${fault}`);
  if (state === "applying") return look(`is being made: ${draft.title}`);
  if (state !== "applied" || leftMs === 0) return look(`goes back now: ${draft.title}`);
  const until = leftMs === null ? "waits to be confirmed" : `goes back in ${duration(leftMs)}`;
  const proof = fresh === null ? "" : `, ${fresh.login} got in anew`;
  const hint = fresh === null ? "! confirm it" : "! c keeps it";
  return { tone: "alarm", text: `Change ${id} ${until}${proof}: ${draft.title}`, hint };
}

/** Accounts that the policy wants with a second factor and that have none; the tour in the demo. */
function useUsualBanner(screen: ScreenId): BannerSpec | undefined {
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
