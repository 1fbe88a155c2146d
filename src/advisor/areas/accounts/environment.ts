import { defineCheck } from "../../check.ts";
import { octal, writersOf } from "../../facts/accounts-modes.ts";
import { type GroupEntry, groupFact, type PasswdEntry, passwdFact } from "../../facts/accounts-passwd.ts";
import { type PathFolder, rootPathFact } from "../../facts/accounts-root-path.ts";
import { type UmaskOrigin, umaskFact } from "../../facts/accounts-umask.ts";
import type { Verdict } from "../../rating.ts";
import { critical, doubted, passed, verdict, warning, worstOf } from "../../verdict.ts";

/** ACC-10: what others may do with a new file. */
export const defaultUmask = defineCheck({
  id: "ACC-10",
  area: "accounts",
  title: "New files are not for everybody",
  why: "With umask 022 every file that somebody makes can be read by all customers of the host, with 000 also changed by them.",
  remedy:
    "umask 027 in /etc/profile.d/umask.sh, and: session optional pam_umask.so umask=027 in /etc/pam.d/common-session (first make sure that the web server reads sites by its group)",
  source: "Lynis AUTH-9328, CIS 5.4.3.3",
  gives: ["passed", "warning", "critical"],
  facts: [umaskFact],
  judge: ({ everyone }) => umaskVerdict(everyone, "new files"),
});

function umaskVerdict(origins: readonly UmaskOrigin[], what: string): Verdict {
  const [widest] = origins;
  const mask = widest?.mask ?? 0o022;
  const evidence = origins.map((origin) => origin.evidence);
  if ((mask & 0o027) === 0o027) return passed(`umask ${octal(mask)}: ${what} are closed to others`, evidence);
  if ((mask & 0o002) !== 0)
    return warning(`umask ${octal(mask)}: ${what} can be read by everybody`, evidence);
  // Of two umasks in one file it is not known which one counts.
  const certain = origins.every((origin) => (origin.mask & 0o002) === 0);
  const rating = certain ? "critical" : doubted("critical");
  return verdict(rating, `umask ${octal(mask)}: ${what} can be changed by everybody`, evidence);
}

/** ACC-11: where root's programs come from. A umask counts here only where root's own files set a wide one. */
export const rootEnvironment = defineCheck({
  id: "ACC-11",
  area: "accounts",
  title: "root's PATH and umask",
  why: "If somebody else may write to a folder of root's PATH, or it holds `.`, root runs their program under the name of a usual one.",
  remedy: "Take the folder out of PATH in the file named, or: chown root:root FOLDER; chmod go-w FOLDER",
  source: "CIS 5.4.2.5, 5.4.2.6",
  gives: ["passed", "warning", "critical"],
  facts: [rootPathFact, umaskFact, groupFact, passwdFact],
  judge(folders, { root }, groups, users) {
    const wide = root.filter(({ mask }) => (mask & 0o022) !== 0o022);
    return worstOf(
      [
        ...folders.flatMap((folder) => folderVerdict(folder, groups, users)),
        ...(wide.length === 0 ? [] : [umaskVerdict(wide, "root's new files")]),
      ],
      passed(`${folders.length} folders in root's PATH, all root's own`),
    );
  },
});

function folderVerdict(
  { folder, origin, facts }: PathFolder,
  groups: readonly GroupEntry[],
  users: readonly PasswdEntry[],
): Verdict[] {
  if (!folder.startsWith("/")) {
    const what = folder === "" ? "an empty word" : folder;
    return [critical(`root's PATH holds ${what}: the folder root is in`, [`${origin} holds ${what}`])];
  }
  if (facts === null) return [];
  const writers = writersOf(facts).filter(
    (who) => who !== `group ${facts.gid}` || hasMembers(facts.gid, groups, users),
  );
  if (writers.length === 0) return [];
  const place = `${origin} names ${folder} (${octal(facts.mode)}, ${facts.uid}:${facts.gid})`;
  return [critical(`${folder} in root's PATH can be written by ${writers.join(" and ")}`, [place])];
}

/** A group that nobody but root is in lets nobody write: Debian's `staff` owned /usr/local for years. */
function hasMembers(gid: number, groups: readonly GroupEntry[], users: readonly PasswdEntry[]): boolean {
  const named = groups.filter((group) => group.gid === gid).flatMap(({ members }) => members);
  return named.some((name) => name !== "root") || users.some((user) => user.gid === gid && user.uid !== 0);
}
