import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endPty, type PtyApp, startPty } from "../support/pty.ts";

/** The program as people run it; `npm test` builds it before. */
const PROGRAM = "bin/castellan";

let folder: string;
let state: readonly string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "castellan-process-"));
  state = ["--state", join(folder, "state"), "--root", join(folder, "root")];
  const line = "Nov 21 19:52:01 web1 sshd[4711]: Failed password for root from 203.0.113.9 port 40000 ssh2\n";
  writeFileSync(join(folder, "auth.log"), line.repeat(50_000));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function castellan(args: readonly string[], input = "") {
  return spawnSync(PROGRAM, args, { input, encoding: "utf8", maxBuffer: 1 << 28 });
}

/** Runs a shell pipeline of the test's own making; the exit codes of all its parts. */
function pipeline(text: string): { codes: string; out: string; err: string } {
  const script = `${text}; echo "codes \${PIPESTATUS[*]}" >&2`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  const at = stderr.lastIndexOf("codes ");
  return { codes: stderr.slice(at + 6).trim(), out: stdout, err: stderr.slice(0, at) };
}

describe("the built program", () => {
  it("answers on standard output, and fails on standard error", () => {
    const made = castellan(
      [...state, "user", "add", "alice", "--role", "root", "--password-stdin"],
      "Correct-Horse-42\n",
    );
    expect([made.status, made.stderr]).toEqual([0, ""]);
    const list = castellan([...state, "user", "list", "--json"]);
    expect(JSON.parse(list.stdout)).toMatchObject([{ name: "alice", role: "root" }]);
    const refused = castellan([...state, "user", "show", "bob", "--json"]);
    expect([refused.status, refused.stdout]).toEqual([1, ""]);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: "not_found" } });
    expect(castellan(["nonsense"]).status).toBe(2);
  });

  it("knows its version", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(castellan(["--version"]).stdout).toBe(`castellan ${version}\n`);
  });

  it("prints the overview when it is started without a terminal", () => {
    const { status, stdout, stderr } = castellan([...state]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^watch +NOBODY watches/m);
  });

  it("refuses 10 MB of password without reading them all", () => {
    const args = ["user", "password", "alice", "--password-stdin", "--json", ...state].join(" ");
    const { codes, err } = pipeline(`head -c 10000000 /dev/zero | tr '\\0' x | ${PROGRAM} ${args}`);
    expect(codes.split(" ").at(-1)).toBe("1");
    expect(JSON.parse(err)).toMatchObject({ error: { code: "password_rejected" } });
  });

  it.each([
    ["scan", () => `scan ${folder}/auth.log --json`],
    ["audit export", () => `audit export --json ${state.join(" ")}`],
    ["help", () => "--help"],
  ])("ends quietly when nobody reads: %s", (_, command) => {
    const { codes, err } = pipeline(`${PROGRAM} ${command()} | head -c 1 >/dev/null`);
    expect([codes, err]).toEqual(["0 0", ""]);
  });

  it("says so when the output cannot be written", () => {
    const { codes, err } = pipeline(`${PROGRAM} --help >/dev/full`);
    expect([codes, err]).toEqual(["1", "castellan: the output cannot be written: ENOSPC\n"]);
  });

  it("says in one line what it did not expect, without a stack trace", () => {
    const { status, stderr } = castellan(["status", "--state", "/dev/null/nothing"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^castellan: [^\n]+\n( {2}[^\n]+\n)?$/);
    expect(stderr).not.toContain("    at ");
  });

  it("ends a follow by the signal of Ctrl-C, as tail -f does", async () => {
    const child: ChildProcess = spawn(PROGRAM, ["attempt", "follow", ...state], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    await once(child.stderr as NodeJS.ReadableStream, "data");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([null, "SIGINT"]);
  });
});

describe("in a real terminal", () => {
  it("never echoes a password", async () => {
    const app = startPty({ args: ["user", "password", "alice", ...state] });
    await app.waitFor("New password:");
    app.write("Another-Horse-43-Cart\r");
    await app.waitFor("The same again:");
    app.write("Another-Horse-43-Cart\r");
    await app.waitFor("Set the password of alice.");
    expect(await app.exited).toMatchObject({ exitCode: 0 });
    expect(app.chunks.join("")).not.toContain("Horse");
  });

  it("shows code, words and question in 80x24", async () => {
    const app = startPty({ args: ["2fa", "enrol", "alice", ...state] });
    const screen = await app.waitFor("Code from the app:");
    expect(screen).toHaveLength(24);
    expect(screen[1]).toMatch(/^[ ▄]{37,41} {2}Second factor of alice$/);
    expect(screen.filter((line) => line !== "").at(-1)).toBe("Code from the app:");
    await endPty(app);
  });

  it.each<[string, (app: PtyApp) => void, object]>([
    ["Ctrl-C", (app) => app.write("\u0003"), { exitCode: 130 }],
    ["SIGTERM", (app) => app.kill("SIGTERM"), { signal: 15 }],
    ["SIGHUP", (app) => app.kill("SIGHUP"), { signal: 1 }],
  ])("leaves the enrolment's screen as it was after %s", async (_, end, how) => {
    const app = startPty({ args: ["2fa", "enrol", "alice", ...state] });
    await app.waitFor("Code from the app:");
    end(app);
    expect(await app.exited).toMatchObject(how);
    const seen = app.chunks.join("");
    expect(seen).toContain("\u001b[?1049h");
    expect(seen.trimEnd().endsWith("\u001b[2J\u001b[H\u001b[?1049l")).toBe(true);
    expect((await app.screen()).join("")).not.toContain("▄");
  });
});

describe("what a command loads", () => {
  /** Addresses of all modules that the program loads from source, where each module is a file of its own. */
  function loadedBy(args: readonly string[]): string[] {
    const hook = `import { registerHooks } from "node:module"; import { appendFileSync } from "node:fs";
      registerHooks({ load(url, context, next) { appendFileSync(process.env.LOADED, url + "\\n"); return next(url, context); } });`;
    const list = join(folder, "loaded");
    rmSync(list, { force: true });
    const { status, stderr } = spawnSync(
      "node",
      [
        "--disable-warning=ExperimentalWarning",
        "--import",
        `data:text/javascript,${encodeURIComponent(hook)}`,
        "src/main.ts",
        ...args,
      ],
      { encoding: "utf8", env: { ...process.env, LOADED: list } },
    );
    expect([status, stderr]).toEqual([0, ""]);
    return readFileSync(list, "utf8").trimEnd().split("\n");
  }

  /** execa is not among them: root asks nft what the kernel holds. */
  const HEAVY =
    /node_modules\/(react|ink|argon2|bcryptjs|zod|@zxcvbn-ts|otplib|@otplib|qrcode-terminal|nodemailer|systeminformation)|\/(screens|components)\//;

  it("status loads the database, and no package that it does not need", () => {
    const loaded = loadedBy([
      "status",
      "--json",
      "--state",
      join(folder, "fresh"),
      "--root",
      join(folder, "root"),
    ]);
    expect(loaded.some((url) => url.includes("better-sqlite3"))).toBe(true);
    expect(loaded.filter((url) => HEAVY.test(url))).toEqual([]);
  });

  it("scan loads neither the database nor the core", () => {
    const loaded = loadedBy(["scan", join(folder, "auth.log")]);
    expect(loaded.some((url) => url.endsWith("/src/watch/scan.ts"))).toBe(true);
    const unwanted = /better-sqlite3|kysely|src\/castellan\.ts|src\/database|src\/accounts|src\/audit/;
    expect(loaded.filter((url) => HEAVY.test(url) || unwanted.test(url))).toEqual([]);
  });

  it.each([["--version"], ["--help"]])("%s loads no room of the core", (option) => {
    const loaded = loadedBy([option]).filter((url) => url.includes("/src/"));
    expect(
      loaded.filter((url) => !/\/src\/(commands\/|terminal\/|errors\.ts|launch\.ts|main\.ts)/.test(url)),
    ).toEqual([]);
  });
});
