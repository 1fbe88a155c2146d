import { endPty, startPty } from "../support/pty.ts";
import { type Figure, median, spread } from "./report.ts";
import type { Setting } from "./setting.ts";

/** From the start of the program to its first frame (title and tabs), and to the whole overview. */
export async function firstFrame(setting: Setting): Promise<Figure[]> {
  const home = await setting.filledHome();
  const runs = setting.quick ? 8 : 30;
  const [frame, overview, node]: [number[], number[], number[]] = [[], [], []];
  for (let run = -1; run < runs; run += 1) {
    const took = await timeStart(home.castellan());
    const bare = await timeNode(setting.apart);
    // The first run warms the disk cache.
    if (run < 0) continue;
    frame.push(took.frame);
    overview.push(took.overview);
    node.push(bare);
  }
  const base = median(node);
  const figures = [
    { what: `first frame, ${setting.rows.toLocaleString("en")} audit rows`, values: frame },
    { what: "overview complete", values: overview },
  ];
  return figures.flatMap(({ what, values }): Figure[] => [
    { what, unit: "ms", limit: { atMost: 150 }, value: median(values), detail: spread(values) },
    {
      what: `${what.split(",")[0]} / \`node -e 0\` in the same pty`,
      unit: "x",
      limit: { atMost: 5 },
      value: median(values) / base,
      detail: `\`node -e 0\`: ${spread(node)} ms`,
    },
  ]);
}

async function timeStart(command: readonly string[]): Promise<{ frame: number; overview: number }> {
  const begun = performance.now();
  const app = startPty({ command: command as [string, ...string[]] });
  let text = "";
  let frame: number | undefined;
  const overview = await new Promise<number>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no overview: ${JSON.stringify(text)}`)), 20_000);
    app.onData((data) => {
      text += data;
      if (frame === undefined && text.includes("castellan")) frame = performance.now() - begun;
      if (!text.includes("Pressure")) return;
      clearTimeout(late);
      resolve(performance.now() - begun);
    });
  });
  await endPty(app);
  return { frame: frame ?? overview, overview };
}

async function timeNode(apart: readonly string[]): Promise<number> {
  const begun = performance.now();
  const command = [...apart, process.execPath, "-e", "0"] as unknown as [string, ...string[]];
  await startPty({ command }).exited;
  return performance.now() - begun;
}
