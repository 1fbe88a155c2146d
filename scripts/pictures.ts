import { mkdirSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { startPty } from "../test/support/pty.ts";

/** Draws docs/pictures/*.svg from the demo's real frames: `npm run pictures`. */
const app = startPty({ args: ["demo"], columns: 80, rows: 24 });
mkdirSync("docs/pictures", { recursive: true });

async function picture(name: string, keys: string, sign: string): Promise<void> {
  app.write(keys);
  await app.waitFor(sign, 20_000);
  await setTimeout(1_500);
  writeFileSync(`docs/pictures/${name}.svg`, app.svg());
}

await app.waitFor("Most failures", 20_000);
// A mended wall is what the Advisor shows best, and the overview then tells the score.
await setTimeout(4_000);
app.write("4");
await app.waitFor("Nobody has looked");
app.write("r");
await app.waitFor("/etc/crontab can be changed", 20_000);
for (const keys of ["/", "crontab", "\r", "f"]) {
  app.write(keys);
  await setTimeout(300);
}
await app.waitFor("chmod 0644 /etc/crontab");
app.write("\t\r");
await app.waitFor("measured again", 20_000);
app.write("\u001b");
// What was said about it goes by itself.
await setTimeout(8_000);
await picture("advisor", "", "better since the run");
await picture("ssh", "8", "GETS IN BY");
await picture("overview", "1", "Locked now");
await picture("live", "2", "ADDRESS");
await picture("users", "3", "ROLE");
app.write("jj");
await setTimeout(300);
await picture("enrolment", "t", "Second factor");
app.write("\u001b");
await setTimeout(800);
app.write("\u001b[C\r");
// What was said about it goes by itself.
await setTimeout(8_000);
await picture("audit", "5", "ACTION");
await picture("policies", "9", "Login protection");
app.kill("SIGTERM");
await app.exited;
