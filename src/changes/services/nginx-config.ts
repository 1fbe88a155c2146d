import { CastellanError } from "../../errors.ts";

/** A word of a configuration, and where it stands in the text (with its quotes). */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A directive: `name args…;` or `name args… { block }`. */
export interface Directive {
  readonly name: string;
  readonly args: readonly Word[];
  readonly block: readonly Directive[] | null;
  /** Just behind the `{`; -1 where there is no block. */
  readonly inside: number;
}

type Token =
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: ";" | "{" | "}" | "end"; readonly at: number };

/** Blocks as deep as this are nobody's configuration. */
const DEEPEST = 50;
/** The body is a program in Lua, which only counts braces. */
const LUA_BLOCK = /_by_lua_block$/;

/**
 * Reads nginx's configuration language as ngx_conf_file.c does.
 * @throws CastellanError `source_unreadable`
 */
export function parseNginx(text: string): readonly Directive[] {
  const reader = { text, at: 0 };
  return readBlock(reader, 0);
}

/** The text with some words written differently; `rewrite` gives the new raw text of a word, or null to leave it. */
export function rewriteNginx(
  text: string,
  directives: readonly Directive[],
  rewrite: (directive: Directive, index: number, raw: string) => string | null,
): string {
  const edits: { readonly word: Word; readonly raw: string }[] = [];
  const visit = (list: readonly Directive[]): void => {
    for (const directive of list) {
      for (const [index, word] of directive.args.entries()) {
        const raw = rewrite(directive, index, text.slice(word.start, word.end));
        if (raw !== null) edits.push({ word, raw });
      }
      visit(directive.block ?? []);
    }
  };
  visit(directives);
  let result = "";
  let from = 0;
  for (const { word, raw } of edits) {
    result += text.slice(from, word.start) + raw;
    from = word.end;
  }
  return result + text.slice(from);
}

interface Reader {
  readonly text: string;
  at: number;
}

function readBlock(reader: Reader, depth: number): Directive[] {
  if (depth > DEEPEST) throw unreadable(reader, "blocks do not end");
  const directives: Directive[] = [];
  for (;;) {
    const token = nextToken(reader);
    if (token.kind === "end" || token.kind === "}") {
      if ((token.kind === "}") !== depth > 0) throw unreadable(reader, "braces do not match");
      return directives;
    }
    if (token.kind !== "word") throw unreadable(reader, `unexpected ${token.kind}`);
    directives.push(readDirective(reader, token.word.text, depth));
  }
}

function readDirective(reader: Reader, name: string, depth: number): Directive {
  const args: Word[] = [];
  for (;;) {
    const token = nextToken(reader);
    if (token.kind === "word") args.push(token.word);
    else if (token.kind === ";") return { name, args, block: null, inside: -1 };
    else if (token.kind === "{") {
      const inside = reader.at;
      if (LUA_BLOCK.test(name)) skipProgram(reader);
      const block = LUA_BLOCK.test(name) ? [] : readBlock(reader, depth + 1);
      return { name, args, block, inside };
    } else throw unreadable(reader, `${name} does not end`);
  }
}

function nextToken(reader: Reader): Token {
  const { text } = reader;
  const blank = /(?:\s|#[^\n]*)*/y;
  blank.lastIndex = reader.at;
  blank.exec(text);
  reader.at = blank.lastIndex;
  const sign = text[reader.at];
  if (sign === undefined) return { kind: "end", at: reader.at };
  if (sign === ";" || sign === "{" || sign === "}") {
    reader.at++;
    return { kind: sign, at: reader.at - 1 };
  }
  const quoted = sign === '"' || sign === "'";
  return { kind: "word", word: quoted ? quotedWord(reader, sign) : bareWord(reader) };
}

function quotedWord(reader: Reader, quote: string): Word {
  const start = reader.at;
  const body = quote === '"' ? /"((?:[^"\\]|\\.)*)"/sy : /'((?:[^'\\]|\\.)*)'/sy;
  body.lastIndex = start;
  const found = body.exec(reader.text);
  if (found === null) throw unreadable(reader, "a quote does not end");
  reader.at = body.lastIndex;
  return { text: unescaped(found[1] ?? ""), start, end: reader.at };
}

/** Ends before a blank, `;` or `{`; `${name}` is part of it, and so is what stands behind a backslash. */
function bareWord(reader: Reader): Word {
  const start = reader.at;
  const body = /(?:\\.|\$\{|[^\s;{\\])+|\\/sy;
  body.lastIndex = start;
  const found = body.exec(reader.text)?.[0] ?? "";
  reader.at = start + found.length;
  return { text: unescaped(found), start, end: reader.at };
}

function unescaped(raw: string): string {
  return raw.replace(/\\(["'\\ ])/g, "$1");
}

function skipProgram(reader: Reader): void {
  let open = 1;
  while (open > 0) {
    const sign = reader.text[reader.at++];
    if (sign === undefined) throw unreadable(reader, "a Lua block does not end");
    if (sign === "{") open++;
    else if (sign === "}") open--;
  }
}

function unreadable({ text, at }: Reader, why: string): CastellanError {
  const line = text.slice(0, at).split("\n").length;
  return new CastellanError(
    "source_unreadable",
    `this nginx configuration cannot be read: ${why} in line ${line}`,
  );
}
