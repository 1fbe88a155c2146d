import { type Draw, seededDraw } from "./audit-rows.ts";

const NAMES =
  "root admin test ubuntu oracle postgres git deploy user ftpuser mysql hadoop pi www www-data backup".split(
    " ",
  );
const HOST = "web1";
/** Addresses of a botnet, each of which tries now and then. */
const MANY = 1_000_000;
/** One attempt in so many comes from an address that tries until it is locked out. */
const PERSISTENT = 100;
const UNTIL_LOCKED = 5;

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
  const source = sources(draw);
  let pid = 1_000;
  const head = (now: Date): string => `${now.toISOString().replace("Z", "+00:00")} ${HOST} sshd[${pid}]: `;
  const next = (): { from: string; port: number; name: string } => {
    pid = pid >= 4_000_000 ? 1_000 : pid + 1;
    return { from: source(), port: 1_024 + draw(60_000), name: NAMES[draw(NAMES.length)] ?? "root" };
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

/**
 * A source of addresses: most never come again soon, some try five times in a row, by when they are locked out.
 * 100.64.0.0/10 and 198.18.0.0/15 are nobody's (RFC 6598, RFC 2544).
 */
function sources(draw: Draw): () => string {
  let persistent = 0;
  return () => {
    if (draw(PERSISTENT) === 0) {
      const number = Math.floor(persistent++ / UNTIL_LOCKED);
      return `198.${18 + ((number >> 16) & 1)}.${(number >> 8) & 255}.${number & 255}`;
    }
    const number = draw(MANY);
    return `100.${64 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
  };
}
