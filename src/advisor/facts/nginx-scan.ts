import { CastellanError } from "../../errors.ts";

/** A word of nginx's configuration language, or what ends or opens a directive; 1-based line where it begins. */
export type NginxToken =
  | { readonly kind: "word"; readonly value: string; readonly line: number }
  | { readonly kind: "{" | "}" | ";"; readonly line: number };

const BLANK = /[ \t\r\n]/;
/** What lies in an unquoted word without ending it or needing a second look. */
const PLAIN = /[^\\$;{ \t\r\n]+/y;
const MAY_FOLLOW_QUOTE = /[ \t\r\n;{)]/;

/**
 * Reads the words of one configuration file as nginx itself does (ngx_conf_read_token): quotes only at the beginning
 * of a word, a backslash takes the next character along, `#` begins a comment only between words, `${` belongs to its
 * word. Linear in the length of the text.
 */
export class NginxScanner {
  readonly #text: string;
  readonly #file: string;
  #at = 0;
  #line = 1;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  /** null: the text is over. @throws CastellanError `command_failed` for a quote that nginx would refuse */
  next(): NginxToken | null {
    this.#skipBetween();
    const [line, first] = [this.#line, this.#here];
    if (first === "") return null;
    if (first === "{" || first === "}" || first === ";") {
      this.#at++;
      return { kind: first, line };
    }
    return { kind: "word", value: first === '"' || first === "'" ? this.#quoted(first) : this.#word(), line };
  }

  /**
   * Over the rest of a block that is not nginx's language (Lua): braces are counted.
   * @throws CastellanError `command_failed` when it is never closed
   */
  skipBlock(): void {
    const from = this.#line;
    for (let depth = 1; depth > 0; this.#advance()) {
      if (this.#here === "") throw refused("a block is never closed", this.#file, from);
      if (this.#here === "{") depth++;
      if (this.#here === "}") depth--;
    }
  }

  /** Empty behind the end. */
  get #here(): string {
    return this.#text[this.#at] ?? "";
  }

  #advance(): void {
    if (this.#here === "\n") this.#line++;
    this.#at++;
  }

  #skipBetween(): void {
    for (;;) {
      if (this.#here === "#") this.#skipComment();
      else if (BLANK.test(this.#here)) this.#advance();
      else return;
    }
  }

  #skipComment(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #quoted(quote: string): string {
    const from = this.#line;
    let value = "";
    this.#at++;
    for (; this.#here !== quote; this.#advance()) {
      if (this.#here === "") throw refused("a quote is never closed", this.#file, from);
      if (this.#here === "\\") {
        this.#at++;
        value += unescaped(this.#here);
      } else value += this.#here;
    }
    this.#at++;
    if (!MAY_FOLLOW_QUOTE.test(this.#here))
      throw refused(`unexpected "${this.#here}" after a quote`, this.#file, this.#line);
    return value;
  }

  #word(): string {
    let value = "";
    for (let next = this.#piece(); next !== ""; next = this.#piece()) {
      value += next.startsWith("\\") ? unescaped(next.slice(1)) : next;
      if (next === "\\\n") this.#line++;
      this.#at += next.length;
    }
    return value;
  }

  /** What stands here and does not end an unquoted word; empty: it ends here. */
  #piece(): string {
    PLAIN.lastIndex = this.#at;
    const plain = PLAIN.exec(this.#text)?.[0];
    if (plain !== undefined) return plain;
    if (this.#here === "\\") return this.#text.slice(this.#at, this.#at + 2);
    if (this.#here !== "$") return "";
    return this.#text[this.#at + 1] === "{" ? "${" : "$";
  }
}

/** What nginx makes of a backslash and the character after it. */
function unescaped(character: string): string {
  if (character === "t") return "\t";
  if (character === "r") return "\r";
  if (character === "n") return "\n";
  return /["'\\]/.test(character) ? character : `\\${character}`;
}

/** That a text is no configuration that nginx would take. */
export function refused(what: string, file: string, line: number): CastellanError {
  return new CastellanError(
    "command_failed",
    `${file}:${line} cannot be read as nginx configuration: ${what}`,
    "nginx -t",
  );
}
