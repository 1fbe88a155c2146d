import { type AdvisedHost, defineFact, type FileFacts } from "../fact.ts";
import { filesOf } from "./accounts-umask.ts";

/** A folder in which root's shell, cron or sudo looks for programs. */
export interface PathFolder {
  /** As it is written; `.` and the empty word mean the folder that root happens to be in. */
  readonly folder: string;
  /** `/etc/profile:5`. */
  readonly origin: string;
  /** null: not there, or no absolute path. */
  readonly facts: FileFacts | null;
}

/** Where root's PATH is put together. */
const SOURCES = [
  "/etc/environment",
  "/etc/login.defs",
  "/etc/profile",
  "/etc/profile.d",
  "/etc/bash.bashrc",
  "/etc/crontab",
  "/etc/sudoers",
  "/root/.bash_profile",
  "/root/.bash_login",
  "/root/.profile",
  "/root/.bashrc",
];
const MOST_FOLDERS = 200;

/** Every folder of every PATH that root is given, with who may write to it. */
export const rootPathFact = defineFact("root's PATH", async (host): Promise<readonly PathFolder[]> => {
  const files = await filesOf(host, SOURCES);
  const named = await Promise.all(files.map(async (file) => parsePaths((await host.text(file)) ?? "", file)));
  return await Promise.all(
    unique(named.flat())
      .slice(0, MOST_FOLDERS)
      .map((entry) => withFacts(host, entry)),
  );
});

/** PATH assignments of a shell script, environment(5), login.defs(5), crontab(5) or sudoers(5). */
export function parsePaths(text: string, file: string): Omit<PathFolder, "facts">[] {
  return text.split("\n").flatMap((line, index) => {
    const value = pathValue(line, file);
    if (value === null) return [];
    const folders = value
      .split(":")
      .map((folder) => folder.replace(/^(~|\$HOME|\$\{HOME\})(?=\/|$)/, "/root"));
    return folders
      .filter((folder) => !folder.includes("$") && !folder.includes("`"))
      .map((folder) => ({ folder, origin: `${file}:${index + 1}` }));
  });
}

function pathValue(line: string, file: string): string | null {
  const bare = line.trim();
  if (bare.startsWith("#")) return null;
  const pattern = file.endsWith("login.defs")
    ? /^ENV_SUPATH\s+PATH=(\S+)/
    : file.endsWith("sudoers")
      ? /^Defaults\s.*secure_path\s*=\s*"?([^"\s]+)/
      : /(?:^|[;&\s])PATH=("[^"]*"|'[^']*'|[^\s;#&|]*)/;
  return pattern.exec(bare)?.[1]?.replace(/^["']|["']$/g, "") ?? null;
}

/** Of a folder that several files name, the first origin is enough. */
function unique(entries: readonly Omit<PathFolder, "facts">[]): Omit<PathFolder, "facts">[] {
  return [...new Map(entries.toReversed().map((entry) => [entry.folder, entry])).values()].toReversed();
}

async function withFacts(host: AdvisedHost, entry: Omit<PathFolder, "facts">): Promise<PathFolder> {
  if (!entry.folder.startsWith("/")) return { ...entry, facts: null };
  const target = (await host.link(entry.folder)) ?? entry.folder;
  return { ...entry, facts: await host.stat(target) };
}
