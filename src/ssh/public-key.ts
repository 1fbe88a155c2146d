import { createHash } from "node:crypto";

/** A public key as it stands in authorized_keys: a type and a blob in base64 (RFC 4253, 6.6). */
export interface PublicKey {
  readonly type: string;
  /** Size of an RSA or DSA modulus, or of the curve; null: the type has none. */
  readonly bits: number | null;
  /** `SHA256:…`, as ssh-keygen and sshd's log write it. */
  readonly fingerprint: string;
}

const TYPES = new Set([
  "ssh-ed25519",
  "ssh-rsa",
  "ssh-dss",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
]);

/** Whether a word is the type of a key. */
export function isKeyType(word: string): boolean {
  return TYPES.has(word);
}

/** Reads a key; null when type and blob do not fit or the blob is cut. */
export function parsePublicKey(type: string, base64: string): PublicKey | null {
  if (!TYPES.has(type) || !/^[A-Za-z0-9+/]{20,}={0,2}$/.test(base64)) return null;
  const blob = Buffer.from(base64, "base64");
  // sshd wants the padding that belongs there (b64_pton); Node does not.
  if (blob.toString("base64") !== base64) return null;
  const fields = fieldsOf(blob);
  if (fields === null || fields[0]?.toString("latin1") !== type) return null;
  const size = sizeOf(type, fields);
  if (size === undefined) return null;
  const hash = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return { type, bits: size, fingerprint: `SHA256:${hash}` };
}

/** The length-prefixed strings of a blob; null when it is cut. */
function fieldsOf(blob: Buffer): Buffer[] | null {
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return null;
    const length = blob.readUInt32BE(at);
    if (at + 4 + length > blob.length) return null;
    fields.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}

/** undefined: not a key of that type. */
function sizeOf(type: string, fields: readonly Buffer[]): number | null | undefined {
  const [, first, second] = fields;
  if (type === "ssh-ed25519") return fields.length === 2 && first?.length === 32 ? 256 : undefined;
  if (type === "sk-ssh-ed25519@openssh.com")
    return fields.length === 3 && first?.length === 32 ? 256 : undefined;
  if (type === "ssh-rsa") return fields.length === 3 && second ? bitLength(second) : undefined;
  if (type === "ssh-dss") return fields.length === 5 && first ? bitLength(first) : undefined;
  const curve = first?.toString("latin1") ?? "";
  return type.includes(`ecdsa-sha2-${curve}`) ? Number(curve.slice("nistp".length)) : undefined;
}

function bitLength(number: Buffer): number {
  const start = number.findIndex((byte) => byte !== 0);
  if (start < 0) return 0;
  return (number.length - start) * 8 - Math.clz32(number[start] ?? 0) + 24;
}

/**
 * Signature algorithms that a key can sign with; sshd needs one of them in PubkeyAcceptedAlgorithms. RSA with SHA-1
 * (`ssh-rsa`) is left out: OpenSSH's own clients no longer sign so since 8.8.
 */
export function algorithmsOf(type: string): readonly string[] {
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type];
}
