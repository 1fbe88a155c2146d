import { isIP } from "node:net";
import { CastellanError } from "../../errors.ts";
import type { AdvisedHost } from "../fact.ts";

const PROBE_MS = 1_500;

/** A listener of this host to talk to: always over loopback. */
export interface Target {
  readonly port: number;
  /** For SNI; null: none is sent. */
  readonly name: string | null;
  /** Speaks this first and then upgrades: `smtp`, `imap`. */
  readonly starttls?: "smtp" | "imap" | "pop3";
}

/** The loopback target of a listening address, or null where loopback does not reach it. */
export function targetOf(address: string, port: number, names: readonly string[]): Target | null {
  if (!["*", "0.0.0.0", "[::]", "127.0.0.1", "localhost"].includes(address)) return null;
  return { port, name: names.find(isPlainName) ?? null };
}

/** A name that may stand in a command line and in a certificate: no wildcard, no regex, no option. */
export function isPlainName(name: string): boolean {
  return /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(name) && isIP(name) === 0;
}

/**
 * Whether a listener completes a handshake with an old version, asked with every cipher that this host's OpenSSL has
 * (s_client(1)); null: nobody listens there, or the answer says neither.
 */
export async function acceptsVersion(
  host: AdvisedHost,
  target: Target,
  version: "TLSv1" | "TLSv1.1",
): Promise<boolean | null> {
  const flag = version === "TLSv1" ? "-tls1" : "-tls1_1";
  const said = await sClient(host, target, [flag, "-cipher", "ALL:@SECLEVEL=0"]);
  if (said === null) return null;
  if (/^New, .*Cipher is (?!\(NONE\))\S/m.test(said)) return true;
  return /alert|Cipher is \(NONE\)/.test(said) ? false : null;
}

/**
 * The certificate that a listener shows, as PEM; null: nobody listens there.
 * @throws CastellanError `command_missing`, `command_timeout`, `command_failed` (none was shown)
 */
export async function servedCertificate(host: AdvisedHost, target: Target): Promise<string | null> {
  const said = await sClient(host, target, []);
  if (said === null) return null;
  const shown = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(said)?.[0];
  if (shown !== undefined) return shown;
  throw new CastellanError("command_failed", `port ${target.port} showed openssl no certificate`);
}

async function sClient(host: AdvisedHost, target: Target, more: string[]): Promise<string | null> {
  const { port, name, starttls } = target;
  const { stdout, stderr } = await host.run({
    file: "openssl",
    args: [
      "s_client",
      "-connect",
      `127.0.0.1:${port}`,
      ...(name === null ? ["-noservername"] : ["-servername", name]),
      ...(starttls === undefined ? [] : ["-starttls", starttls]),
      ...more,
    ],
    timeoutMs: PROBE_MS,
    maxBytes: 256 * 1024,
  });
  return /connect:errno/.test(stderr) ? null : `${stdout}\n${stderr}`;
}
