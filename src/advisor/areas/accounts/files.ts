import { defineCheck } from "../../check.ts";
import {
  accountFilesFact,
  type GuardedFile,
  octal,
  permissions,
  writersOf,
} from "../../facts/accounts-modes.ts";
import { groupFact } from "../../facts/accounts-passwd.ts";
import { critical, passed } from "../../verdict.ts";

/** ACC-06: who may read hashes and who may write accounts. */
export const accountFiles = defineCheck({
  id: "ACC-06",
  area: "accounts",
  title: "Account files belong to root",
  why: "Whoever can write to one of them makes themselves root; whoever can read a shadow file cracks its passwords at home.",
  remedy:
    "chown root:shadow /etc/shadow /etc/gshadow; chmod 0640 /etc/shadow /etc/gshadow; chmod 0644 /etc/passwd /etc/group",
  source: "CIS 7.1.1-7.1.10",
  gives: ["passed", "critical"],
  facts: [accountFilesFact, groupFact],
  judge(files, groups) {
    const shadowGids = gidsOfShadow(groups);
    const faults = files.flatMap((file) => faultsOf(file, shadowGids).map((fault) => ({ file, fault })));
    if (faults.length === 0) return passed(`${files.length} files, none wider than it should be`);
    const [first] = faults;
    return critical(
      `${first?.file.path} ${first?.fault}`,
      faults.map(({ file, fault }) => `${file.path} (${octal(file.facts.mode)}, ${owners(file)}) ${fault}`),
    );
  },
  fix(files, groups) {
    const shadowGids = gidsOfShadow(groups);
    const modes = files
      .filter((file) => file.facts.kind === "file" && faultsOf(file, shadowGids).length > 0)
      .map((file) => ({
        path: file.path,
        mode: permissions(file.facts) & file.mostMode,
        uid: 0,
        gid: shadowGids.has(file.facts.gid) ? file.facts.gid : 0,
      }));
    if (modes.length === 0) return null;
    return {
      via: "change",
      draft: {
        kind: "accounts.modes",
        title: "Give the account files their modes back",
        reason: "ACC-06: others than root could read hashes or write accounts",
        modes,
        services: [],
      },
    };
  },
});

/** Debian's group for reading shadow files; members of it read hashes, so it must not be somebody's. */
function gidsOfShadow(groups: readonly { name: string; gid: number }[]): ReadonlySet<number> {
  return new Set([0, ...groups.filter(({ name }) => name === "shadow").map(({ gid }) => gid)]);
}

function faultsOf({ facts, mostMode }: GuardedFile, groups: ReadonlySet<number>): string[] {
  if (facts.kind !== "file") return [`is no regular file but a ${facts.kind}`];
  const wide = permissions(facts) & ~mostMode;
  const secretOfGroup = (mostMode & 0o004) === 0 && (facts.mode & 0o040) !== 0 && !groups.has(facts.gid);
  return [
    ...writersOf(facts).map((who) => `can be written by ${who}`),
    ...((wide & 0o004) !== 0 ? ["can be read by everybody"] : []),
    ...(secretOfGroup ? [`can be read by group ${facts.gid}`] : []),
    ...((wide & ~0o026) !== 0 && (wide & 0o004) === 0 ? [`has bits it does not need: ${octal(wide)}`] : []),
  ];
}

function owners({ facts }: GuardedFile): string {
  return `${facts.uid}:${facts.gid}`;
}
