import type { Session } from "./context.ts";
import type { Define } from "./define.ts";
import { type SeenSource, sourceListAnswer } from "./source-view.ts";

/** `source list`. */
export const defineSource: Define = (group, call) => {
  group
    .command("list")
    .summary("the logs of this host: which are followed, how far, and what is wrong with them")
    .action(() => call.core(async (session) => sourceListAnswer(await seenSources(session))));
};

async function seenSources({ castellan }: Session): Promise<SeenSource[]> {
  const { options, run, database, watch } = castellan;
  const [{ detectSources }, { readSetting }] = await Promise.all([
    import("../watch/sources/detect.ts"),
    import("../database/settings.ts"),
  ]);
  const { names } = await readSetting(database.db, "watch.sources", { names: [] as string[] });
  const [states, specs] = await Promise.all([
    watch.sources(),
    detectSources({ root: options.root, run, sources: names }),
  ]);
  const all = new Set([...states, ...specs].map(({ name }) => name));
  return [...all].sort().map((name) => ({
    name,
    state: states.find((state) => state.name === name) ?? null,
    spec: specs.find((spec) => spec.name === name) ?? null,
  }));
}
