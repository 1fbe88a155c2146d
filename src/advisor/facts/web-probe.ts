import type { AdvisedHost } from "../fact.ts";
import { isPlainName } from "./tls-probe.ts";

const PROBE_SECONDS = 1;
const LOOPBACK = new Set(["*", "0.0.0.0", "[::]", "127.0.0.1", "localhost"]);

/** A site to ask: how it listens and what it is called. */
export interface Askable {
  readonly names: readonly string[];
  readonly listens: readonly {
    readonly address: string;
    readonly port: number | null;
    readonly tls: boolean;
  }[];
}

/**
 * The status of a GET over loopback that changes nothing: the body is thrown away. null: curl is not installed, the
 * site has no name to be asked by, or nobody answers.
 */
export async function statusOf(host: AdvisedHost, site: Askable, path: string): Promise<number | null> {
  const name = site.names.find(isPlainName);
  const listen = site.listens.find(({ address, port }) => port !== null && LOOPBACK.has(address));
  if (name === undefined || listen === undefined || !(await host.has("curl"))) return null;
  const url = `${listen.tls ? "https" : "http"}://${name}:${listen.port}${encoded(path)}`;
  // File names are customers': without --globoff `[1-9999]` in one would be as many requests. --disable: no ~/.curlrc.
  const args = [
    "--disable",
    "--globoff",
    "--silent",
    "--insecure",
    "--noproxy",
    "*",
    "--max-time",
    String(PROBE_SECONDS),
    "--resolve",
    `${name}:${listen.port}:127.0.0.1`,
    "--output",
    "/dev/null",
    "--write-out",
    "%{http_code}",
    "--user-agent",
    "castellan",
    url,
  ];
  try {
    const { stdout } = await host.run({
      file: "curl",
      args,
      timeoutMs: PROBE_SECONDS * 1_000 + 500,
      maxBytes: 4_096,
    });
    const status = Number(stdout.trim());
    return status >= 100 ? status : null;
  } catch {
    return null;
  }
}

function encoded(path: string): string {
  return path
    .split("/")
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join("/");
}
