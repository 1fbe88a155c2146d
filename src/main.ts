import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

/** The launcher: a screen, a command or the guard; loads only what that needs. */
enableCompileCache({ directory: join(import.meta.dirname, ".cache"), portable: true });

const { parseLaunch } = await import("./launch.ts");
const launch = parseLaunch(process.argv.slice(2), process.env, process);

// V8 lets a heap grow to several times of what is in use before it looks: too much for who stays for months.
const holdMemory = (): void => setFlagsFromString("--heap-growing-percent=20");

const engineThread = new URL("./engine-thread.js", import.meta.url);

if (launch.kind === "screens") {
  const { LEAVE_SPLASH, splash } = await import("../screens/splash.ts");
  const [columns = 80, rows = 24] = process.stdout.getWindowSize();
  process.stdout.write(splash({ columns, rows, ascii: launch.options.ascii, environment: process.env }));
  const onFailure = (): void => void process.stdout.write(LEAVE_SPLASH);
  const { openScreens } = await import("../screens/open.tsx");
  // Not before the first frames: it costs a fifth of the start.
  setTimeout(holdMemory, 1_000).unref();
  process.exitCode = await openScreens({ ...launch.options, engineThread, onFailure });
} else if (launch.kind === "demo") {
  const { openDemo } = await import("../demo/open.ts");
  process.exitCode = await openDemo({ ascii: launch.options.ascii, engineThread });
} else if (launch.kind === "guard") {
  holdMemory();
  const { runGuardCommand } = await import("./guard/command.ts");
  process.exitCode = await runGuardCommand(launch.options);
} else {
  const { runCommandLine } = await import("./commands/run.ts");
  process.exitCode = await runCommandLine(launch.arguments, {
    stdin: process.stdin,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    columns: process.stdout.columns ?? null,
    isTTY: process.stdout.isTTY === true,
    environment: process.env,
  });
}
