import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { attackLog } from "./log-lines.ts";
import { isInstalled, timeProgram } from "./programs.ts";
import { type Figure, median } from "./report.ts";
import { CASTELLAN, type Setting } from "./setting.ts";

/** A whole log, by `castellan scan --json` and by fail2ban's own filter for sshd. */
export async function scan(setting: Setting): Promise<Figure[]> {
  const lines = setting.quick ? 20_000 : 200_000;
  const file = join(setting.folder, "scan.log");
  await pipeline(logOf(lines), createWriteStream(file));
  const ours: number[] = [];
  let found = 0;
  for (let run = 0; run < (setting.quick ? 3 : 7); run += 1) {
    const ran = await timeProgram([CASTELLAN, "scan", file, "--json"]);
    ours.push(ran.milliseconds);
    found = ran.stdout.split('"outcome":"failure"').length - 1;
  }
  const own = median(ours);
  const detail = `${Math.round(own)} ms for ${lines.toLocaleString("en")} lines, ${found} failures`;
  const figure = { what: "scan against fail2ban-regex", unit: "x", limit: { atLeast: 30 } } as const;
  if (!isInstalled("fail2ban-regex"))
    return [{ ...figure, value: Number.NaN, detail: `${detail} | fail2ban-regex: not installed` }];
  const theirs = await timeProgram(["fail2ban-regex", file, "sshd"]);
  const matched = /(\d+) matched/.exec(theirs.stdout)?.[1] ?? "?";
  const peer = `| fail2ban-regex: ${Math.round(theirs.milliseconds)} ms, ${matched} lines matched`;
  return [{ ...figure, value: theirs.milliseconds / own, detail: `${detail} ${peer}` }];
}

/** Half of the lines are sshd's, as on a host where cron, sudo and others log into the same file. */
function* logOf(lines: number): Generator<string> {
  const attack = attackLog(3);
  let now = Date.now() - lines * 100;
  for (let line = 0; line < lines; ) {
    now += 700;
    const time = new Date(now);
    const head = `${time.toISOString().replace("Z", "+00:00")} web1`;
    const others = [
      `${head} CRON[${line}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)\n`,
      `${head} CRON[${line}]: pam_unix(cron:session): session closed for user root\n`,
      `${head} systemd-logind[512]: New session ${line} of user deploy.\n`,
      `${head} sudo:   deploy : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/systemctl reload nginx\n`,
      `${head} su[${line}]: pam_unix(su:session): session opened for user www-data(uid=33) by (uid=0)\n`,
    ];
    const piece = `${attack.connection(time)}${others.join("")}`.split("\n").slice(0, -1);
    const taken = piece.slice(0, lines - line);
    yield `${taken.join("\n")}\n`;
    line += taken.length;
  }
}
