import { randomBytes, randomInt } from "node:crypto";

/** Unpredictable values; passed in, so that tests can repeat them. */
export interface Random {
  /** `length` bytes from a cryptographic source. */
  bytes(length: number): Buffer;
  /** An integer from 0 to `below` - 1, evenly spread. */
  integer(below: number): number;
}

/** The kernel's random source, through OpenSSL. */
export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  integer: (below) => randomInt(below),
};
