import { posix } from "node:path";
import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { glob, isPattern } from "./glob.ts";

const DOVECOT_CONF = "/etc/dovecot/dovecot.conf";
const DEEPEST_INCLUDE = 8;

export interface DovecotSetting {
  readonly name: string;
  readonly value: string;
  readonly at: string;
  /** The sections around it, outermost first: `protocol imap`. Empty: it counts everywhere. */
  readonly sections: readonly string[];
}

/** Every setting of Dovecot's configuration in the order in which it reads them (the last one counts). */
export const DOVECOT = defineFact<readonly DovecotSetting[] | null>("dovecot configuration", async (host) => {
  return await load(host, DOVECOT_CONF, [], 0);
});

/** What Dovecot itself says a setting is when the files leave it out. @throws CastellanError when it cannot be asked */
export async function dovecotDefault(host: AdvisedHost, name: string): Promise<string> {
  const { stdout, stderr, exitCode } = await host.run({ file: "doveconf", args: ["-h", name] });
  if (exitCode === 0) return stdout.trim();
  throw new CastellanError("command_failed", `doveconf: ${stderr.split("\n", 1)[0] ?? `exit ${exitCode}`}`);
}

/** The last general setting of a name, and those of sections. */
export function dovecotSettings(all: readonly DovecotSetting[], name: string): DovecotSetting[] {
  const named = all.filter((setting) => setting.name === name);
  const general = named.findLast(({ sections }) => sections.length === 0);
  return [...(general ? [general] : []), ...named.filter(({ sections }) => sections.length > 0)];
}

async function load(
  host: AdvisedHost,
  file: string,
  around: readonly string[],
  depth: number,
): Promise<DovecotSetting[] | null> {
  const text = await host.text(file);
  if (text === null) return null;
  if (depth > DEEPEST_INCLUDE) throw new CastellanError("command_failed", `${file} includes without end`);
  const sections = [...around];
  const settings: DovecotSetting[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    const include = /^!include(?:_try)?\s+(\S+)$/.exec(line)?.[1];
    const [, name, value] = /^([\w/.-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (include !== undefined) settings.push(...(await included(host, file, include, sections, depth)));
    else if (line === "}") sections.pop();
    else if (line.endsWith("{")) sections.push(line.slice(0, -1).trim());
    else if (name !== undefined) {
      const plain = (value ?? "").replace(/^"(.*)"$/, "$1");
      settings.push({ name, value: plain, at: `${file}:${index + 1}`, sections: [...sections] });
    }
  }
  return settings;
}

async function included(
  host: AdvisedHost,
  from: string,
  pattern: string,
  sections: readonly string[],
  depth: number,
): Promise<DovecotSetting[]> {
  const path = posix.resolve(posix.dirname(from), pattern);
  const files = isPattern(path) ? await glob(host, path) : [path];
  const parts: DovecotSetting[] = [];
  for (const file of files) parts.push(...((await load(host, file, sections, depth + 1)) ?? []));
  return parts;
}
