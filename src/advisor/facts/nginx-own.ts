import { posix } from "node:path";
import { OWN_FILES } from "../../changes/own/paths.ts";
import { defineFact } from "../fact.ts";
import { NGINX, type NginxConfig } from "./nginx.ts";

/** castellan's own file for nginx's http level as it is, or null. */
export const OWN_NGINX = defineFact<string | null>(
  "castellan's nginx file",
  async (host) => await host.text(OWN_FILES.nginx),
);

/** What a drop-in of castellan's can do here. */
export interface NginxDropIn {
  readonly config: NginxConfig;
  /** The text of castellan's file; null: there is none yet. */
  readonly present: string | null;
}

/** nginx and castellan's own file in it; null: nginx is not installed. */
export const NGINX_DROP_IN = defineFact<NginxDropIn | null>("nginx drop-in", async (host) => {
  const [config, present] = await Promise.all([host.fact(NGINX), host.fact(OWN_NGINX)]);
  return config === null ? null : { config, present };
});

/**
 * Whether castellan may set a directive on the http level: its file is read there, and nobody else sets it there
 * (nginx refuses a second one).
 */
export function canSet({ http }: NginxConfig, name: string): boolean {
  if (http === null) return false;
  const reads = http.block.some(
    (directive) =>
      directive.name === "include" &&
      directive.file === "/etc/nginx/nginx.conf" &&
      posix.resolve("/etc/nginx", directive.args[0] ?? "") === "/etc/nginx/conf.d/*.conf",
  );
  return reads && !http.block.some(({ name: other, file }) => other === name && file !== OWN_FILES.nginx);
}
