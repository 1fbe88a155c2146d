import { codeOf } from "../../errors.ts";
import { type AdvisedHost, type AdvisedPanel, defineFact } from "../fact.ts";

/** What the journal keeps, and what it lost. */
export interface JournalState {
  /** /var/log/journal is there: with Storage=auto it is kept over a boot. */
  readonly hasFolder: boolean;
  /** Messages of the last day about lines that journald dropped. */
  readonly suppressed: readonly string[];
}

/** SD_MESSAGE_JOURNAL_DROPPED (sd-messages(3)). */
const DROPPED = "a596d6fe7bfa4994828e72309e95d61e";

export const JOURNAL_STATE = defineFact(
  "journal",
  async (host): Promise<JournalState> => {
    const folder = await host.stat("/var/log/journal");
    return { hasFolder: folder !== null, suppressed: await suppressedLines(host) };
  },
  3_000,
);

async function suppressedLines(host: AdvisedHost): Promise<string[]> {
  const args = ["--since=-24h", "-o", "cat", "-n", "20", `MESSAGE_ID=${DROPPED}`];
  const { exitCode, stdout, stderr } = await host.run({ file: "journalctl", args });
  if (exitCode !== 0) throw new Error(`journalctl: ${stderr.split("\n", 1)[0] ?? ""}`);
  assertWhole(stderr);
  return stdout.split("\n").filter((line) => line !== "" && !line.startsWith("-- "));
}

/** Without root journalctl(1) leaves out what matters here, and says so only as a hint. */
function assertWhole(stderr: string): void {
  if (/not seeing messages|insufficient permissions|Permission denied/i.test(stderr))
    throw new Error("journalctl shows the whole journal only to root");
}

/** Where sign-ins are logged, and how fresh that is. */
export interface AuthSource {
  readonly name: string;
  /** Epoch ms of its newest line; null: it has none. */
  readonly newestAt: number | null;
}

const FILES = ["/var/log/auth.log", "/var/log/secure"];

export const AUTH_SOURCES = defineFact(
  "logs of sign-ins",
  async (host): Promise<AuthSource[]> => {
    const files = await Promise.all(
      FILES.map(async (name): Promise<AuthSource[]> => {
        const stats = await host.stat(name);
        return stats === null ? [] : [{ name, newestAt: stats.size > 0 ? stats.mtimeMs : null }];
      }),
    );
    if ((await host.stat("/var/log")) === null) throw new Error("/var/log is not there");
    const watched = host.panel === null ? [] : await watchedSources(host.panel);
    const journal = await newestInJournal(host);
    return [...files.flat(), ...watched, ...(journal === null ? [] : [journal])];
  },
  3_000,
);

async function watchedSources({ database }: AdvisedPanel): Promise<AuthSource[]> {
  const rows = await database.db
    .selectFrom("sources")
    .select(["name", "last_line_at"])
    .where("fault", "is", null)
    .execute();
  return rows.map(({ name, last_line_at }) => ({
    name: `castellan's source ${name}`,
    newestAt: last_line_at,
  }));
}

/** Facilities auth and authpriv; null: there is no journal. */
async function newestInJournal(host: AdvisedHost): Promise<AuthSource | null> {
  const args = ["-n", "1", "-o", "short-unix", "SYSLOG_FACILITY=4", "SYSLOG_FACILITY=10"];
  try {
    const { exitCode, stdout, stderr } = await host.run({ file: "journalctl", args });
    assertWhole(stderr);
    const seconds = Number(/^(\d+)\./.exec(stdout)?.[1]);
    return exitCode === 0 && seconds > 0
      ? { name: "journal (auth, authpriv)", newestAt: seconds * 1000 }
      : null;
  } catch (error) {
    if (codeOf(error) === "command_missing") return null;
    throw error;
  }
}

/** How a log of sign-ins is rotated (logrotate(8)). */
export interface LogRotation {
  readonly installed: boolean;
  /** By timer or by cron. */
  readonly scheduled: boolean;
  /** The log, and the block that names it; null: none does. */
  readonly rules: readonly {
    readonly log: string;
    readonly file: string | null;
    readonly copyTruncate: boolean;
  }[];
}

export const LOG_ROTATION = defineFact("logrotate", async (host): Promise<LogRotation> => {
  const [installed, main, names, timer, cron, logs] = await Promise.all([
    host.has("logrotate"),
    host.text("/etc/logrotate.conf"),
    host.list("/etc/logrotate.d"),
    host.list("/etc/systemd/system/timers.target.wants"),
    host.stat("/etc/cron.daily/logrotate"),
    Promise.all(FILES.map(async (log) => ((await host.stat(log)) === null ? [] : [log]))),
  ]);
  const paths = (names ?? []).map((name) => `/etc/logrotate.d/${name}`);
  const texts = await Promise.all(paths.map(async (file) => ({ file, text: (await host.text(file)) ?? "" })));
  const blocks = [{ file: "/etc/logrotate.conf", text: main ?? "" }, ...texts].flatMap(blocksOf);
  const global = /^\s*copytruncate\b/m.test((main ?? "").replace(/\{[^}]*\}/g, ""));
  return {
    installed,
    scheduled: (timer ?? []).includes("logrotate.timer") || cron !== null,
    rules: logs.flat().map((log) => {
      const block = blocks.find(({ paths }) => paths.some((path) => fits(path, log)));
      const copies =
        block !== undefined &&
        !/^\s*nocopytruncate\b/m.test(block.body) &&
        (global || /^\s*copytruncate\b/m.test(block.body));
      return { log, file: block?.file ?? null, copyTruncate: copies };
    }),
  };
});

function blocksOf({
  file,
  text,
}: {
  file: string;
  text: string;
}): { file: string; paths: string[]; body: string }[] {
  const bare = text.replace(/^\s*#.*$/gm, "");
  return [...bare.matchAll(/((?:"[^"]+"|\/\S+)(?:\s+(?:"[^"]+"|\/\S+))*)\s*\{([^}]*)\}/g)].map(
    ([, head = "", body = ""]) => ({
      file,
      paths: head.split(/\s+/).map((path) => path.replace(/^"|"$/g, "")),
      body,
    }),
  );
}

/** With `*` and `?` as glob(7) has them within one folder. */
function fits(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return new RegExp(`^${source}$`).test(path);
}

/** Where logs are also sent to: lines of rsyslog's configuration that name another host. */
export const REMOTE_LOGGING = defineFact("remote logging", async (host): Promise<string[]> => {
  const names = ((await host.list("/etc/rsyslog.d")) ?? []).filter((name) => name.endsWith(".conf"));
  const paths = [
    "/etc/rsyslog.conf",
    ...names.map((name) => `/etc/rsyslog.d/${name}`),
    "/etc/syslog-ng/syslog-ng.conf",
  ];
  const found = await Promise.all(
    paths.map(async (path) =>
      ((await host.text(path)) ?? "")
        .split("\n")
        .flatMap((line, index) => (sendsAway(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    ),
  );
  const upload = /^\s*URL\s*=\s*(\S+)/m.exec(
    (await host.text("/etc/systemd/journal-upload.conf")) ?? "",
  )?.[1];
  return [
    ...found.flat(),
    ...(upload === undefined ? [] : [`/etc/systemd/journal-upload.conf: URL=${upload}`]),
  ];
});

/** `*.* @@host`, `action(type="omfwd" …)`, and syslog-ng's network destinations. */
function sendsAway(line: string): boolean {
  const bare = line.replace(/#.*$/, "");
  return (
    /^\s*\S+\s+@@?(\([^)]*\))?[\w[(]/.test(bare) ||
    /type\s*=\s*"om(fwd|relp)"/i.test(bare) ||
    /\b(network|syslog|tcp|udp)\s*\(\s*"[\w.:-]+"/.test(bare)
  );
}
