import type { ChangeDraft, DraftFile } from "../change.ts";
import { OWN_FILES } from "./paths.ts";
import { type About, buildFile, type Dialect, header, plain } from "./settings.ts";

/** Directives of the http level that load, run, include and write nothing, whatever their value. */
const DIRECTIVES = new Set([
  "add_header",
  "autoindex",
  "client_body_buffer_size",
  "client_body_timeout",
  "client_header_buffer_size",
  "client_header_timeout",
  "client_max_body_size",
  "disable_symlinks",
  "etag",
  "keepalive_requests",
  "keepalive_timeout",
  "large_client_header_buffers",
  "limit_conn",
  "limit_conn_status",
  "limit_req",
  "limit_req_status",
  "merge_slashes",
  "reset_timedout_connection",
  "send_timeout",
  "server_names_hash_bucket_size",
  "server_tokens",
  "ssl_ciphers",
  "ssl_ecdh_curve",
  "ssl_prefer_server_ciphers",
  "ssl_protocols",
  "ssl_session_cache",
  "ssl_session_tickets",
  "ssl_session_timeout",
]);
/** Words without quotes, escapes, variables, comments, blocks or ends of statements. */
const VALUE = /^[A-Za-z0-9_.,:/=!@+*-]+( [A-Za-z0-9_.,:/=!@+*-]+){0,15}$/;

const NGINX: Dialect = {
  what: "nginx setting",
  comment: "#",
  allows: (key, value) => DIRECTIVES.has(key) && VALUE.test(value),
  write: (key, value) => `${key} ${value};`,
  read: (line) => {
    const [, key, value] = /^([a-z0-9_]+)\s+([^;]*);$/.exec(line) ?? [];
    return key === undefined || value === undefined ? null : [key, value];
  },
};

/**
 * Sets directives for all sites. What nginx.conf itself sets on the http level cannot be set again (`ssl_protocols` would
 * only add to it): the check says so. A server block may; that is what {@link tlsSnippet} is for.
 * @param present castellan's own file as it is, or null
 * @throws CastellanError `invalid_input`
 */
export function nginxDraft(
  present: string | null,
  settings: Readonly<Record<string, string>>,
  about: About,
): ChangeDraft {
  return {
    kind: "nginx.settings",
    ...about,
    files: [{ path: OWN_FILES.nginx, content: buildFile(NGINX, present, plain(settings)) }],
    services: ["nginx"],
    expect: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`nginx:${key}`, value])),
  };
}

/** Forward secrecy and authenticated encryption only; without DHE, which would need its own parameters. */
const CIPHERS = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
];

/** What TLS may speak at the oldest. */
export type OldestTls = "TLSv1.2" | "TLSv1.3";

/**
 * TLS settings to include in a server block, after Mozilla's Server Side TLS 5.7: "intermediate" with TLS 1.2 and 1.3,
 * "modern" with 1.3 alone.
 */
export function tlsSnippet(oldest: OldestTls): DraftFile {
  const lines =
    oldest === "TLSv1.3"
      ? ["ssl_protocols TLSv1.3;"]
      : ["ssl_protocols TLSv1.2 TLSv1.3;", `ssl_ciphers ${CIPHERS.join(":")};`];
  const content = [
    ...lines,
    "ssl_ecdh_curve X25519:prime256v1:secp384r1;",
    "ssl_prefer_server_ciphers off;",
    "ssl_session_timeout 1d;",
    "ssl_session_cache shared:castellan:10m;",
    "ssl_session_tickets off;",
  ];
  return { path: OWN_FILES.nginxTls, content: `${header("#")}\n${content.join("\n")}\n` };
}
