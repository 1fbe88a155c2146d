/** Text that was pasted, verbatim. */
export interface Paste {
  readonly paste: string;
  /** true when it was longer than {@link PASTE_LIMIT} and its end was dropped */
  readonly truncated: boolean;
}

/** The longest paste that is kept, in UTF-16 code units. */
export const PASTE_LIMIT = 1_048_576;

const PASTE_END = "\u001b[201~";

/** One bracketed paste while it arrives. */
export interface PasteBuffer {
  /** takes the next chunk; gives the text behind the end marker once that has come, else undefined */
  take(chunk: string): string | undefined;
  /** what has come so far */
  close(): Paste;
}

/** Collects a paste up to its end marker, however the chunks fall. */
export function createPasteBuffer(): PasteBuffer {
  let kept = "";
  let tail = "";
  let truncated = false;
  const keep = (text: string): void => {
    const room = PASTE_LIMIT - kept.length;
    if (text.length > room) truncated = true;
    kept += text.slice(0, Math.max(0, room));
  };
  return {
    take(chunk) {
      const text = tail + chunk;
      const end = text.indexOf(PASTE_END);
      if (end === -1) {
        const held = Math.min(text.length, PASTE_END.length - 1);
        keep(text.slice(0, text.length - held));
        tail = text.slice(text.length - held);
        return undefined;
      }
      keep(text.slice(0, end));
      tail = "";
      return text.slice(end + PASTE_END.length);
    },
    close() {
      keep(tail);
      return { paste: kept, truncated };
    },
  };
}
