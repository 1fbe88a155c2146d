import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { until } from "../support/guard.ts";

const CASTELLAN = join(import.meta.dirname, "..", "..", "bin", "castellan");
const TOOLS = ["Xvfb", "xterm", "xdotool", "import", "zbarimg", "oathtool", "script", "setpriv"];
/** Starting an X server, xterm and castellan takes its time where much else runs. */
const PATIENCE_MS = 30_000;
const missing = TOOLS.filter((tool) => !existsSync(`/usr/bin/${tool}`));
const why = missing.length === 0 ? "" : ` (these programs are missing: ${missing.join(", ")})`;

describe.skipIf(missing.length > 0)(`the enrolment in a real terminal${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "castellan-qr-"));
  const state = join(folder, "state");
  const display = `:${90 + (process.pid % 500)}`;
  const env = { ...process.env, DISPLAY: display, LANG: "C.UTF-8", LC_ALL: "C.UTF-8" } as NodeJS.ProcessEnv;
  delete env["CI"];
  delete env["NO_COLOR"];
  const children: ChildProcess[] = [];

  const castellan = (...args: string[]): string =>
    execFileSync(CASTELLAN, [...args, "--state", state, "--root", folder], { encoding: "utf8", input: "" });

  beforeAll(async () => {
    castellan("user", "add", "maria", "--role", "admin", "--email", "maria@example.com", "--no-password");
    children.push(
      spawn("Xvfb", [display, "-screen", "0", "1300x900x24", "-nolisten", "tcp", "-noreset"], {
        stdio: "ignore",
      }),
    );
    await until(() => existsSync(`/tmp/.X11-unix/X${display.slice(1)}`), PATIENCE_MS);
  });

  afterAll(() => {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ["dark", ["-bg", "black", "-fg", "grey90"]],
    ["light", ["-bg", "white", "-fg", "black"]],
    ["without colour", ["-bg", "black", "-fg", "grey90"]],
  ])("shows a QR code that a camera reads to the exact URI: %s", { timeout: 120_000 }, async (name, look) => {
    const shot = join(folder, "shot.png");
    const written = join(folder, `${name} ${children.length}`);
    const xterm = spawn(
      "xterm",
      [
        "-xrm",
        "XTerm.vt100.allowSendEvents: true",
        "-geometry",
        "80x24",
        "-fa",
        "DejaVu Sans Mono",
        "-fs",
        "11",
        ...look,
        // `script` tells what was drawn; it would outlive xterm.
        ...["-e", "setpriv", "--pdeathsig", "KILL"],
        ...["script", "-qfc", `${CASTELLAN} --state ${state} --root ${folder}`, written],
      ],
      {
        env: name === "without colour" ? { ...env, NO_COLOR: "1" } : env,
        stdio: "ignore",
      },
    );
    children.push(xterm);
    onTestFinished(() => void xterm.kill());
    const window = await visibleWindow(env);
    for (const [shown, key] of [
      ["Pressure", "3"],
      ["maria", "t"],
    ] as const) {
      await until(
        () => existsSync(written) && readFileSync(written, "utf8").includes(shown),
        PATIENCE_MS,
        () => `never saw ${shown}`,
      );
      execFileSync("xdotool", ["key", "--window", window, key], { env, stdio: "ignore" });
    }
    let uri = "";
    await until(
      () => {
        execFileSync("import", ["-window", window, shot], { env });
        uri = decode(shot);
        return uri !== "";
      },
      PATIENCE_MS,
      () => "zbarimg found no code on the screen",
    );
    const host = hostname();
    expect(uri).toMatch(new RegExp(`^otpauth://totp/${host}:maria\\?secret=[A-Z2-7]{32}&issuer=${host}$`));
    const secret = new URL(uri).searchParams.get("secret") ?? "";
    const code = execFileSync("oathtool", ["--totp", "-b", secret], { encoding: "utf8" }).trim();
    const { backupCodes } = JSON.parse(castellan("2fa", "confirm", "maria", code, "--json")) as {
      backupCodes: string[];
    };
    expect(new Set(backupCodes).size).toBe(10);
    castellan("2fa", "reset", "maria", "--yes");
  });
});

async function visibleWindow(env: NodeJS.ProcessEnv): Promise<string> {
  let window = "";
  await until(() => {
    try {
      window =
        execFileSync("xdotool", ["search", "--onlyvisible", "--class", "xterm"], {
          env,
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
        })
          .trim()
          .split("\n")
          .at(-1) ?? "";
    } catch {
      window = "";
    }
    return window !== "";
  }, PATIENCE_MS);
  return window;
}

function decode(picture: string): string {
  try {
    return execFileSync("zbarimg", ["--quiet", "--raw", picture], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "";
  }
}
