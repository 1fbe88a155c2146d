import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nginxDraft, tlsSnippet } from "../../../src/changes/own/nginx.ts";
import { OWN_FILES } from "../../../src/changes/own/paths.ts";
import { openNginxService } from "../../../src/changes/services/nginx.ts";
import { CastellanError } from "../../../src/errors.ts";
import { ABOUT } from "../own/builders.ts";
import { draftOf, serviceHost, stagesLeft, titled, verdicts, whyNot } from "./service-host.ts";

const WHY = whyNot("nginx");

/** As Debian has it, with logs, caches and a pid file in folders that no machine has. */
const NGINX = {
  "etc/nginx/nginx.conf": `user www-data;
pid /run/castellan-nowhere/nginx.pid;
error_log /var/log/castellan-nowhere/error.log;
include /etc/nginx/modules-enabled/*.conf;
events { worker_connections 768; }
http {
  include /etc/nginx/mime.types;
  ssl_protocols TLSv1 TLSv1.2;
  access_log /var/log/castellan-nowhere/access.log;
  proxy_cache_path /var/cache/castellan-nowhere levels=1:2 keys_zone=one:1m;
  include /etc/nginx/conf.d/*.conf;
  include /etc/nginx/sites-enabled/*;
}
`,
  "etc/nginx/mime.types": "types { text/html html; }\n",
  "etc/nginx/sites-available/default":
    'server { listen 127.0.0.1:18081; root "/var/www"; access_log /var/log/castellan-nowhere/$host.log; include snippets/own.conf; }\n',
  "etc/nginx/sites-enabled/default": "->/etc/nginx/sites-available/default",
  "etc/nginx/snippets/own.conf": "autoindex off;\n",
};

/** What nginx would write where it is not told otherwise. */
const WRITTEN = [
  "/run/nginx.pid",
  "/run/castellan-nowhere",
  "/var/log/castellan-nowhere",
  "/var/cache/castellan-nowhere",
  "/var/log/nginx",
  "/var/log/nginx/access.log",
  "/var/log/nginx/error.log",
];

const TOKENS = nginxDraft(null, { server_tokens: "off" }, ABOUT);

describe.skipIf(WHY !== null)(titled("nginx, asked about a copy", WHY), () => {
  it("says that the configuration would stand, and touches nothing of the host or of this machine", async () => {
    const host = serviceHost(NGINX);
    const before = host.picture();
    const touched = (): unknown => WRITTEN.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs);
    const machine = touched();
    const checks = await openNginxService(host.parts).check(TOKENS);
    expect(checks).toEqual([
      expect.objectContaining({ name: "nginx -t", passed: true }),
      expect.objectContaining({ name: "server_tokens is off", passed: true, lines: [] }),
    ]);
    expect(host.picture()).toEqual(before);
    expect(touched()).toEqual(machine);
    expect(stagesLeft()).toEqual([]);
  });

  it("names file and line of a fault as the host has them", async () => {
    const host = serviceHost(NGINX);
    const broken = draftOf({ [OWN_FILES.nginx]: "server_tokens off;\nno_such_directive on;\n" });
    const [check] = await openNginxService(host.parts).check(broken);
    expect(check).toMatchObject({ name: "nginx -t", passed: false });
    expect(check?.lines.join()).toContain(
      'unknown directive "no_such_directive" in /etc/nginx/conf.d/castellan.conf:2',
    );
    expect(check?.lines.join()).not.toContain("castellan-stage");
  });

  it("refuses what nginx.conf sets already", async () => {
    const host = serviceHost({
      ...NGINX,
      "etc/nginx/nginx.conf": NGINX["etc/nginx/nginx.conf"].replace("http {", "http { server_tokens on;"),
    });
    const [check] = await openNginxService(host.parts).check(TOKENS);
    expect(check).toMatchObject({ passed: false });
    expect(check?.lines.join()).toContain("duplicate");
  });

  it("is not content with a TLS version that another file still allows", async () => {
    const host = serviceHost(NGINX);
    const checks = await openNginxService(host.parts).check(
      nginxDraft(null, { ssl_protocols: "TLSv1.3" }, ABOUT),
    );
    expect(checks.at(-1)).toMatchObject({
      name: "ssl_protocols is TLSv1.3",
      passed: false,
      lines: ["for all sites ssl_protocols is TLSv1 TLSv1.2 and TLSv1.3"],
    });
  });

  it("says which value sites set themselves", async () => {
    const host = serviceHost(NGINX);
    host.write({ "etc/nginx/sites-enabled/b": "server { listen 127.0.0.1:18082; server_tokens on; }\n" });
    const checks = await openNginxService(host.parts).check(TOKENS);
    expect(checks.at(-1)).toMatchObject({ passed: true, lines: ["some sites set it themselves: on"] });
  });

  it("tests TLS settings that no site includes yet", async () => {
    const host = serviceHost(NGINX);
    const service = openNginxService(host.parts);
    for (const oldest of ["TLSv1.2", "TLSv1.3"] as const) {
      const checks = await service.check(draftOf({}, { files: [tlsSnippet(oldest)] }));
      expect(verdicts(checks)).toEqual({ "nginx -t": true, "nginx -t (TLS settings)": true });
    }
    const bad = draftOf({ [OWN_FILES.nginxTls]: "ssl_protocols SSLv9;\n" });
    expect(verdicts(await service.check(bad))).toEqual({
      "nginx -t": true,
      "nginx -t (TLS settings)": false,
    });
  });

  it("verifies and measures what lies in place", async () => {
    const host = serviceHost(NGINX);
    const service = openNginxService(host.parts);
    expect(await service.probe(TOKENS)).toEqual([expect.objectContaining({ passed: false })]);
    host.apply(TOKENS);
    expect(verdicts(await service.verify())).toEqual({ "nginx -t": true });
    expect(await service.probe(TOKENS)).toEqual([expect.objectContaining({ passed: true })]);
    host.write({ "etc/nginx/conf.d/other.conf": "broken" });
    expect(verdicts(await service.verify())).toEqual({ "nginx -t": false });
    await service.activate();
  });

  it("follows links within the host's root only, and keeps private keys out of the copy", async () => {
    const host = serviceHost({
      ...NGINX,
      "etc/nginx/ssl/site.key": "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n",
      "etc/nginx/conf.d/up.conf": "->../../../../../../../../etc/hostname-of-nobody",
    });
    const copies: string[] = [];
    const { parts } = host;
    const run: typeof parts.run = async (command) => {
      const [main = ""] = command.args.slice(-1);
      copies.push(String(statSync(main).mode & 0o777));
      const result = await parts.run({
        file: "find",
        args: [main.replace("/etc/nginx/nginx.conf", ""), "-type", "f"],
      });
      copies.push(result.stdout);
      return { exitCode: 1, stdout: "", stderr: "stopped" };
    };
    await openNginxService({ ...parts, run }).check(TOKENS);
    expect(copies[0]).toBe(String(0o600));
    expect(copies[1]).toContain("/etc/nginx/conf.d/castellan.conf");
    expect(copies[1]).not.toContain("site.key");
  });
});

describe("nginx that cannot be asked", () => {
  const broken = (code: "command_missing" | "command_timeout") =>
    serviceHost(NGINX, async () => {
      throw new CastellanError(code, `nginx: ${code}`);
    });

  it.skipIf(process.geteuid?.() !== 0)("is unknown, never passed", async () => {
    for (const code of ["command_missing", "command_timeout"] as const) {
      const checks = await openNginxService(broken(code).parts).check(TOKENS);
      expect(checks).toEqual([
        { service: "nginx", name: "nginx -t", passed: null, lines: [`nginx: ${code}`] },
      ]);
    }
    expect(stagesLeft()).toEqual([]);
  });

  it.skipIf(process.geteuid?.() !== 0)("is asked again without -e where it is older than that", async () => {
    const asked: (readonly string[])[] = [];
    const host = serviceHost(NGINX, async ({ args }) => {
      asked.push(args.slice(0, 2));
      const old = args.includes("-e");
      return { exitCode: old ? 1 : 0, stdout: "", stderr: old ? 'nginx: invalid option: "e"' : "" };
    });
    expect(verdicts(await openNginxService(host.parts).verify())).toEqual({ "nginx -t": true });
    expect(asked).toEqual([
      ["-t", "-e"],
      ["-t", "-c"],
    ]);
  });
});
