import { defineFact } from "../fact.ts";

const MAIN_CF = "/etc/postfix/main.cf";
const MASTER_CF = "/etc/postfix/master.cf";
const DEEPEST_EXPANSION = 8;

export interface PostfixValue {
  readonly value: string;
  /** `/etc/postfix/main.cf:12`, or `default`. */
  readonly at: string;
}

/** A service of master(5) with the parameters that its `-o` options set for it alone. */
export interface PostfixService {
  /** `smtp`, `submission`, `127.0.0.1:587`. */
  readonly name: string;
  readonly type: string;
  readonly command: string;
  readonly at: string;
  readonly options: ReadonlyMap<string, PostfixValue>;
}

export interface Postfix {
  readonly main: ReadonlyMap<string, PostfixValue>;
  readonly services: readonly PostfixService[];
}

/** Postfix's configuration as the files have it; null: Postfix is not installed. */
export const POSTFIX = defineFact<Postfix | null>("postfix configuration", async (host) => {
  const [main, master] = await Promise.all([host.text(MAIN_CF), host.text(MASTER_CF)]);
  return main === null ? null : { main: parseMain(main), services: parseMaster(master ?? "") };
});

/** The lines of postconf(5) files: one that begins with white space continues the one before. */
function logicalLines(text: string): { line: number; content: string }[] {
  const result: { line: number; content: string }[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    if (/^\s*(#|$)/.test(raw)) continue;
    const last = result.at(-1);
    if (/^\s/.test(raw) && last) last.content += ` ${raw.trim()}`;
    else result.push({ line: index + 1, content: raw.trim() });
  }
  return result;
}

/** `name = value`; where a name stands twice the last one counts. */
export function parseMain(text: string): Map<string, PostfixValue> {
  const values = new Map<string, PostfixValue>();
  for (const { line, content } of logicalLines(text)) {
    const [, name, value] = /^(\w+)\s*=\s*(.*)$/.exec(content) ?? [];
    if (name) values.set(name, { value: value ?? "", at: `${MAIN_CF}:${line}` });
  }
  return values;
}

export function parseMaster(text: string): PostfixService[] {
  return logicalLines(text).flatMap(({ line, content }) => {
    const [name, type, , , , , , command, ...args] = content.split(/\s+/);
    if (!name || !type || !command) return [];
    const at = `${MASTER_CF}:${line}`;
    return [{ name, type, command, at, options: optionsOf(args.join(" "), at) }];
  });
}

/** `-o name=value` and `-o { name = value with blanks }`. */
function optionsOf(args: string, at: string): Map<string, PostfixValue> {
  const found = args.matchAll(/(?:^|\s)-o\s*(?:\{\s*(\w+)\s*=\s*([^}]*)\}|(\w+)=(\S*))/g);
  return new Map(
    [...found].map(([, braced, long, name, short]) => [
      braced ?? name ?? "",
      { value: (long ?? short ?? "").trim(), at },
    ]),
  );
}

/**
 * What a parameter is for a service (null: in general): its own option, else main.cf, else Postfix's default, with
 * `$name` put in.
 */
export function postfixValue(
  { main }: Postfix,
  service: PostfixService | null,
  name: string,
  ifUnset: string,
): PostfixValue {
  const found = service?.options.get(name) ?? main.get(name) ?? { value: ifUnset, at: `default of ${name}` };
  const expand = (text: string, depth: number): string =>
    depth === 0
      ? text
      : text.replace(/\$(?:\{(\w+)\}|\((\w+)\)|(\w+))/g, (whole, a?: string, b?: string, c?: string) => {
          const key = a ?? b ?? c ?? "";
          const inner = service?.options.get(key) ?? main.get(key);
          return inner === undefined ? whole : expand(inner.value, depth - 1);
        });
  return { value: expand(found.value, DEEPEST_EXPANSION).trim(), at: found.at };
}

export function isYes({ value }: PostfixValue): boolean {
  return value.toLowerCase() === "yes";
}
