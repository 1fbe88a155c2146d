import type { ConfigFiles } from "../changes/services/sshd-files.ts";
import { codeOf } from "../errors.ts";
import type { RunCommand } from "../host/command.ts";
import { type OsLogin, parsePasswd } from "../host/passwd.ts";
import { type Group, groupsOf, parseGroups, privateGroups } from "./groups.ts";
import type { PersonFacts } from "./person.ts";
import { parseShadow, type ShadowFacts } from "./shadow.ts";
import { shellFacts } from "./shells.ts";
import type { SshPerson } from "./ssh.ts";
import { askSudo, type SudoGrant } from "./sudo.ts";
import { readSudoers, type Sudoers } from "./sudoers.ts";

/** The host whose logins are read. */
export interface LoginHost {
  readonly root: string;
  readonly files: ConfigFiles;
  readonly run: RunCommand;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Everybody who might sign in. */
export interface Logins {
  /** Root, who sudo lets become root, and the operator. */
  readonly people: readonly PersonFacts[];
  /** Ordinary logins with a working shell. */
  readonly others: readonly PersonFacts[];
  /** Every name of /etc/passwd. */
  readonly names: ReadonlySet<string>;
  /** Who is in a group of administrators but cannot become root, and what could not be asked. */
  readonly notes: readonly string[];
}

const ADMIN_GROUPS = ["sudo", "wheel", "admin"] as const;
const FIRST_PERSON = 1_000;
const NOBODY = 65_534;

/** Reads who may become root, and who else may sign in. */
export async function readLogins(host: LoginHost, operatorLogin: string | null): Promise<Logins> {
  const groups = parseGroups(host.files.read("/etc/group") ?? "");
  const local = parsePasswd(host.files.read("/etc/passwd") ?? "");
  const sudoers = readSudoers(host.files);
  const wanted = candidateNames(groups, sudoers, operatorLogin);
  const known = new Set(local.map(({ name }) => name));
  const distant = await distantLogins(
    host,
    [...wanted].filter((name) => !known.has(name)),
  );
  const logins = [...local, ...distant];
  const shadow = shadowOf(host);
  const isDebian = /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(host.files.read("/etc/os-release") ?? "");
  const shells = host.files.read("/etc/shells") ?? "";
  const failures = new Set(namesWithFailures(host.files));
  const notes: string[] = [];
  const people: PersonFacts[] = [];
  const others: PersonFacts[] = [];
  for (const login of logins) {
    const mine = groupsOf(login, groups);
    const facts = (becomesRoot: SshPerson["becomesRoot"] | null): PersonFacts => ({
      ...login,
      groups: mine.map(({ name }) => name),
      gids: mine.map(({ gid }) => gid),
      privateGroups: isDebian ? privateGroups(login, logins, groups) : new Map(),
      becomesRoot,
      shadow: shadow?.get(login.name) ?? null,
      ...shellFacts(host.root, login.shell, shells),
      hasFailures: failures.has(login.name),
      isOperator: login.name === operatorLogin,
    });
    const isCandidate = login.uid === 0 || isNamed(login, mine, wanted, sudoers);
    const way = isCandidate ? await wayToRoot({ host, sudoers, shadow, notes }, login, mine) : null;
    const becomes = way ?? (login.name === operatorLogin ? "is root now" : null);
    if (becomes !== null) people.push(facts(becomes));
    else if (login.uid >= FIRST_PERSON && login.uid !== NOBODY) others.push(facts(null));
  }
  if (shadow === null) notes.push("/etc/shadow could not be read: who has a password is not known");
  return { people, others: others.filter((one) => one.shellProblem === null), names: known, notes };
}

/** pam_faillock(8) keeps a file for each login and empties it when somebody gets in. */
function namesWithFailures(files: ConfigFiles): string[] {
  const folder = "/run/faillock";
  return files.list(folder).filter((name) => (files.read(`${folder}/${name}`) ?? "") !== "");
}

function candidateNames(
  groups: readonly Group[],
  sudoers: Sudoers | null,
  operatorLogin: string | null,
): Set<string> {
  const named = sudoers?.named ?? [];
  const admin = new Set<string>([...ADMIN_GROUPS, ...named.filter(isGroup).map((name) => name.slice(1))]);
  const members = groups.filter(({ name }) => admin.has(name)).flatMap((group) => group.members);
  const users = named.filter((name) => /^[^%#]/.test(name) && name !== "ALL");
  return new Set([...members, ...users, ...(operatorLogin === null ? [] : [operatorLogin])]);
}

function isGroup(name: string): boolean {
  return name.startsWith("%");
}

function isNamed(
  { name, uid }: OsLogin,
  groups: readonly Group[],
  wanted: ReadonlySet<string>,
  sudoers: Sudoers | null,
): boolean {
  if (wanted.has(name)) return true;
  const admin: readonly string[] = ADMIN_GROUPS;
  if (groups.some((group) => admin.includes(group.name))) return true;
  const named = new Set(sudoers?.named);
  return named.has("ALL") || named.has(`#${uid}`) || groups.some((group) => named.has(`%${group.name}`));
}

interface Asking {
  readonly host: LoginHost;
  readonly sudoers: Sudoers | null;
  readonly shadow: ReadonlyMap<string, ShadowFacts> | null;
  readonly notes: string[];
}

async function wayToRoot(
  asking: Asking,
  login: OsLogin,
  groups: readonly Group[],
): Promise<SshPerson["becomesRoot"] | null> {
  if (login.uid === 0) return "is root";
  const grant = await grantOf(asking, login, groups);
  if (grant === null) return null;
  if (grant.password === null) return "sudo without a password";
  const whose = grant.password === "own" ? login.name : "root";
  return asking.shadow?.get(whose)?.password === "set" ? "sudo with a password" : "sudo, but has no password";
}

/** sudo's own word where it can be asked: its rules may come from LDAP. Elsewhere what its files say. */
async function grantOf(
  { host, sudoers, notes }: Asking,
  login: OsLogin,
  groups: readonly Group[],
): Promise<SudoGrant | null> {
  const byFile = (): SudoGrant | null =>
    sudoers?.grantFor(
      login.name,
      login.uid,
      groups.map(({ name }) => name),
    ) ?? null;
  if (host.root !== "/" || !/^[\w.][\w.@\\-]*\$?$/.test(login.name)) return byFile();
  try {
    return await askSudo(host.run, login.name);
  } catch (error) {
    if (codeOf(error) === "command_missing") return null;
    notes.push(`sudo could not be asked about ${login.name}: ${(error as Error).message}`);
    return byFile();
  }
}

/** Logins that are not in /etc/passwd: from LDAP and the like, by name only. */
async function distantLogins({ root, run }: LoginHost, names: readonly string[]): Promise<OsLogin[]> {
  const safe = names.filter((name) => /^[\w.][\w.@-]*$/.test(name));
  if (root !== "/" || safe.length === 0) return [];
  try {
    return parsePasswd((await run({ file: "getent", args: ["passwd", "--", ...safe] })).stdout);
  } catch {
    return [];
  }
}

function shadowOf({ files, now }: LoginHost): ReadonlyMap<string, ShadowFacts> | null {
  try {
    const text = files.read("/etc/shadow");
    return text === null ? null : parseShadow(text, now);
  } catch (error) {
    if (codeOf(error) === "source_unreadable") return null;
    throw error;
  }
}
