import { type Draw, seededDraw } from "./audit-rows.ts";

const NAMES =
  "root admin test ubuntu oracle postgres git deploy user ftpuser mysql hadoop pi www www-data backup".split(
    " ",
  );
const HOST = "web1";
/** Addresses of a botnet, each of which tries now and then; and the few that never tire. */
const MANY = 50_000;
const FEW = 300;

/** Writes what sshd writes while a botnet tries passwords. */
export interface AttackLog {
  /** One attempt in one line: a wrong password for a name that exists. */
  attempt(now: Date): string;
  /** One attempt as sshd tells of it for a name that does not exist, with PAM: four to five lines. */
  connection(now: Date): string;
}

/** The same lines at every run, but for the time. Each attempt has a connection of its own. */
export function attackLog(seed = 11): AttackLog {
  const draw = seededDraw(seed);
  let pid = 1_000;
  const head = (now: Date): string => `${now.toISOString().replace("Z", "+00:00")} ${HOST} sshd[${pid}]: `;
  const next = (): { from: string; port: number; name: string } => {
    pid = pid >= 4_000_000 ? 1_000 : pid + 1;
    return { from: source(draw), port: 1_024 + draw(60_000), name: NAMES[draw(NAMES.length)] ?? "root" };
  };
  return {
    attempt(now) {
      const { from, port, name } = next();
      return `${head(now)}Failed password for ${name} from ${from} port ${port} ssh2\n`;
    },
    connection(now) {
      const { from, port, name } = next();
      const start = head(now);
      const who = `user ${name}${draw(900)}`;
      return [
        `Invalid ${who} from ${from} port ${port}`,
        "pam_unix(sshd:auth): check pass; user unknown",
        `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${from} `,
        `Failed password for invalid ${who} from ${from} port ${port} ssh2`,
        `Connection closed by invalid ${who} ${from} port ${port} [preauth]`,
      ]
        .map((message) => `${start}${message}\n`)
        .join("");
    },
  };
}

/** One in ten tries comes from the few. 100.64.0.0/10 and 198.18.0.0/15 are nobody's (RFC 6598, RFC 2544). */
function source(draw: Draw): string {
  if (draw(10) === 0) return `198.18.${draw(2)}.${1 + draw(FEW / 2)}`;
  const number = draw(MANY);
  return `100.${64 + (number >> 14)}.${(number >> 7) & 127}.${1 + (number & 127)}`;
}
