import { generateSync, generateURI, ScureBase32Plugin } from "otplib";

/** RFC 6238's defaults, which every authenticator app takes for granted: HMAC-SHA1 and 6 digits. */
const DEFAULT_FORM = { algorithm: "sha1", digits: 6 } as const;

export interface CodeForm {
  readonly algorithm: "sha1" | "sha256" | "sha512";
  readonly digits: 6 | 8;
}

/** HOTP of RFC 4226 section 5.3 for a counter; with a time step as counter it is TOTP of RFC 6238. */
export function codeAt(secret: Uint8Array, counter: number, form: CodeForm = DEFAULT_FORM): string {
  return generateSync({ strategy: "hotp", secret, counter, ...form });
}

/** Base32 (RFC 4648 section 6) without padding. */
export function base32(bytes: Uint8Array): string {
  return new ScureBase32Plugin().encode(bytes, { padding: false });
}

/** Longer URIs need a QR code that leaves no room for text on 80x24 (version 5, 37 modules, level L). */
const LONGEST_URI = 106;

/**
 * The `otpauth://` URI of an enrolment, default parameters left out. A host name that makes the QR code too
 * large for a terminal is shortened to its first label.
 */
export function otpauthUri(host: string, account: string, secret: string): string {
  const full = generateURI({ issuer: host, label: account, secret });
  if (Buffer.byteLength(full) <= LONGEST_URI) return full;
  const short = host.split(".")[0] ?? host;
  return generateURI({ issuer: short === "" ? host : short, label: account, secret });
}
