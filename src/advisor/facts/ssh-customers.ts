import { posix } from "node:path";
import { canBeAsked, effectiveValue } from "../../changes/services/sshd-effective.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { firstPersonUid, loginDefsFact } from "./accounts-login-defs.ts";
import { writersOf } from "./accounts-modes.ts";
import { groupFact, hasLoginShell, type PasswdEntry, passwdFact, shadowFact } from "./accounts-passwd.ts";
import { authorizedKeysFact } from "./ssh-authorized-keys.ts";
import { adminsFact, groupsOf } from "./sshd-admins.ts";
import { mayTry } from "./sshd-allowed.ts";
import { hasConditions, sshdSettingsFact, viewOf } from "./sshd-effective.ts";

/** People who get in over SSH but are no admins, and what they get. */
export interface SshCustomers {
  readonly logins: readonly string[];
  readonly forceCommand: string;
  readonly chroot: string;
  /** Steps to the chroot that are not root's alone; sshd then refuses them. */
  readonly chrootFaults: readonly string[];
}

/** Users whom one question stands for; each is a process. */
const MOST_QUESTIONS = 40;

/** Customers by what sshd gives them; null: no OpenSSH server here. `unasked`: so many were not looked at. */
export const sshCustomersFact = defineFact(
  "SFTP customers",
  async (host) => {
    const settings = await host.fact(sshdSettingsFact);
    if (settings === null) return null;
    const groups = await host.fact(groupFact);
    const customers = (await customersOf(host)).filter((user) =>
      mayTry(user, settings.views[0].values, groups),
    );
    const alike = hasConditions(settings.config)
      ? [
          ...Map.groupBy(customers, (user) =>
            likeness(user, namesUsers(settings.config.lines), groups),
          ).values(),
        ]
      : customers.length > 0
        ? [customers]
        : [];
    const asked = alike.slice(0, MOST_QUESTIONS);
    const kinds = await Promise.all(
      asked.map((users) => customersView(host, users, hasConditions(settings.config))),
    );
    return { kinds: kinds.flat(), unasked: alike.slice(MOST_QUESTIONS).flat().length };
  },
  4_000,
);

/** People with a login shell, no admins, who have a password or a key. */
async function customersOf(host: AdvisedHost): Promise<PasswdEntry[]> {
  const [users, shadows, admins, defs, keys] = await Promise.all([
    host.fact(passwdFact),
    host.fact(shadowFact),
    host.fact(adminsFact),
    host.fact(loginDefsFact),
    host.fact(authorizedKeysFact),
  ]);
  const first = firstPersonUid(defs);
  const rooted = new Set(admins.map(({ name }) => name));
  const armed = new Set([
    ...shadows.filter(({ password }) => password.kind === "set").map(({ name }) => name),
    // Keys that cannot be read are taken for keys: who has them must not be overlooked.
    ...(keys?.files ?? [])
      .filter((file) => file.keys.length > 0 || file.unread !== null)
      .map(({ login }) => login),
  ]);
  return users.filter(
    (user) => user.uid >= first && hasLoginShell(user) && !rooted.has(user.name) && armed.has(user.name),
  );
}

/** Match blocks that name groups treat everybody of the same groups alike. */
function likeness(user: PasswdEntry, byName: boolean, groups: Parameters<typeof groupsOf>[1]): string {
  if (byName) return user.name;
  return groupsOf(user, groups)
    .filter(({ gid, members }) => gid !== user.gid || members.length > 0 || user.gid < user.uid)
    .map(({ name }) => name)
    .join(" ");
}

function namesUsers(lines: readonly { match: string | null }[]): boolean {
  return lines.some(({ match }) => match !== null && /\buser\b/i.test(match));
}

async function customersView(
  host: AdvisedHost,
  users: readonly PasswdEntry[],
  conditional: boolean,
): Promise<SshCustomers[]> {
  const [user] = users;
  if (user === undefined) return [];
  const settings = await host.fact(sshdSettingsFact);
  if (settings === null) return [];
  const { values } = conditional && canBeAsked(user.name) ? await viewOf(host, user.name) : settings.views[0];
  const chroot = effectiveValue(values, "chrootdirectory") || "none";
  const path = chroot.replaceAll("%h", user.home).replaceAll("%u", user.name);
  return [
    {
      logins: users.map(({ name }) => name),
      forceCommand: effectiveValue(values, "forcecommand") || "none",
      chroot,
      chrootFaults: chroot === "none" ? [] : await chrootFaults(host, path),
    },
  ];
}

/** Every folder on the way must be root's and writable by nobody else (sshd_config(5), ChrootDirectory). */
async function chrootFaults(host: AdvisedHost, path: string): Promise<string[]> {
  const faults: string[] = [];
  for (let at = path; ; at = posix.dirname(at)) {
    const facts = await host.stat(at);
    if (facts === null) faults.push(`${at} is not there`);
    else faults.push(...writersOf(facts).map((who) => `${at} can be written by ${who}`));
    if (at === "/" || at === ".") return faults;
  }
}
