import { CastellanError } from "../errors.ts";

/** Longer input is refused before anything reads it: hashing 10 MB would be an attack's work done for it. */
export const MAX_PASSWORD_BYTES = 1024;

/**
 * A password as it is hashed: NFKC (SP 800-63B section 3.1.1.2), so that the same password typed on another
 * keyboard is the same; nothing is trimmed or cut.
 * @throws CastellanError `password_rejected` above 1,024 bytes of UTF-8, or with a NUL in it
 */
export function normalisePassword(typed: string): string {
  // A UTF-16 unit is at least one byte, so that a giant string is refused by its length alone.
  if (typed.length > MAX_PASSWORD_BYTES || Buffer.byteLength(typed) > MAX_PASSWORD_BYTES) {
    throw rejected(`the password is longer than ${MAX_PASSWORD_BYTES} bytes`, "use a shorter one");
  }
  if (typed.includes("\0")) throw rejected("the password holds a NUL character", "leave it out");
  const text = typed.normalize("NFKC");
  // A compatibility form can be many times longer (U+FDFA: 18 letters).
  if (Buffer.byteLength(text) > MAX_PASSWORD_BYTES) {
    throw rejected(`the password is longer than ${MAX_PASSWORD_BYTES} bytes`, "use a shorter one");
  }
  return text;
}

/** Characters as people count them for a policy: code points, not UTF-16 units or bytes. */
export function lengthOf(text: string): number {
  return [...text].length;
}

export function rejected(message: string, hint: string): CastellanError {
  return new CastellanError("password_rejected", message, hint);
}
