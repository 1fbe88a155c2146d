import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";
import type { TlsServer } from "./tls-server.ts";
import { TLS_SERVERS } from "./tls-servers.ts";

/** One cipher suite, as `openssl ciphers -s -v` prints it. */
export interface Cipher {
  readonly name: string;
  readonly keyExchange: string;
  readonly authentication: string;
  readonly encryption: string;
  readonly mac: string;
}

/** The suites that a site's cipher list stands for with this host's OpenSSL. */
export interface CipherList {
  readonly server: TlsServer;
  readonly ciphers: readonly Cipher[];
}

const MOST_LISTS = 16;
/** ciphers(1) in nginx's and Apache's settings: nothing else may reach a command line. */
const CIPHER_LIST = /^[A-Za-z0-9_:+!@=,. -]{1,4000}$/;

/** What the sites offer up to TLS 1.2 (the suites of 1.3 are all sound); null: no web server is installed. */
export const CIPHER_LISTS = defineFact<readonly CipherList[] | null>("cipher lists", async (host) => {
  const servers = await host.fact(TLS_SERVERS);
  if (servers === null) return null;
  const count = servers.filter(({ protocols }) => protocols.allowed.some((version) => version !== "TLSv1.3"));
  const texts = [...new Set(count.map(({ ciphers }) => ciphers.value))];
  if (texts.length > MOST_LISTS) {
    throw new CastellanError("command_failed", `more than ${MOST_LISTS} different cipher lists are in use`);
  }
  const lists = new Map<string, Cipher[]>();
  for (const [index, list] of (await Promise.all(texts.map((text) => expanded(host, text)))).entries()) {
    lists.set(texts[index] ?? "", list);
  }
  return count.map((server) => ({ server, ciphers: lists.get(server.ciphers.value) ?? [] }));
});

async function expanded(host: AdvisedHost, text: string): Promise<Cipher[]> {
  if (!CIPHER_LIST.test(text) || text.startsWith("-")) {
    throw new CastellanError("command_failed", `a cipher list cannot be read: ${text.slice(0, 60)}`);
  }
  const { stdout, exitCode } = await host.run({ file: "openssl", args: ["ciphers", "-s", "-v", text] });
  if (exitCode !== 0) {
    throw new CastellanError("command_failed", `OpenSSL knows no cipher of the list ${text.slice(0, 60)}`);
  }
  const ciphers = parseCiphers(stdout);
  if (ciphers.length === 0) throw new CastellanError("command_failed", "openssl ciphers names none");
  return ciphers.filter(({ version }) => version !== "TLSv1.3");
}

/** The lines of `openssl ciphers -s -v`. */
export function parseCiphers(text: string): (Cipher & { version: string })[] {
  return text.split("\n").flatMap((line) => {
    const [, name, version, keyExchange, authentication, encryption, mac] =
      /^(\S+)\s+(\S+)\s+Kx=(\S+)\s+Au=(\S+)\s+Enc=(\S+)\s+Mac=(\S+)/.exec(line) ?? [];
    if (!name || !version || !keyExchange || !authentication || !encryption || !mac) return [];
    return [{ name, version, keyExchange, authentication, encryption, mac }];
  });
}
