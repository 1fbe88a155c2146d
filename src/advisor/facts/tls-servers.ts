import { type AdvisedHost, defineFact } from "../fact.ts";
import { APACHE } from "./apache.ts";
import { NGINX } from "./nginx.ts";
import { apacheTls } from "./tls-apache.ts";
import { nginxTls } from "./tls-nginx.ts";
import type { TlsServer } from "./tls-server.ts";

/** Every web site that speaks TLS; null: no web server is installed. */
export const TLS_SERVERS = defineFact<readonly TlsServer[] | null>("web servers' TLS", async (host) => {
  const [nginx, apache] = await Promise.all([host.fact(NGINX), host.fact(APACHE)]);
  if (nginx === null && apache === null) return null;
  const ofNginx = nginx === null ? [] : nginxTls(nginx, await nginxVersionIfNeeded(host, nginx));
  return [...ofNginx, ...(apache === null ? [] : apacheTls(apache))];
});

/** `1.22.1`, asked only where a default of the program counts. */
async function nginxVersionIfNeeded(
  host: AdvisedHost,
  nginx: Parameters<typeof nginxTls>[0],
): Promise<string | null> {
  if (!nginxTls(nginx, null).some((server) => !server.protocols.isSet)) return null;
  const { stderr } = await host.run({ file: "nginx", args: ["-v"] });
  return /nginx\/(\d+\.\d+\.\d+)/.exec(stderr)?.[1] ?? null;
}
