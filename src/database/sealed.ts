import { createCipheriv, createDecipheriv } from "node:crypto";
import { CastellanError } from "../errors.ts";
import type { Random } from "../host/random.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The one place where a sealed value belongs; a copy in another row or column does not open. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  readonly row: number | string;
}

/** Seals with AES-256-GCM: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes), the place as associated data. */
export function seal(key: Buffer, place: SealedPlace, plain: Buffer, random: Random): Buffer {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(place));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Opens what {@link seal} made.
 * @throws CastellanError `secret_unreadable` when the key, the place or a single bit is another
 */
export function unseal(key: Buffer, place: SealedPlace, sealed: Buffer): Buffer {
  try {
    const tagAt = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(associatedData(place));
    decipher.setAuthTag(sealed.subarray(tagAt));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, tagAt)), decipher.final()]);
  } catch (error) {
    throw new CastellanError(
      "secret_unreadable",
      `the secret in ${place.table}.${place.column} of row ${place.row} cannot be decrypted`,
      "the key file is not the one that wrote it, or the row was tampered with: see `castellan audit verify`",
      { cause: error },
    );
  }
}

function associatedData({ table, column, row }: SealedPlace): Buffer {
  return Buffer.from(`castellan:${table}:${column}:${row}`);
}
