import { SSHD } from "../../changes/services/sshd-effective.ts";
import { CastellanError } from "../../errors.ts";
import { defineFact } from "../fact.ts";
import { sshdThereFact } from "./sshd-files.ts";

/** What sshd sends to every client before anybody signs in. */
export interface SshOffer {
  /** `SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3`. */
  readonly banner: string;
  /** Key exchanges, ciphers and MACs that it offers, as it names them (RFC 4253, 7.1). */
  readonly algorithms: readonly string[];
}

/**
 * Greets a sshd of our own that ends with its standard input (`sshd -i`): no network, no log line, the installed program
 * with the present configuration. Some parts of the offer (strict key exchange) show nowhere else.
 */
export const sshOfferFact = defineFact("sshd -i", async (host): Promise<SshOffer | null> => {
  if (!(await host.fact(sshdThereFact))) return null;
  const { stdout, stderr } = await host.run({
    file: SSHD,
    args: ["-i", "-e"],
    input: "SSH-2.0-castellan\r\n",
    maxBytes: 64 * 1024,
  });
  const offer = parseOffer(stdout);
  if (offer !== null) return offer;
  throw new CastellanError(
    "command_failed",
    `sshd -i offers nothing: ${stderr.split("\n", 1)[0] || "no word"}`,
  );
});

/** Reads the names out of a banner and a KEXINIT packet that came as text; null: it is none. */
export function parseOffer(text: string): SshOffer | null {
  const [banner = ""] = text.split(/\r?\n/, 1);
  if (!banner.startsWith("SSH-2.0-")) return null;
  // Lengths stand between the lists, and may look like a letter before the first name: that one is not to be trusted.
  const lists = text.slice(banner.length).match(/[\x21-\x7e]{12,}/g) ?? [];
  const algorithms = lists.flatMap((list) => list.split(","));
  return algorithms.some(
    (name) => name.endsWith("curve25519-sha256") || /diffie|ecdh|sntrup|mlkem/.test(name),
  )
    ? { banner, algorithms }
    : null;
}
