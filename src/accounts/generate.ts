import type { Random } from "../host/random.ts";

/** Without 0 O o 1 l I and other pairs that are misread: 56 characters, 5.8 bits each. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const GROUP = 4;
const FEWEST_GROUPS = 5;

/**
 * A random password to be read off a screen: groups of four with hyphens, `Kq7m-Xw3p-T9ra-h4Bz-n6Yc`. At
 * least 20 random characters (more than 110 bits), with capital, small letter, digit and sign in it.
 */
export function generatePassword(random: Random, minLength: number): string {
  const groups = Math.max(FEWEST_GROUPS, Math.ceil((minLength + 1) / (GROUP + 1)));
  for (;;) {
    const text = Array.from({ length: groups }, () => group(random)).join("-");
    if (/[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text)) return text;
  }
}

function group(random: Random): string {
  return Array.from({ length: GROUP }, () => ALPHABET[random.integer(ALPHABET.length)]).join("");
}
