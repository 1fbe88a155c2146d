import { CastellanError } from "../../errors.ts";

/** One directive of an nginx configuration; an `include` is already replaced by what it names. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly file: string;
  /** 1-based, where the directive begins. */
  readonly line: number;
  /** What stands in its braces; null: it ends with a semicolon. */
  readonly block: readonly Directive[] | null;
}

interface OpenBlock {
  readonly name: string;
  readonly line: number;
  readonly block: Directive[];
}

/** Deeper nesting is no configuration that nginx would take. */
const DEEPEST = 64;

/**
 * Reads the text of one configuration file as nginx itself does (ngx_conf_read_token): quotes only at the beginning of
 * a word, a backslash takes the next character along, `#` begins a comment only between words, `${` belongs to its
 * word. Linear in the length of the text.
 * @throws CastellanError `command_failed` where nginx would refuse the text, with file and line
 */
export function parseNginx(text: string, file: string): Directive[] {
  const scanner = scan(text, file);
  const tree = openTree(file);
  for (let token = scanner.next(); token !== null; token = scanner.next()) {
    if (token.kind === "word") tree.word(token.value, token.line);
    else if (token.kind === "}") tree.close(token.line);
    else if (token.kind === ";") tree.statement(token.line);
    else if (tree.block(token.line).endsWith("_by_lua_block")) {
      scanner.skipBlock();
      tree.close(token.line);
    }
  }
  return tree.end();
}

/** What has been read so far: the words of the directive under way, and the blocks around it. */
function openTree(file: string) {
  const top: Directive[] = [];
  const open: OpenBlock[] = [];
  let words: string[] = [];
  let line = 1;

  /** Ends the directive under way at `;` or `{`, and gives its name. */
  const add = (end: ";" | "{", at: number, block: Directive[] | null): string => {
    const [name, ...args] = words;
    if (name === undefined) throw refused(`unexpected "${end}"`, file, at);
    (open.at(-1)?.block ?? top).push({ name, args, file, line, block });
    words = [];
    return name;
  };

  return {
    word(value: string, at: number): void {
      if (words.length === 0) line = at;
      words.push(value);
    },
    statement(at: number): void {
      add(";", at, null);
    },
    block(at: number): string {
      if (open.length >= DEEPEST) throw refused("blocks are nested too deeply", file, at);
      const block: Directive[] = [];
      const name = add("{", at, block);
      open.push({ name, line, block });
      return name;
    },
    close(at: number): void {
      if (words.length > 0 || open.pop() === undefined) throw refused('unexpected "}"', file, at);
    },
    end(): Directive[] {
      const unclosed = open.at(-1);
      if (unclosed !== undefined) throw refused(`"${unclosed.name}" is never closed`, file, unclosed.line);
      if (words.length > 0) throw refused(`"${words[0]}" has no semicolon`, file, line);
      return top;
    },
  };
}

function refused(what: string, file: string, line: number): CastellanError {
  return new CastellanError(
    "command_failed",
    `${file}:${line} cannot be read as nginx configuration: ${what}`,
    "nginx -t",
  );
}

type Token = { kind: "word"; value: string; line: number } | { kind: "{" | "}" | ";"; line: number };

interface Scanner {
  next(): Token | null;
  /** Over the rest of a block that is not nginx's language (Lua): braces are counted. */
  skipBlock(): void;
}

const BETWEEN = /[ \t\r\n]/;
/** What lies in an unquoted word without ending it or needing a second look. */
const PLAIN = /[^\\$;{ \t\r\n]+/y;

function scan(text: string, file: string): Scanner {
  let at = 0;
  let line = 1;

  const skipBetween = (): void => {
    for (; at < text.length; at++) {
      const character = text[at] ?? "";
      if (character === "#") {
        const end = text.indexOf("\n", at);
        at = end < 0 ? text.length : end;
      }
      if (text[at] === "\n") line++;
      else if (at < text.length && !BETWEEN.test(text[at] ?? "")) return;
    }
  };

  const quoted = (quote: string): string => {
    const from = line;
    let value = "";
    for (at++; at < text.length; at++) {
      const character = text[at] ?? "";
      if (character === quote) break;
      if (character === "\n") line++;
      if (character === "\\") value += unescaped(text[++at] ?? "");
      else value += character;
    }
    if (at >= text.length) throw refused("a quote is never closed", file, from);
    at++;
    const after = text[at] ?? "";
    if (!/[ \t\r\n;{)]/.test(after)) throw refused(`unexpected "${after}" after a quote`, file, line);
    return value;
  };

  /** What stands at `at` and does not end an unquoted word; empty: it ends here. */
  const piece = (): string => {
    PLAIN.lastIndex = at;
    const plain = PLAIN.exec(text)?.[0];
    if (plain !== undefined) return plain;
    if (text[at] === "\\") return text.slice(at, at + 2);
    if (text[at] !== "$") return "";
    return text[at + 1] === "{" ? "${" : "$";
  };

  const word = (): string => {
    let value = "";
    for (let next = piece(); next !== ""; next = piece()) {
      value += next.startsWith("\\") ? unescaped(next.slice(1)) : next;
      if (next === "\\\n") line++;
      at += next.length;
    }
    return value;
  };

  return {
    next() {
      skipBetween();
      if (at >= text.length) return null;
      const character = text[at] ?? "";
      if (character === "{" || character === "}" || character === ";") {
        at++;
        return { kind: character, line };
      }
      const from = line;
      const value = character === '"' || character === "'" ? quoted(character) : word();
      return { kind: "word", value, line: from };
    },
    skipBlock() {
      const from = line;
      for (let depth = 1; depth > 0; at++) {
        if (at >= text.length) throw refused("a block is never closed", file, from);
        if (text[at] === "\n") line++;
        if (text[at] === "{") depth++;
        if (text[at] === "}") depth--;
      }
    },
  };
}

/** What nginx makes of a backslash and the character after it. */
function unescaped(character: string): string {
  if (character === "t") return "\t";
  if (character === "r") return "\r";
  if (character === "n") return "\n";
  return /["'\\]/.test(character) ? character : `\\${character}`;
}
