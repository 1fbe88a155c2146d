/** A stored password hash, read and within bounds; anything else is `unreadable` and fails closed. */
export type StoredHash =
  | { readonly kind: "argon2id"; readonly memoryKib: number; readonly time: number; readonly lanes: number }
  | { readonly kind: "bcrypt"; readonly cost: number }
  | { readonly kind: "sha512-crypt"; readonly rounds: number }
  | { readonly kind: "unreadable"; readonly why: string };

const ARGON2ID = /^\$argon2id\$v=19\$([a-z0-9=,]{1,64})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const SHA512_CRYPT = /^\$6\$(?:rounds=(\d{1,9})\$)?([^$:\n]{0,16})\$[./A-Za-z0-9]{86}$/;

/** What a hash may cost: a row that somebody wrote must not make us allocate 4 GiB or compute for an hour. */
const BOUNDS = { memoryKib: 1_048_576, time: 16, lanes: 16, cost: 15, rounds: 1_000_000 } as const;

/** Reads a PHC string (argon2id) or a modular crypt string ($2a$ $2b$ $2y$, $6$) without computing anything. */
export function readStoredHash(text: string): StoredHash {
  if (text.startsWith("$argon2id$")) return readArgon2id(text);
  const bcrypt = BCRYPT.exec(text);
  if (bcrypt !== null) {
    const cost = Number(bcrypt[1]);
    return cost >= 4 && cost <= BOUNDS.cost ? { kind: "bcrypt", cost } : unreadable("bcrypt cost");
  }
  const sha = SHA512_CRYPT.exec(text);
  if (sha !== null) {
    const rounds = Math.max(1000, Number(sha[1] ?? 5000));
    return rounds <= BOUNDS.rounds ? { kind: "sha512-crypt", rounds } : unreadable("sha512-crypt rounds");
  }
  return unreadable("format");
}

function readArgon2id(text: string): StoredHash {
  const match = ARGON2ID.exec(text);
  if (match === null) return unreadable("argon2id format");
  const pairs = (match[1] ?? "").split(",");
  const parameters = new Map(
    pairs.map((pair): [string, number] => {
      const [name = "", value = ""] = pair.split("=");
      return [name, /^[1-9]\d{0,9}$/.test(value) ? Number(value) : Number.NaN];
    }),
  );
  const memoryKib = parameters.get("m") ?? Number.NaN;
  const time = parameters.get("t") ?? Number.NaN;
  const lanes = parameters.get("p") ?? Number.NaN;
  const within =
    // A parameter twice might be read differently by the library.
    pairs.length === 3 &&
    parameters.size === 3 &&
    memoryKib >= 8 * lanes &&
    memoryKib <= BOUNDS.memoryKib &&
    time <= BOUNDS.time &&
    lanes <= BOUNDS.lanes;
  return within ? { kind: "argon2id", memoryKib, time, lanes } : unreadable("argon2id parameters");
}

function unreadable(what: string): StoredHash {
  return { kind: "unreadable", why: `${what} out of bounds or unknown` };
}
