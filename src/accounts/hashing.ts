import { availableParallelism } from "node:os";
import type { KeyRing } from "../database/keys.ts";
import { readStoredHash, type StoredHash } from "./stored-hash.ts";
import { workQueue } from "./work-queue.ts";

/**
 * argon2id with m=19,456 KiB, t=2, p=1, salt 16 bytes, tag 32 bytes: a row of ASVS 5.0 appendix C, equal in
 * strength to its others, and the one whose memory two hashes at once can take within the guard's 90 MiB.
 */
export const ARGON2_COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 } as const;

/** libuv has four threads; one stays free for files and name look-ups. */
const SLOTS = Math.max(1, Math.min(availableParallelism(), 3));
const queue = workQueue(SLOTS);

/** What a comparison said; `outdated` when the hash should be made anew with the current method and cost. */
export interface HashVerdict {
  readonly matches: boolean;
  readonly outdated: boolean;
}

/** Makes and compares password hashes, off the main thread, a few at a time. */
export interface PasswordHasher {
  /** A PHC string of `password`, which is normalised already. */
  hash(password: string): Promise<string>;
  /**
   * Compares. Without a stored hash, or with one that cannot be read or is out of bounds, it costs what a
   * comparison with current parameters costs and does not match.
   */
  verify(stored: string | null, password: string, typed: string): Promise<HashVerdict>;
}

/**
 * The pepper (a key outside the database, SP 800-63B section 3.1.1.2) goes in as argon2's secret value K
 * (RFC 9106 section 3.1): hashes of a stolen database cannot be guessed at without the key file.
 */
export function openHasher(keys: KeyRing): PasswordHasher {
  const secret = keys.key("pepper");

  async function hash(password: string): Promise<string> {
    const { default: argon2 } = await import("argon2");
    return queue.run(() => argon2.hash(password, { ...ARGON2_COST, type: argon2.argon2id, secret }));
  }

  async function matches(read: StoredHash, stored: string, password: string, typed: string) {
    if (read.kind === "argon2id") {
      const { default: argon2 } = await import("argon2");
      return queue.run(() => argon2.verify(stored, password, { secret }));
    }
    // Other panels hashed what was typed, without normalising it.
    for (const form of new Set([typed, password])) {
      if (await queue.run(() => matchesOld(read, stored, form))) return true;
    }
    return false;
  }

  return {
    hash,
    async verify(stored, password, typed) {
      const read = stored === null ? undefined : readStoredHash(stored);
      if (stored === null || read === undefined || read.kind === "unreadable") {
        await hash(password);
        return { matches: false, outdated: false };
      }
      return { matches: await matches(read, stored, password, typed), outdated: isOutdated(read) };
    },
  };
}

/** bcrypt sees 72 bytes only: a longer password is refused, so that no typo beyond them becomes the password. */
const BCRYPT_BYTES = 72;

async function matchesOld(read: StoredHash, stored: string, form: string): Promise<boolean> {
  if (read.kind === "bcrypt") {
    if (Buffer.byteLength(form) > BCRYPT_BYTES) return false;
    const { compare } = await import("bcryptjs");
    return compare(form, stored);
  }
  const { verifySha512Crypt } = await import("./sha512-crypt.ts");
  return verifySha512Crypt(stored, Buffer.from(form));
}

function isOutdated(read: StoredHash): boolean {
  return !(
    read.kind === "argon2id" &&
    read.memoryKib === ARGON2_COST.memoryCost &&
    read.time === ARGON2_COST.timeCost &&
    read.lanes === ARGON2_COST.parallelism
  );
}
