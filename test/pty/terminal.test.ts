import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { endPty, type PtyApp, startPty } from "../support/pty.ts";
import { strayControls } from "../support/rawBytes.ts";

const CASTELLAN = join(import.meta.dirname, "..", "..", "bin", "castellan");
const CORPORA = join(import.meta.dirname, "..", "corpora");

let folder: string;
let state: string;
let root: string;
let log: string;
let app: PtyApp | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "castellan-pty-"));
  state = join(folder, "state");
  root = join(folder, "host");
  log = join(root, "var/log/auth.log");
  mkdirSync(join(root, "var/log"), { recursive: true });
  appendFileSync(log, "");
  // The engine of a test records locks; this machine's firewall is not its business.
  execFileSync(CASTELLAN, ["policy", "set", "lockout", "enabled=false", "--state", state, "--root", root]);
});

afterEach(async () => {
  if (app !== undefined) await endPty(app).catch(() => {});
  app = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const open = (options: Parameters<typeof startPty>[0] = {}): PtyApp => {
  app = startPty({ args: ["--state", state, "--root", root], ...options });
  return app;
};

/** Past the welcome, to the overview. */
async function overview(screen: PtyApp): Promise<void> {
  await screen.waitFor("Welcome");
  screen.write("\u001b");
  await screen.waitFor("Pressure");
}

it("starts at 80x24 with first run and then the overview, and follows a resize", async () => {
  const screen = open();
  await overview(screen);
  screen.resize(120, 40);
  const wide = await screen.waitFor("Most tried accounts");
  expect(wide).toHaveLength(40);
  screen.resize(30, 8);
  await screen.waitFor("too small");
  screen.resize(80, 24);
  await screen.waitFor("Pressure");
});

it.each([
  ["q", "q"],
  ["Ctrl-C twice", "\u0003\u0003"],
  ["SIGTERM", null],
  ["SIGHUP", null],
])("leaves the terminal as it was after %s", async (name, keys) => {
  // The shell compares the terminal's settings before and after; castellan is its child.
  const screen = open({
    command: [
      "sh",
      "-c",
      'before=$(stty -g); "$0" --state "$1" --root "$2"; [ "$before" = "$(stty -g)" ] && echo SAME || echo CHANGED',
      CASTELLAN,
      state,
      root,
    ],
  });
  await overview(screen);
  const pid = childOf(screen.pid);
  if (keys === null) process.kill(pid, name as NodeJS.Signals);
  else screen.write(keys);
  await screen.waitFor("SAME");
  const bytes = screen.chunks.join("");
  expect(bytes.lastIndexOf("\u001b[?1049l")).toBeGreaterThan(bytes.lastIndexOf("\u001b[?1049h"));
  expect(bytes.lastIndexOf("\u001b[?25h")).toBeGreaterThan(bytes.lastIndexOf("\u001b[?25l"));
  expect(bytes.lastIndexOf("\u001b[?2004l")).toBeGreaterThan(bytes.lastIndexOf("\u001b[?2004h"));
});

/** The program that the shell of a pty has started. */
function childOf(pid: number): number {
  const children = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return Number(children[0]);
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return -1;
  }
}

it("sends no control byte that castellan did not make, whatever attackers call themselves", async () => {
  const screen = open();
  await overview(screen);
  screen.write("2");
  await screen.waitFor("Nobody has tried");
  appendFileSync(log, `${hostileLines().join("\n")}\n`);
  await screen.waitFor("FAILED");
  for (const keys of [
    "j",
    "j",
    "\r",
    "G",
    "g",
    "\u001b",
    "/\u202e\u001b[2J\r",
    "\u001b",
    "1",
    "5",
    "\r",
    "\u001b",
    "3",
    "9",
    "?",
    "\u001b",
    ":",
  ]) {
    screen.write(keys);
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  expect(strayControls(fromPty(screen))).toEqual([]);
});

/** What the program wrote: the line discipline of a pty puts a CR before each LF. */
function fromPty(screen: PtyApp): string {
  return screen.chunks.join("").replaceAll("\r\n", "\n");
}

function hostileLines(): string[] {
  const captured = readFileSync(join(CORPORA, "sshd-capture/sample.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { line: string }).line);
  const names = [
    "\u001b[2J\u001b[H",
    "\u001b]52;c;cm0=\u0007",
    "\u001b]8;;http://x\u0007",
    "\u009b31m",
    "\u202enimda",
    "a\u200bb",
    "e\u0301".repeat(40),
    "👨‍👩‍👧",
    "\u0000",
    "\u0007",
  ];
  return [
    ...captured,
    ...names.map(
      (name, index) =>
        `Nov 21 19:13:38 web1 sshd[${8_000 + index}]: Invalid user ${name} from 203.0.113.${index + 1} port 40000`,
    ),
  ];
}

it("says in plain lines what it sees where there is no terminal, and ends with 0", () => {
  const said = execFileSync(CASTELLAN, ["--state", state, "--root", root], { encoding: "utf8", input: "" });
  expect(said).toContain("nobody");
  expect(strayControls(said)).toEqual([]);
});

it("draws with NO_COLOR and with --ascii, nothing beyond what they allow", async () => {
  const screen = open({ env: { NO_COLOR: "1" }, args: ["--ascii", "--state", state, "--root", root] });
  await overview(screen);
  const bytes = screen.chunks.join("");
  expect(bytes).not.toMatch(/\u001b\[[\d;]*3[0-7]m/);
  const beyond = (await screen.screen()).join("").replace(/[\x20-\x7e]/g, "");
  expect(beyond).toBe("");
});
