import { timeProgram } from "./programs.ts";
import { type Figure, median, spread } from "./report.ts";
import type { Setting } from "./setting.ts";

/** Whole processes of commands that need no screen. */
export async function command(setting: Setting): Promise<Figure[]> {
  const home = await setting.filledHome();
  const runs = setting.quick ? 8 : 30;
  const figures: Figure[] = [];
  for (const words of [["status"], ["audit", "list"]]) {
    const [ours, node]: [number[], number[]] = [[], []];
    for (let run = -1; run < runs; run += 1) {
      const { milliseconds } = await timeProgram(home.castellan(...words));
      const bare = await timeProgram([...setting.apart, process.execPath, "-e", "0"]);
      if (run < 0) continue;
      ours.push(milliseconds);
      node.push(bare.milliseconds);
    }
    figures.push({
      what: `castellan ${words.join(" ")}`,
      unit: "ms",
      limit: { atMost: 120 },
      value: median(ours),
      detail: spread(ours),
      peers: [{ name: "node -e 0", value: median(node) }],
    });
  }
  return figures;
}
