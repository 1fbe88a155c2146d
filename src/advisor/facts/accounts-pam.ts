import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";

/** A rule of a PAM stack (pam.conf(5)), where it stands. */
export interface PamRule {
  readonly file: string;
  readonly line: number;
  /** `auth`, `account`, `password`, `session`. */
  readonly type: string;
  /** `required`, `[success=1 default=ignore]` … */
  readonly control: string;
  /** Without its folder: `pam_unix.so`. */
  readonly module: string;
  readonly args: readonly string[];
}

/** Where services are looked up, the first that has it (pam.conf(5), since Linux-PAM 1.3.1 also the vendor's). */
const FOLDERS = ["/etc/pam.d", "/usr/lib/pam.d"];
const MOST_FILES = 50;

/** The stack of sshd, includes followed. */
export const sshdPamFact = pamFact("sshd");
/** The stack of the console's login. */
export const loginPamFact = pamFact("login");
/** The stack that changes passwords. */
export const passwdPamFact = pamFact("passwd");

function pamFact(service: string) {
  return defineFact(`/etc/pam.d/${service}`, (host) => readPamStack(host, service));
}

/**
 * The rules of a service in their order, with included ones in the place where they count. A service without a file
 * takes `other`'s.
 */
export async function readPamStack(host: AdvisedHost, service: string): Promise<readonly PamRule[]> {
  const budget = { files: MOST_FILES };
  const own = await readRules(host, service, null, budget);
  const rules = own ?? (await readRules(host, "other", null, budget));
  if (rules === null) throw new CastellanError("not_found", `there is no PAM stack for ${service}`);
  return rules;
}

async function readRules(
  host: AdvisedHost,
  service: string,
  type: string | null,
  budget: { files: number },
): Promise<PamRule[] | null> {
  if (budget.files-- <= 0)
    throw new CastellanError("command_failed", "PAM's files include each other for ever");
  for (const folder of FOLDERS) {
    const file = service.startsWith("/") ? service : `${folder}/${service}`;
    const text = await host.text(file);
    if (text === null) continue;
    const rules: PamRule[] = [];
    for (const entry of parsePamFile(text, file)) {
      if (type !== null && entry.type !== type && entry.type !== "@include") continue;
      rules.push(...(await followed(host, entry, type, budget)));
    }
    return rules;
  }
  return null;
}

async function followed(
  host: AdvisedHost,
  entry: PamRule,
  type: string | null,
  budget: { files: number },
): Promise<readonly PamRule[]> {
  const included = entry.type === "@include" || /^(include|substack)$/.test(entry.control);
  if (!included) return [entry];
  const wanted = entry.type === "@include" ? type : entry.type;
  const rules = await readRules(host, entry.module, wanted, budget);
  if (rules === null) {
    throw new CastellanError("not_found", `${entry.file}:${entry.line} includes ${entry.module}: not there`);
  }
  return rules;
}

/** Parses a file of /etc/pam.d. `@include NAME` is a rule of type `@include` whose module is the name. */
export function parsePamFile(text: string, file: string): PamRule[] {
  return logicalLines(text).flatMap(({ line, text: row }) => {
    const include = /^@include\s+(\S+)/.exec(row);
    if (include?.[1] !== undefined) {
      return [{ file, line, type: "@include", control: "", module: include[1], args: [] }];
    }
    const match = /^-?(\w+)\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$/.exec(row);
    const [, type, control, path, rest] = match ?? [];
    if (type === undefined || control === undefined || path === undefined) return [];
    const isFile = /^(include|substack)$/.test(control);
    const module = isFile ? path : (path.split("/").at(-1) ?? path);
    return [{ file, line, type: type.toLowerCase(), control, module, args: argumentsOf(rest ?? "") }];
  });
}

/** Arguments are parted by blanks; `[…]` holds one that has blanks in it. */
function argumentsOf(text: string): string[] {
  return text.match(/\[[^\]]*\]|\S+/g)?.map((argument) => argument.replace(/^\[|\]$/g, "")) ?? [];
}

/** Lines without comments; one that ends in a backslash goes on in the next. */
function logicalLines(text: string): { line: number; text: string }[] {
  const lines: { line: number; text: string }[] = [];
  let open: { line: number; text: string } | null = null;
  for (const [index, raw] of text.split("\n").entries()) {
    const bare = raw.replace(/(^|\s)#.*$/, "$1");
    const goesOn = bare.endsWith("\\");
    const part = goesOn ? bare.slice(0, -1) : bare;
    const joined: { line: number; text: string } =
      open === null ? { line: index + 1, text: part } : { line: open.line, text: `${open.text} ${part}` };
    open = goesOn ? joined : null;
    if (!goesOn && joined.text.trim() !== "") lines.push({ line: joined.line, text: joined.text.trim() });
  }
  return open === null ? lines : [...lines, open];
}
