import type { SettingRating } from "./setting-rating.ts";

/** How good an algorithm is: RFC 9142, ssh-audit's policies, Mozilla's OpenSSH guidelines. */
interface Grades {
  readonly good: RegExp;
  /** Broken, or so short that it can be forged. */
  readonly broken: RegExp;
}

const GRADES: Readonly<Record<string, Grades>> = {
  ciphers: {
    good: /^(chacha20-poly1305@openssh\.com|aes(128|256)-gcm@openssh\.com|aes(128|192|256)-ctr)$/,
    broken: /(-cbc|^3des|^arcfour|^blowfish|^cast128|rijndael)/,
  },
  macs: {
    good: /^(umac-128-etm@openssh\.com|hmac-sha2-(256|512)-etm@openssh\.com)$/,
    broken: /(md5|-96|ripemd)/,
  },
  kexalgorithms: {
    good: /^(mlkem768x25519-sha256|sntrup761x25519-sha512(@openssh\.com)?|curve25519-sha256(@libssh\.org)?|diffie-hellman-group1[68]-sha512|diffie-hellman-group-exchange-sha256|kex-strict-s-v00@openssh\.com|ext-info-s)$/,
    broken: /(-sha1$|-sha1-|group1-)/,
  },
};

/** Whether a keyword's value is a list of algorithms that can be rated. */
export function isAlgorithmList(keyword: string): boolean {
  return Object.hasOwn(GRADES, keyword);
}

/** Rates a list of algorithms as `sshd -T` prints it: the weakest one counts, for the client may choose it. */
export function rateAlgorithms(keyword: string, value: string): SettingRating {
  const grades = GRADES[keyword];
  const names = value.split(",").filter((name) => name !== "");
  if (grades === undefined || names.length === 0) return { rating: "warning", says: "no algorithm is named" };
  const broken = names.filter((name) => grades.broken.test(name));
  if (broken.length > 0) return { rating: "critical", says: `broken: ${broken.join(", ")}` };
  const weak = names.filter((name) => !grades.good.test(name));
  if (weak.length > 0) return { rating: "warning", says: `weak: ${weak.join(", ")}` };
  return { rating: "passed", says: "only strong ones" };
}
