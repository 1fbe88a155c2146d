import type { Listener } from "../../changes/own/listeners.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { LISTENERS } from "./listeners.ts";

/** Control panels by the name of the process that listens (comm of proc(5), cut at 15 characters). */
const PANELS: readonly (readonly [RegExp, string])[] = [
  [/^miniserv\.pl$/, "Webmin"],
  [/^cpsrvd/, "cPanel"],
  [/^cpdavd/, "cPanel's calendar"],
  [/^sw-cp-server/, "Plesk"],
  [/^directadmin$/, "DirectAdmin"],
  [/^lscpd$/, "CyberPanel"],
  [/^BT-Panel$/, "aaPanel"],
  [/^ihttpd$/, "ispmanager"],
  [/^hestia-nginx$/, "HestiaCP"],
  [/^vesta-nginx$/, "VestaCP"],
  [/^cockpit-(tls|ws)$/, "Cockpit"],
];

const PROBE_MS = 1_500;

/** A panel's door, as it answers. */
export interface PanelGate {
  readonly panel: string;
  /** `*` for any address. */
  readonly address: string;
  readonly port: number;
  readonly isLoopback: boolean;
  /** `plain`: it serves without TLS; `redirects`: without TLS it only sends on to https. */
  readonly answers: "tls" | "plain" | "redirects" | "plain, maybe redirects";
  /** What is wrong with the certificate, as OpenSSL says it; null: nothing, or there is none. */
  readonly certificateFault: string | null;
}

/** The doors of control panels that listen on this host. */
export const PANEL_GATES = defineFact(
  "doors of control panels",
  async (host) => {
    const listeners = await host.fact(LISTENERS);
    const tcp = listeners.filter(({ protocol }) => protocol === "tcp");
    if (tcp.length > 0 && tcp.every(({ process }) => process === null)) {
      throw new Error("ss names no process: only root sees whose sockets they are");
    }
    const found = tcp.flatMap((listener) => {
      const panel = PANELS.find(([name]) => name.test(listener.process ?? ""))?.[1];
      return panel === undefined ? [] : [{ panel, listener }];
    });
    return await Promise.all(found.map(({ panel, listener }) => gateOf(host, panel, listener)));
  },
  4_000,
);

async function gateOf(host: AdvisedHost, panel: string, listener: Listener): Promise<PanelGate> {
  const { address, port } = listener;
  const isLoopback = /^127\./.test(address) || address === "::1";
  const gate = { panel, address, port, isLoopback };
  const target = authorityOf(address, port);
  const said = await handshake(host, target);
  if (said !== null) return { ...gate, answers: "tls", certificateFault: said.fault };
  return { ...gate, answers: await plainAnswer(host, target), certificateFault: null };
}

function authorityOf(address: string, port: number): string {
  const place = address === "*" ? "127.0.0.1" : address;
  return `${place.includes(":") ? `[${place}]` : place}:${port}`;
}

/** A TLS handshake (s_client(1)); null: the listener speaks no TLS. */
async function handshake(host: AdvisedHost, target: string): Promise<{ fault: string | null } | null> {
  const { stdout, stderr } = await host.run({
    file: "openssl",
    args: ["s_client", "-connect", target, "-noservername"],
    timeoutMs: PROBE_MS,
    maxBytes: 256 * 1024,
  });
  if (/^New, .*Cipher is (?!\(NONE\))\S/m.test(stdout)) {
    const [, code, words = ""] = /^\s*Verify return code: (\d+) \(([^)\n]{0,80})\)/m.exec(stdout) ?? [];
    if (code === undefined)
      throw new Error(`openssl did not say what it thinks of the certificate at ${target}`);
    return { fault: code === "0" ? null : words };
  }
  if (/wrong version number|packet length too long|http request/.test(stderr)) return null;
  throw new Error(`${target} could not be asked: ${stderr.trim().split("\n")[0]?.slice(0, 120) ?? ""}`);
}

async function plainAnswer(host: AdvisedHost, target: string): Promise<PanelGate["answers"]> {
  if (!(await host.has("curl"))) return "plain, maybe redirects";
  const { stdout } = await host.run({
    file: "curl",
    args: ["-s", "-o", "/dev/null", "-m", "1", "-w", "%{http_code} %{redirect_url}", `http://${target}/`],
    timeoutMs: PROBE_MS,
  });
  const [, code = "000", to = ""] = /^(\d{3}) ?(\S*)/.exec(stdout) ?? [];
  if (code === "000") throw new Error(`${target} speaks neither TLS nor HTTP`);
  return to.startsWith("https://") ? "redirects" : "plain";
}
