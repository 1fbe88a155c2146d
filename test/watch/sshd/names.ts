import fc from "fast-check";
import type { Client } from "./openssh.ts";

/** Whom the attacker wants to see banned; no client of these tests has such an address. */
export const VICTIMS = ["198.51.100.77", "2001:db8:dead::77"] as const;

/** What a hostile name is made of: every word that sshd puts around a name, and what moves the end of a line. */
const PIECES = [
  ...VICTIMS,
  " ",
  "  ",
  " from ",
  " from 198.51.100.77",
  " 198.51.100.77 port 1",
  " port 22",
  " port",
  " port ",
  " ssh2",
  " ssh1",
  ":",
  ": ",
  " [preauth]",
  "[",
  "]",
  "(",
  ")",
  "invalid user ",
  "authenticating user ",
  "user ",
  "illegal user ",
  "root",
  "Failed password for root",
  "Accepted publickey for ",
  "Invalid user ",
  "message repeated 5 times: [ ",
  "\\",
  "\n",
  "\r",
  "\t",
  "\u0001",
  "\u001b[2J",
  "\u0007",
  "'",
  '"',
  "rhost=198.51.100.77",
  " user=root",
  "; ",
  " not allowed because ",
  " rejected: ",
  " via ",
  ", ip=198.51.100.77",
  "Their offer: ",
  "2001",
  "sshd[1]: ",
  " timed out",
  " on ",
  "a",
  "0",
  ".",
  "%",
  "=",
];

/** The bytes of a hostile name; long runs of control bytes and of blanks push the true address off the line. */
export const hostileName = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...PIECES).map((text) => Buffer.from(text, "latin1")) },
      {
        weight: 1,
        arbitrary: fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(1, 32, 92, 255), fc.integer({ min: 1, max: 180 }))
          .map(([byte, count]) => Buffer.alloc(count, byte)),
      },
    ),
    { maxLength: 9 },
  )
  .map((parts) => Buffer.concat(parts));

export const client: fc.Arbitrary<Client> = fc.record({
  ip: fc.constantFrom(
    "203.0.113.249",
    "203.0.113.9",
    "192.0.2.1",
    "0.0.0.0",
    "10.1.2.3",
    "2001:db8:1::9",
    "2001:db8::2:3456",
    "2400:cb00::1",
    "fe80::1",
    "1234:5678:9abc:def0:1234:5678:9abc:def0",
  ),
  port: fc.constantFrom(1, 22, 2001, 40931, 65535),
  name: hostileName,
  valid: fc.boolean(),
});
