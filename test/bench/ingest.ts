import { readFileSync } from "node:fs";
import { join } from "node:path";
import { timeProgram } from "./programs.ts";
import { type Figure, median } from "./report.ts";
import { CASTELLAN, type Setting } from "./setting.ts";

/** Lines → attempts stored, counted and committed, by the real engine on a real file, with the guard's own settings of V8. */
export async function ingest(setting: Setting): Promise<Figure[]> {
  const attempts = setting.quick ? 100_000 : 500_000;
  const rates: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const home = await setting.newHome(`ingest-${run}`);
    const script = join(import.meta.dirname, "ingest-run.ts");
    const command = [process.execPath, ...guardFlags(), script, home.state, home.root, String(attempts)];
    rates.push(Number((await timeProgram(command)).stdout));
  }
  const best = Math.round(Math.max(...rates)).toLocaleString("en");
  return [
    {
      what: "line -> stored -> counted -> committed",
      unit: "/s",
      limit: { atLeast: 100_000 },
      value: median(rates),
      detail: `attempts, median of 3 runs of ${attempts.toLocaleString("en")}, best ${best}`,
    },
  ];
}

/** The options that bin/castellan gives to Node. */
function guardFlags(): string[] {
  return [...readFileSync(CASTELLAN, "utf8").matchAll(/ (--[a-z-]+=\S+)/g)].map(([, flag = ""]) => flag);
}
