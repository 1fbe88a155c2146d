import { parseArgs } from "node:util";
import { advisor } from "./advisor.ts";
import { auditPage } from "./audit-page.ts";
import { bytes } from "./bytes.ts";
import { command } from "./command.ts";
import { firstFrame } from "./first-frame.ts";
import { ingest } from "./ingest.ts";
import { keys } from "./keys.ts";
import { loadLine, machineLine } from "./machine.ts";
import { memory } from "./memory.ts";
import { type Figure, figureLine, isReached } from "./report.ts";
import { scan } from "./scan.ts";
import { openSetting, type Setting } from "./setting.ts";
import { toFirewall } from "./to-firewall.ts";

/**
 * The figures of the design: `npm run bench -- [--only NAME]... [--quick] [--rows 1000000]`. A figure that is missed is
 * told and is no failure; one that cannot be measured is (exit code 1).
 */
const BENCHES: Readonly<Record<string, (setting: Setting) => Promise<Figure[]>>> = {
  "first-frame": firstFrame,
  keys,
  bytes,
  memory,
  command,
  scan,
  ingest,
  "to-firewall": toFirewall,
  "audit-page": auditPage,
  advisor,
};

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    quick: { type: "boolean", default: false },
    rows: { type: "string" },
  },
});
const names = values.only ?? Object.keys(BENCHES);
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(`no bench ${unknown.join(", ")}; there are ${Object.keys(BENCHES).join(", ")}\n`);
  process.exit(2);
}
process.exitCode = await runAll(names, Number(values.rows ?? (values.quick ? 50_000 : 1_000_000)));

async function runAll(chosen: readonly string[], rows: number): Promise<number> {
  const setting = openSetting({ quick: values.quick, rows });
  const figures: Figure[] = [];
  const unmeasured: string[] = [];
  const begun = performance.now();
  try {
    say(await machineLine());
    for (const name of chosen) {
      try {
        for (const figure of (await BENCHES[name]?.(setting)) ?? []) {
          figures.push(figure);
          say(figureLine(figure));
        }
      } catch (error) {
        unmeasured.push(name);
        say(`${name.padEnd(44)}  NOT MEASURED: ${(error as Error).message}`);
      }
    }
  } finally {
    setting.close();
  }
  say(summary(figures, unmeasured, performance.now() - begun));
  return unmeasured.length === 0 ? 0 : 1;
}

function summary(figures: readonly Figure[], unmeasured: readonly string[], took: number): string {
  const held = figures.filter(({ limit }) => limit !== null);
  const missed = held.filter((figure) => !isReached(figure)).map(({ what }) => what);
  return [
    `${held.length - missed.length} of ${held.length} figures reached`,
    ...(missed.length === 0 ? [] : [`missed: ${missed.join("; ")}`]),
    ...(unmeasured.length === 0 ? [] : [`not measured: ${unmeasured.join(", ")}`]),
    `${Math.round(took / 1_000)} s, load ${loadLine()}`,
  ].join(" · ");
}
