import { lstat, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { CastellanError } from "../../errors.ts";
import type { RunCommand } from "../../host/command.ts";
import { errnoOf } from "./log-file.ts";

/** A log source of this host, followed or not. */
export interface SourceSpec {
  /** `file:/var/log/auth.log` (as the host sees it, without the root prefix) or `journal:sshd`. */
  readonly name: string;
  readonly kind: "file" | "journal";
  readonly followed: boolean;
  /** Why it is followed or not, one line for the admin. */
  readonly reason: string;
}

/** Where to look, and what the admin named. */
export interface DetectOptions {
  /** Where the host's files begin; the journal is looked at only for `/`. */
  readonly root: string;
  readonly run: RunCommand;
  /** Names like {@link SourceSpec.name} that are followed instead of what is found. */
  readonly sources?: readonly string[];
}

/** Where syslog puts sshd's lines: Debian and its kin, Red Hat and its kin, SUSE and Alpine. */
const LOG_FILES = ["/var/log/auth.log", "/var/log/secure", "/var/log/messages"];
const JOURNAL = "journal:sshd";
const SSHD = ["_UID=0", "SYSLOG_IDENTIFIER=sshd", "SYSLOG_IDENTIFIER=sshd-session"];

/**
 * Finds the sources of sshd's lines. Where the journal and a text file carry the same lines only one is followed, or
 * every attempt would count twice: the journal when it can be read and survives a reboot, because users cannot write
 * into what is believed of it; the text file otherwise.
 * @throws CastellanError `invalid_input` for a name in `sources` that is none
 */
export async function detectSources({ root, run, sources = [] }: DetectOptions): Promise<SourceSpec[]> {
  if (sources.length > 0) return [...new Set(sources)].map(namedSource);
  const [files, journal] = await Promise.all([
    findFiles(root),
    root === "/" ? probeJournal(run) : NO_JOURNAL,
  ]);
  return chooseSources(files, journal);
}

function namedSource(name: string): SourceSpec {
  const reason = "named in the settings";
  if (name === JOURNAL) return { name, kind: "journal", followed: true, reason };
  if (/^file:\/[^\0]+$/.test(name)) return { name, kind: "file", followed: true, reason };
  throw new CastellanError(
    "invalid_input",
    `${JSON.stringify(name)} is no log source`,
    "name file:/absolute/path or journal:sshd",
  );
}

/** A text log that exists. */
export interface FoundFile {
  readonly path: string;
  /** Last change, epoch ms; null when it cannot be looked at. */
  readonly changed: number | null;
}

/** What the journal is good for. */
export interface JournalProbe {
  /** none: no systemd, or no journalctl; unreadable: we may not; volatile: gone after a reboot */
  readonly state: "none" | "unreadable" | "volatile" | "persistent";
  /** Whether sshd's lines get there. */
  readonly carriesSshd: boolean;
}

const NO_JOURNAL: JournalProbe = { state: "none", carriesSshd: false };

/** Decides which of what was found is followed. */
export function chooseSources(files: readonly FoundFile[], journal: JournalProbe): SourceSpec[] {
  const newest = files.toSorted((a, b) => (b.changed ?? 0) - (a.changed ?? 0))[0] ?? null;
  const useJournal = prefersJournal(journal, newest !== null);
  const fileSpecs = files.map(({ path }): SourceSpec => {
    const followed = !useJournal && path === newest?.path;
    return {
      name: `file:${path}`,
      kind: "file",
      followed,
      reason: fileReason(followed, useJournal, journal),
    };
  });
  if (journal.state !== "none") {
    const reason = journalReason(useJournal, journal);
    return [{ name: JOURNAL, kind: "journal", followed: useJournal, reason }, ...fileSpecs];
  }
  if (fileSpecs.length > 0) return fileSpecs;
  const [usual = ""] = LOG_FILES;
  return [{ name: `file:${usual}`, kind: "file", followed: true, reason: "nothing found: waiting for it" }];
}

function prefersJournal({ state, carriesSshd }: JournalProbe, hasFile: boolean): boolean {
  if (state === "none") return false;
  return !hasFile || (state === "persistent" && carriesSshd);
}

function fileReason(followed: boolean, useJournal: boolean, { state }: JournalProbe): string {
  if (useJournal) return "not followed: the journal carries the same lines";
  if (!followed) return "not followed: another log file changed later";
  if (state === "none") return "found";
  return "found; users of this host can write lines into it";
}

function journalReason(used: boolean, { state, carriesSshd }: JournalProbe): string {
  if (state === "unreadable") return "may not be read: run castellan as root, or join group systemd-journal";
  if (used) return state === "volatile" ? "found; kept in memory only, lost at reboot" : "found";
  if (!carriesSshd) return "not followed: sshd's lines do not get there";
  return "not followed: kept in memory only, lost at reboot (journald.conf, Storage=persistent)";
}

async function findFiles(root: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of LOG_FILES) {
    try {
      const { mtimeMs } = await stat(join(root, path));
      found.push({ path, changed: mtimeMs });
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") found.push({ path, changed: null });
    }
  }
  // /var/log/messages holds sshd's lines only where nothing else does.
  return found.length > 1 ? found.filter(({ path }) => path !== "/var/log/messages") : found;
}

async function probeJournal(run: RunCommand): Promise<JournalProbe> {
  const [booted, persistent] = await Promise.all([exists("/run/systemd/system"), exists("/var/log/journal")]);
  if (!booted && !persistent) return NO_JOURNAL;
  const any = await ask(run, []);
  if (any === null) return NO_JOURNAL;
  if (!any.readable) return { state: "unreadable", carriesSshd: true };
  if (!any.entries) return NO_JOURNAL;
  const carriesSshd = (await ask(run, SSHD))?.entries === true || (await syslogGoesToJournal());
  return { state: persistent ? "persistent" : "volatile", carriesSshd };
}

async function ask(
  run: RunCommand,
  matches: readonly string[],
): Promise<{ readonly readable: boolean; readonly entries: boolean } | null> {
  const args = ["--system", "--quiet", "--no-pager", "--lines=1", "--output=json", "--output-fields=_PID"];
  try {
    const { exitCode, stdout, stderr } = await run({ file: "journalctl", args: [...args, ...matches] });
    const refused = /insufficient permissions|Permission denied/.test(stderr);
    return { readable: exitCode === 0 && !refused, entries: stdout.trimStart().startsWith("{") };
  } catch {
    return null;
  }
}

/** Whether syslog(3) writes to journald: then sshd's lines will come, even if it has said nothing yet. */
async function syslogGoesToJournal(): Promise<boolean> {
  const target = await readlink("/dev/log").catch(() => "");
  return target === "/run/systemd/journal/dev-log";
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
