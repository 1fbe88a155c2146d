import { defineCheck } from "../../check.ts";
import { groupConsistencyFact, passwdConsistencyFact } from "../../facts/accounts-consistency.ts";
import { groupFact, passwdFact } from "../../facts/accounts-passwd.ts";
import { critical, passed, warning, worstOf } from "../../verdict.ts";

/** ACC-01: whoever has uid 0 is root, whatever the name. */
export const uidZero = defineCheck({
  id: "ACC-01",
  area: "accounts",
  title: "Only root has uid 0",
  why: "A second account with uid 0 is root under another name: the classic back door, missed by rules about root.",
  remedy:
    "Look where it comes from, then: userdel --force NAME (or give it a uid of its own: usermod -u UID NAME)",
  source: "Lynis AUTH-9204, CIS 7.2.9",
  gives: ["passed", "critical"],
  facts: [passwdFact],
  judge(entries) {
    const others = entries.filter(({ uid, name }) => uid === 0 && name !== "root");
    if (others.length === 0) return passed("root alone has uid 0");
    return critical(
      `${others.map(({ name }) => name).join(", ")} ${others.length === 1 ? "is" : "are"} root as well`,
      others.map(({ line, name }) => `/etc/passwd:${line} ${name} has uid 0`),
    );
  },
});

/** ACC-03: two names for one uid share files and processes; uid 0 is ACC-01's. */
export const duplicates = defineCheck({
  id: "ACC-03",
  area: "accounts",
  title: "Names, uids and gids are unique",
  why: "Two accounts with one uid are one to the kernel: each reads the other's files and kills its processes.",
  remedy:
    "usermod -u FREE_UID NAME (moves the files in that home as well). Outside of it look whose each file is: " +
    "find / -xdev -uid OLD_UID -ls, then chown -h NAME FILE. Groups: groupmod -g FREE_GID NAME, find / -xdev -gid OLD_GID",
  source: "Lynis AUTH-9208, AUTH-9222, CIS 7.2.4-7.2.7",
  gives: ["passed", "warning", "critical"],
  facts: [passwdFact, groupFact],
  judge(users, groups) {
    const uids = shared(users, ({ uid }) => String(uid)).filter(([uid]) => uid !== "0");
    const names = shared(users, ({ name }) => name);
    const gids = shared(groups, ({ gid }) => String(gid));
    const groupNames = shared(groups, ({ name }) => name);
    return worstOf(
      [
        ...uids.map(([uid, owners]) =>
          critical(`uid ${uid} belongs to ${listed(owners)}`, lines("passwd", owners)),
        ),
        ...names.map(([name, owners]) => warning(`the user ${name} is there twice`, lines("passwd", owners))),
        ...gids.map(([gid, owners]) =>
          warning(`gid ${gid} belongs to ${listed(owners)}`, lines("group", owners)),
        ),
        ...groupNames.map(([name, owners]) =>
          warning(`the group ${name} is there twice`, lines("group", owners)),
        ),
      ],
      passed(`${users.length} users and ${groups.length} groups, none twice`),
    );
  },
});

/** ACC-04: what pwck and grpck say. */
export const consistency = defineCheck({
  id: "ACC-04",
  area: "accounts",
  title: "Account files agree with each other",
  why: "An entry that only half exists is handled differently by each program: an account may be open that looks locked.",
  remedy: "pwck and grpck ask about each difference; answer with care, or mend with vipw -s and vigr -s",
  source: "Lynis AUTH-9228, AUTH-9216",
  gives: ["passed", "warning"],
  facts: [passwdConsistencyFact, groupConsistencyFact],
  judge: (...reports) =>
    worstOf(
      reports
        .filter(({ lines: said }) => said.length > 0)
        .map(({ program, lines: said }) =>
          warning(
            `${program}: ${said[0]}`,
            said.map((line) => `${program}: ${line}`),
          ),
        ),
      passed("pwck and grpck find nothing"),
    ),
});

interface Entry {
  readonly line: number;
  readonly name: string;
}

/** Values that several entries have, with those entries. */
function shared<T extends Entry>(entries: readonly T[], of: (entry: T) => string): [string, T[]][] {
  return [...Map.groupBy(entries, of)].filter(([, owners]) => owners.length > 1);
}

function listed(owners: readonly Entry[]): string {
  return owners.map(({ name }) => name).join(" and ");
}

function lines(file: string, owners: readonly Entry[]): string[] {
  return owners.map(({ line, name }) => `/etc/${file}:${line} ${name}`);
}
