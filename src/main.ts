import { enableCompileCache } from "node:module";
import { join } from "node:path";

/** The launcher: a screen, a command or the guard; loads only what that needs. */
enableCompileCache(join(import.meta.dirname, ".cache"));

const { parseLaunch } = await import("./launch.ts");
const launch = parseLaunch(process.argv.slice(2), process.env, process);

const engineThread = new URL("./engine-thread.js", import.meta.url);

if (launch.kind === "screens") {
  const { openScreens } = await import("../screens/open.tsx");
  process.exitCode = await openScreens({ ...launch.options, engineThread });
} else if (launch.kind === "demo") {
  const { openDemo } = await import("../demo/open.ts");
  process.exitCode = await openDemo({ ascii: launch.options.ascii, engineThread });
} else if (launch.kind === "guard") {
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
