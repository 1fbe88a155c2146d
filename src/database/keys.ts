import { hkdfSync } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { CastellanError } from "../errors.ts";
import { translateFileError } from "../host/file-errors.ts";
import type { Random } from "../host/random.ts";
import { assertPrivate, isThere, prepareStateFolder, syncFolder } from "../host/state-folder.ts";

const KEY_FILE = "master.key";
const KEY_BYTES = 32;

/** What a derived key is for; each purpose has a key of its own. */
export type KeyPurpose = "totp" | "backup-codes" | "audit" | "audit-cut" | "anchor" | "pepper";

/** Keys for every purpose, derived from the one master key (HKDF-SHA256, RFC 5869). */
export interface KeyRing {
  /** 32 bytes, the same at every call. */
  key(purpose: KeyPurpose): Buffer;
}

/** The master key file of a state folder. */
export function keyPath(folder: string): string {
  return join(folder, KEY_FILE);
}

/**
 * Reads the master key; makes one only on a first start.
 * @throws CastellanError `key_missing`, `key_damaged`, `unsafe_permissions`, `storage_full`
 */
export function openKeyRing(folder: string, random: Random, options: { create: boolean }): KeyRing {
  const path = keyPath(folder);
  if (!isThere(path)) {
    if (!options.create) {
      throw new CastellanError(
        "key_missing",
        `the key file ${path} is missing: secrets in the database cannot be read without it`,
        "restore it from a backup (file mode 0600), or move the whole state folder away to begin anew",
      );
    }
    prepareStateFolder(folder);
    writeKey(folder, path, random.bytes(KEY_BYTES));
  }
  assertPrivate(folder, "directory");
  assertPrivate(path, "file");
  return deriveKeys(parseKey(readFileSync(path, "latin1"), path));
}

/** A key appears whole or not at all; of two first starts at once, the first one's key stays. */
function writeKey(folder: string, path: string, key: Buffer): void {
  const fresh = `${path}.${process.pid}.new`;
  try {
    const file = openSync(fresh, "wx", 0o600);
    try {
      writeSync(file, `${key.toString("hex")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(fresh, path);
    syncFolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw translateFileError(error, path);
  } finally {
    rmSync(fresh, { force: true });
  }
}

function parseKey(text: string, path: string): Buffer {
  if (!/^[0-9a-f]{64}\n?$/.test(text)) {
    throw new CastellanError(
      "key_damaged",
      `${path} does not hold a key (64 hexadecimal digits)`,
      "restore it from a backup; do not write a new one, secrets would be lost",
    );
  }
  return Buffer.from(text.trim(), "hex");
}

/** A ring over a given master key. */
export function deriveKeys(master: Buffer): KeyRing {
  const derived = new Map<KeyPurpose, Buffer>();
  return {
    key(purpose) {
      const known = derived.get(purpose);
      if (known !== undefined) return known;
      const key = Buffer.from(hkdfSync("sha256", master, "", `castellan:${purpose}:v1`, KEY_BYTES));
      derived.set(purpose, key);
      return key;
    },
  };
}
