import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configOf } from "../../../src/advisor/facts/nginx.ts";
import { fateOf } from "../../../src/advisor/facts/nginx-fate.ts";
import { parseNginx } from "../../../src/advisor/facts/nginx-tree.ts";

const NGINX = "/usr/sbin/nginx";
const PATHS = [
  "/",
  "/.env",
  "/.git/HEAD",
  "/.well-known/x",
  "/a.php",
  "/uploads/x.php",
  "/uploads/x.jpg",
  "/closed/x",
  "/closed/open/x",
  "/exact",
  "/exactly/x.php",
  "/sub/deep/x.php",
  "/SUB/x.PHP",
  "/secret/x",
];

/** Each server is one way of writing rules. Where PHP stands nginx passes the request to a server that answers 418. */
const SERVERS = [
  "location ~ /\\.(?!well-known/) { deny all; } location ~ \\.php$ { PHP }",
  "location /uploads/ { deny all; } location ~ \\.php$ { PHP }",
  "location ^~ /uploads/ { deny all; } location ~ \\.php$ { PHP }",
  "location ~* \\.php$ { PHP } location ~ ^/uploads/ { deny all; }",
  "location = /exact { return 403; } location /exact { deny all; location ~ \\.php$ { PHP } }",
  "location /sub/ { location /sub/deep/ { deny all; } location ~ x\\.php$ { PHP } } location ~ \\.php$ { deny all; }",
  "deny all; location /closed/open/ { allow all; } location ~ \\.php$ { allow all; PHP }",
  "location /closed/ { allow 192.0.2.1; deny all; } location ~* \\.php$ { PHP }",
  "location ~ \\.php$ { internal; PHP } location /secret/ { auth_basic x; auth_basic_user_file /dev/null; }",
];

let folder = "";
let port = 0;
let nginx: ChildProcess | null = null;

function serverText(rules: string, number: number): string {
  return `server { listen 127.0.0.1:${port}; server_name s${number}.example; root ${folder}/www; ${rules} }`;
}

describe.skipIf(!existsSync(NGINX))(
  "location rules beside the real nginx (skipped where it is not installed)",
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "castellan-nginx-"));
      for (const path of PATHS) {
        mkdirSync(join(folder, "www", path, path.endsWith("/") ? "." : ".."), { recursive: true });
        if (!path.endsWith("/")) writeFileSync(join(folder, "www", path), "x");
      }
      port = await freePort();
      const servers = SERVERS.map((rules, number) =>
        serverText(rules.replace("PHP", `proxy_pass http://127.0.0.1:${port};`), number),
      );
      const file = join(folder, "nginx.conf");
      writeFileSync(
        file,
        `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/log; events {}
http { access_log off; client_body_temp_path ${folder}/b; autoindex on; server { listen 127.0.0.1:${port}; server_name 127.0.0.1; return 418; }
${servers.join("\n")} }`,
      );
      nginx = spawn(NGINX, ["-c", file, "-e", `${folder}/log`], { stdio: "ignore" });
      await answering();
    });

    afterAll(() => {
      nginx?.kill();
      if (folder !== "") rmSync(folder, { recursive: true });
    });

    it.each(SERVERS.map((rules, number) => [rules, number] as const))("%s", async (rules, number) => {
      const text = serverText(rules.replace("PHP", "fastcgi_pass unix:/x;"), number);
      const server = configOf(parseNginx(`http { ${text} }`, "f")).servers[0];
      const ours = PATHS.map((path) => `${path} ${server ? fateOf(server, path).fate : "?"}`);
      const theirs = await Promise.all(
        PATHS.map(async (path) => `${path} ${await fateFromNginx(path, number)}`),
      );
      expect(ours).toEqual(theirs);
    });
  },
);

async function fateFromNginx(path: string, number: number): Promise<string> {
  const status = await statusFrom(path, number);
  // `internal` answers 404, as does a file that is not there; all of these are there.
  if ([401, 403, 404].includes(status)) return "refused";
  return status === 418 ? "php" : "file";
}

function statusFrom(path: string, number: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { host: `s${number}.example` };
  request({ host: "127.0.0.1", port, path, headers }, (answer) => {
    answer.resume();
    resolve(answer.statusCode ?? 0);
  })
    .on("error", reject)
    .end();
  return promise;
}

async function answering(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      await statusFrom("/", 0);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error("nginx did not answer");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
