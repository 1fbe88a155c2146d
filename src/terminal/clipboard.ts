/** The longest text that is copied, in bytes. Its base64 form stays below the 100,000 that xterm takes. */
export const CLIPBOARD_LIMIT = 74_994;

/**
 * The OSC 52 sequence that asks the terminal to put `text` on the clipboard of the user's own machine,
 * through SSH (xterm control sequences, "Manipulate Selection Data"). Undefined when the text is longer
 * than {@link CLIPBOARD_LIMIT} bytes: terminals drop such a sequence without a word. The terminal does not
 * answer, so a caller can only say that it asked.
 */
export function clipboardSequence(text: string): string | undefined {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length > CLIPBOARD_LIMIT) return undefined;
  return `\u001b]52;c;${bytes.toString("base64")}\u001b\\`;
}
