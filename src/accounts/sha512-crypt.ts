import { createHash, timingSafeEqual } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";

const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BYTES = 64;
/** Rounds between two turns of the event loop: about 2 ms. */
const ROUNDS_PER_TURN = 1_000;

/**
 * Whether `password` made this `$6$` hash (Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", version
 * 0.6). The caller has checked form and rounds; the loop gives way to the screen all along.
 */
export async function verifySha512Crypt(hash: string, password: Buffer): Promise<boolean> {
  const parts = hash.split("$");
  const custom = parts[2]?.startsWith("rounds=") === true;
  const rounds = custom ? Math.max(1000, Number(parts[2]?.slice("rounds=".length))) : 5000;
  const salt = Buffer.from((custom ? parts[3] : parts[2]) ?? "").subarray(0, 16);
  const expected = Buffer.from(parts.at(-1) ?? "", "latin1");
  const computed = Buffer.from(encode(await digest(password, salt, rounds)), "latin1");
  return expected.length === computed.length && timingSafeEqual(expected, computed);
}

async function digest(password: Buffer, salt: Buffer, rounds: number): Promise<Buffer> {
  let hash = firstDigest(password, salt);
  const p = repeatTo(sha512(repeat(password, password.length)), password.length);
  const s = repeatTo(sha512(repeat(salt, 16 + (hash[0] ?? 0))), salt.length);
  for (let round = 0; round < rounds; round += 1) {
    if (round % ROUNDS_PER_TURN === ROUNDS_PER_TURN - 1) await nextTurn();
    const input = [round % 2 === 1 ? p : hash];
    if (round % 3 !== 0) input.push(s);
    if (round % 7 !== 0) input.push(p);
    input.push(round % 2 === 1 ? hash : p);
    hash = sha512(Buffer.concat(input));
  }
  return hash;
}

/** Steps 1 to 12 of the specification. */
function firstDigest(password: Buffer, salt: Buffer): Buffer {
  const alternate = sha512(Buffer.concat([password, salt, password]));
  const input = [password, salt, repeatTo(alternate, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) input.push((bits & 1) === 1 ? alternate : password);
  return sha512(Buffer.concat(input));
}

function sha512(data: Buffer): Buffer {
  return createHash("sha512").update(data).digest();
}

function repeat(data: Buffer, times: number): Buffer {
  return Buffer.alloc(data.length * times, data);
}

function repeatTo(data: Buffer, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, data);
}

/** The specification's own base 64: three bytes from places 21 apart, the lowest six bits first. */
function encode(hash: Buffer): string {
  let text = "";
  let [a, b, c] = [0, 21, 42];
  for (let group = 0; group < 21; group += 1) {
    text += encodeGroup(((hash[a] ?? 0) << 16) | ((hash[b] ?? 0) << 8) | (hash[c] ?? 0), 4);
    [a, b, c] = [b + 1, c + 1, a + 1];
  }
  return text + encodeGroup(hash[BYTES - 1] ?? 0, 2);
}

function encodeGroup(value: number, letters: number): string {
  let text = "";
  for (let index = 0; index < letters; index += 1) text += ALPHABET[(value >> (6 * index)) & 0x3f];
  return text;
}
