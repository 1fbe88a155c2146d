import { mkdirSync, writeFileSync } from "node:fs";
import { startPty } from "../test/support/pty.ts";

/** Draws docs/pictures/*.svg from the demo's real frames: `npm run pictures`. */
const app = startPty({ args: ["demo"], columns: 80, rows: 24 });
mkdirSync("docs/pictures", { recursive: true });

async function picture(name: string, keys: string, sign: string): Promise<void> {
  app.write(keys);
  await app.waitFor(sign, 20_000);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  writeFileSync(`docs/pictures/${name}.svg`, app.svg());
}

await app.waitFor("Most failures", 20_000);
await new Promise((resolve) => setTimeout(resolve, 8_000));
await picture("overview", "", "Locked now");
await picture("live", "2", "ADDRESS");
await picture("users", "3", "ROLE");
await picture("enrolment", "t", "Second factor");
app.write("\u001b");
await new Promise((resolve) => setTimeout(resolve, 800));
app.write("\u001b[C\r");
await picture("audit", "5", "ACTION");
await picture("policies", "9", "Login protection");
app.kill("SIGTERM");
await app.exited;
