import { existsSync } from "node:fs";
import { join } from "node:path";
import { hostingServer } from "./hosting-root.ts";
import { isInstalled, timeProgram } from "./programs.ts";
import { type Figure, median, type Peer, spread } from "./report.ts";
import { CASTELLAN, type Setting } from "./setting.ts";

const SITES = 1_000;

/** All checks of the Advisor as whole processes: on this host as it is, and on it with a thousand sites. */
export async function advisor(setting: Setting): Promise<Figure[]> {
  const home = await setting.newHome("advisor");
  const command = [CASTELLAN, "advisor", "run", "--json", "--state", home.state];
  const runs = setting.quick ? 3 : 9;
  const figures = [
    {
      ...(await figureOf(command, runs)),
      what: "advisor run, this host",
      limit: { atMost: 1_000 },
      peers: [await lynis(setting)],
    },
  ];
  if (!canLayOver()) return figures;
  const there = hostingServer(join(setting.folder, "hosting"), SITES);
  const many = { ...(await figureOf(there(command), runs)), limit: { atMost: 3_000 } };
  return [...figures, { ...many, what: `advisor run, ${SITES.toLocaleString("en")} sites` }];
}

async function figureOf(command: readonly string[], runs: number) {
  const times: number[] = [];
  let said = "";
  for (let run = -1; run < runs; run += 1) {
    // Exit codes 1 and 2 are verdicts.
    const ran = await timeProgram(["sh", "-c", '"$@"; test $? -le 2', "sh", ...command]);
    if (run >= 0) times.push(ran.milliseconds);
    said = ran.stdout;
  }
  return { unit: "ms" as const, value: median(times), detail: `${spread(times)}; ${summaryOf(said)}` };
}

/** @throws Error where it did not run at all */
function summaryOf(json: string): string {
  const { run } = JSON.parse(json) as {
    run: { score: number; passed: number; warnings: number; criticals: number; unknowns: number };
  };
  const { score, passed, warnings, criticals, unknowns } = run;
  const checks = passed + warnings + criticals + unknowns;
  return `${checks} checks concern it, ${score} of 100, ${unknowns} unknown`;
}

/** Mounts in a namespace of its own need root; there must be something to lay the sites over. */
function canLayOver(): boolean {
  const isRoot = process.geteuid?.() === 0;
  return (
    isRoot && isInstalled("unshare") && existsSync("/etc/nginx/nginx.conf") && existsSync("/etc/php/8.2/fpm")
  );
}

async function lynis({ quick, folder }: Setting): Promise<Peer> {
  if (!isInstalled("lynis")) return { name: "lynis", value: null };
  if (quick) return { name: "lynis (left out by --quick)", value: null };
  const files = ["--logfile", join(folder, "lynis.log"), "--report-file", join(folder, "lynis.dat")];
  const { milliseconds } = await timeProgram([
    "lynis",
    "audit",
    "system",
    "--quick",
    "--quiet",
    "--no-colors",
    ...files,
  ]);
  return { name: "lynis audit system", value: milliseconds };
}
