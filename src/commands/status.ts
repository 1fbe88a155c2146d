import type { Define } from "./define.ts";
import type { Answer } from "./page.ts";
import { readStanding, type Standing, standingFacts } from "./standing.ts";
import { standingLines } from "./standing-view.ts";

/** `status`: is the castle well? */
export const defineStatus: Define = (command, call) => {
  command
    .description("Says who watches, what is locked, how much is going on and what is wrong.")
    .action(() => call.core(async (session) => statusAnswer(await readStanding(session))));
};

function statusAnswer(standing: Standing): Answer {
  return { data: standingFacts(standing), lines: (page) => standingLines(standing, page) };
}
