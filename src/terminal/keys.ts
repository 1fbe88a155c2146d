/**
 * Splits what a terminal sends into keys and pastes.
 *
 * SSH joins bytes and people type ahead, so one chunk may hold many keys (`jjj`, `a\r`) and one sequence
 * may come in two chunks. Terminal replies, focus and mouse reports never become keys: a click must not
 * press `d`. A bracketed paste never becomes keys either.
 */
import { characterName, controlName, sequenceName, ss3Name } from "./keyNames.ts";
import { createPasteBuffer, type Paste, type PasteBuffer } from "./pasteBuffer.ts";

export { PASTE_LIMIT, type Paste } from "./pasteBuffer.ts";

/** A key that was pressed. */
export interface Key {
  /** `j`, `G`, `ctrl+d`, `alt+b`, `up`, `enter`, `esc`, `tab`, `shift+tab`, `space`, `pageup`, … */
  readonly name: string;
  /** what it types into a field; empty for keys that type nothing */
  readonly text: string;
}

/** What {@link KeySplitter.feed} gives. */
export type Input = Key | Paste;

/** True for a paste, false for a key. */
export function isPaste(input: Input): input is Paste {
  return "paste" in input;
}

/** How long to wait after the last byte before {@link KeySplitter.flush}, in milliseconds. */
export const ESCAPE_WAIT_MS = 25;
/** The same inside a paste whose end has not come yet. */
export const PASTE_WAIT_MS = 1_000;

/** What a splitter is in the middle of: an escape that may be the Esc key, a paste, or nothing. */
export type Pending = "escape" | "paste" | undefined;

/** A splitter for one terminal. */
export interface KeySplitter {
  /** takes the next chunk and gives what is complete */
  feed(chunk: string): Input[];
  /** what is still open; the caller calls `flush` when nothing more has come for the time above */
  readonly pending: Pending;
  /** resolves what is open: a lone ESC is the Esc key, a paste without an end is closed, the rest is dropped */
  flush(): Input[];
}

const ESC = "\u001b";
/** Longer than any real sequence or reply; beyond it the terminal (or somebody behind it) talks nonsense. */
const SEQUENCE_LIMIT = 4_096;

/** `CSI parameters intermediates final`, anchored where the parser stands (ECMA-48 5.4). */
const CSI = /(?:\u001b\[|\u009b)(\[?[0-?]*)([ -/]*)([@-Z\\-~])/y;
const CSI_OPEN = /(?:\u001b\[|\u009b)\[?[0-?]*[ -/]*$/y;
/** rxvt ends shifted editing keys in `$`, which everybody else has between parameters and final byte. */
const RXVT_SHIFT = /(?:\u001b\[|\u009b)([235678])\$/y;
const SS3 = /(?:\u001bO|\u008f)([\d;]*)([ -~])/y;
const SS3_OPEN = /(?:\u001bO|\u008f)[\d;]*$/y;
/** OSC, DCS, SOS, PM and APC up to ST or BEL: replies to queries that we never send. */
const STRING =
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u001b\u0007\u009c]*(?:\u0007|\u009c|\u001b\\)/y;
const STRING_OPEN = /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u001b\u0007\u009c]*\u001b?$/y;

const STRING_END = /\u0007|\u009c|\u001b\\/g;

/** What was found at a place; `endless`: a reply that is longer than any real one. */
type Step =
  | { readonly next: number; readonly key?: Key | undefined; readonly paste?: true }
  | "incomplete"
  | "endless";

function key(name: string | undefined, text = ""): Key | undefined {
  return name === undefined ? undefined : { name, text };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function keyOfSequence(parameters: string, intermediates: string, final: string): Key | undefined {
  if (parameters.startsWith("[") || intermediates !== "") return undefined;
  const name = sequenceName(parameters, final);
  return key(name, name === "space" ? " " : name?.length === 1 ? name : "");
}

function stepCsi(text: string, at: number, found: RegExpExecArray): Step {
  const [whole, parameters = "", intermediates = "", final = ""] = found;
  const next = at + whole.length;
  if (final === "~" && parameters === "200") return { next, paste: true };
  // X10 mouse: three more bytes, which would otherwise be typed. They may still be under way.
  if (final === "M" && parameters === "") return next + 3 > text.length ? "incomplete" : { next: next + 3 };
  return { next, key: keyOfSequence(parameters, intermediates, final) };
}

function stepSs3(at: number, [whole, parameters = "", final = ""]: RegExpExecArray): Step {
  const name = ss3Name(parameters, final);
  return { next: at + whole.length, key: key(name, name?.length === 1 ? name : "") };
}

/** A sequence that begins at `at` with ESC or a C1 control. */
function stepSequence(text: string, at: number): Step {
  const shifted = match(RXVT_SHIFT, text, at);
  if (shifted) return { next: at + shifted[0].length, key: key(sequenceName(shifted[1] ?? "", "$")) };
  const csi = match(CSI, text, at);
  if (csi) return stepCsi(text, at, csi);
  const ss3 = match(SS3, text, at);
  if (ss3) return stepSs3(at, ss3);
  const string = match(STRING, text, at);
  if (string) return { next: at + string[0].length };
  if ([CSI_OPEN, SS3_OPEN, STRING_OPEN].some((open) => match(open, text, at))) {
    return text.length - at > SEQUENCE_LIMIT ? "endless" : "incomplete";
  }
  return stepEscape(text, at);
}

/** ESC that begins no sequence: the Esc key, or Alt with what follows. */
function stepEscape(text: string, at: number): Step {
  if (text[at] !== ESC) return { next: at + 1 };
  const following = text.codePointAt(at + 1);
  if (following === undefined) return "incomplete";
  // Esc pressed again, or Esc and then an arrow key (which may begin with an 8-bit control): two keys.
  if (following === 0x1b || (following >= 0x80 && following <= 0x9f))
    return { next: at + 1, key: key("esc") };
  // A sequence that went wrong in the middle: drop its introducer only.
  if (following === 0x5b || following === 0x4f) return { next: at + 2 };
  const character = String.fromCodePoint(following);
  const name = following < 32 || following === 127 ? controlName(following) : characterName(character);
  return { next: at + 1 + character.length, key: key(`alt+${name}`) };
}

function step(text: string, at: number): Step {
  const code = text.codePointAt(at) ?? 0;
  if (code === 0x1b || (code >= 0x80 && code <= 0x9f)) return stepSequence(text, at);
  if (code < 0x20 || code === 0x7f) return { next: at + 1, key: key(controlName(code)) };
  const character = String.fromCodePoint(code);
  return { next: at + character.length, key: key(characterName(character), character) };
}

/** What a lone ESC, or ESC and one character, means when nothing has followed it. */
function keysOfRest(rest: string): Input[] {
  if (rest === ESC) return [{ name: "esc", text: "" }];
  return /^\u001b[!-~]$/.test(rest) ? [{ name: `alt+${rest[1]}`, text: "" }] : [];
}

class TerminalKeySplitter implements KeySplitter {
  #rest = "";
  #paste: PasteBuffer | undefined;
  /** inside an endless reply: nothing is a key until its end, or until the terminal falls silent */
  #discarding = false;

  get pending(): Pending {
    if (this.#paste) return "paste";
    return this.#discarding || this.#rest !== "" ? "escape" : undefined;
  }

  feed(chunk: string): Input[] {
    const inputs: Input[] = [];
    let text = this.#leaveOpen(this.#rest + chunk, inputs);
    this.#rest = "";
    let at = 0;
    while (text !== undefined && at < text.length) {
      const taken = step(text, at);
      if (typeof taken === "string") {
        if (taken === "incomplete") this.#rest = text.slice(at);
        else this.#discarding = true;
        break;
      }
      at = taken.next;
      if (taken.key) inputs.push(taken.key);
      if (!taken.paste) continue;
      this.#paste = createPasteBuffer();
      text = this.#leaveOpen(text.slice(at), inputs);
      at = 0;
    }
    return inputs;
  }

  flush(): Input[] {
    const inputs: Input[] = this.#paste ? [this.#paste.close()] : keysOfRest(this.#rest);
    this.#paste = undefined;
    this.#discarding = false;
    this.#rest = "";
    return inputs;
  }

  /** Gives the text that follows a paste or an endless reply; undefined while that goes on. */
  #leaveOpen(text: string, inputs: Input[]): string | undefined {
    if (this.#paste) {
      const behind = this.#paste.take(text);
      if (behind === undefined) return undefined;
      inputs.push(this.#paste.close());
      this.#paste = undefined;
      return behind;
    }
    if (!this.#discarding) return text;
    const end = match(STRING_END, text, 0);
    if (!end) return undefined;
    this.#discarding = false;
    return text.slice(end.index + end[0].length);
  }
}

/** Makes a key splitter for one terminal. It holds no timer: the caller decides when a lone ESC is a key. */
export function createKeySplitter(): KeySplitter {
  return new TerminalKeySplitter();
}
