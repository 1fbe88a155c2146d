import { NginxScanner, refused } from "./nginx-scan.ts";

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

/**
 * Reads the text of one configuration file; linear in its length.
 * @throws CastellanError `command_failed` where nginx would refuse the text, with file and line
 */
export function parseNginx(text: string, file: string): Directive[] {
  const scanner = new NginxScanner(text, file);
  const tree = new DirectiveTree(file);
  for (let token = scanner.next(); token !== null; token = scanner.next()) {
    if (token.kind === "word") tree.word(token.value, token.line);
    else if (token.kind === "}") tree.close(token.line);
    else if (token.kind === ";") tree.statement(token.line);
    else if (tree.open(token.line).endsWith("_by_lua_block")) {
      scanner.skipBlock();
      tree.close(token.line);
    }
  }
  return tree.end();
}

interface OpenBlock {
  readonly name: string;
  readonly line: number;
  readonly block: Directive[];
}

/** Deeper nesting is no configuration that nginx would take. */
const DEEPEST = 64;

/** What has been read so far: the words of the directive under way, and the blocks around it. */
class DirectiveTree {
  readonly #file: string;
  readonly #top: Directive[] = [];
  readonly #open: OpenBlock[] = [];
  #words: string[] = [];
  /** Where the directive under way begins. */
  #line = 1;

  constructor(file: string) {
    this.#file = file;
  }

  word(value: string, line: number): void {
    if (this.#words.length === 0) this.#line = line;
    this.#words.push(value);
  }

  /** The directive under way ends with `;` at that line. */
  statement(line: number): void {
    this.#add(";", line, null);
  }

  /** `{`: gives the name of the block that begins. */
  open(line: number): string {
    if (this.#open.length >= DEEPEST) throw refused("blocks are nested too deeply", this.#file, line);
    const block: Directive[] = [];
    const name = this.#add("{", line, block);
    this.#open.push({ name, line: this.#line, block });
    return name;
  }

  close(line: number): void {
    if (this.#words.length > 0 || this.#open.pop() === undefined)
      throw refused('unexpected "}"', this.#file, line);
  }

  end(): Directive[] {
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined)
      throw refused(`"${unclosed.name}" is never closed`, this.#file, unclosed.line);
    if (this.#words.length > 0) throw refused(`"${this.#words[0]}" has no semicolon`, this.#file, this.#line);
    return this.#top;
  }

  #add(end: ";" | "{", line: number, block: Directive[] | null): string {
    const [name, ...args] = this.#words;
    if (name === undefined) throw refused(`unexpected "${end}"`, this.#file, line);
    (this.#open.at(-1)?.block ?? this.#top).push({ name, args, file: this.#file, line: this.#line, block });
    this.#words = [];
    return name;
  }
}
