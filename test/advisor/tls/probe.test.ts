import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  acceptsVersion,
  isPlainName,
  servedCertificate,
  targetOf,
} from "../../../src/advisor/facts/tls-probe.ts";
import { statusOf } from "../../../src/advisor/facts/web-probe.ts";
import { runCommand } from "../../../src/host/command.ts";
import { fixtureHost } from "../../support/advised-host.ts";

const NGINX = "/usr/sbin/nginx";
const missing = [NGINX, "/usr/bin/openssl", "/usr/bin/curl"].filter((program) => !existsSync(program));
const host = { ...fixtureHost({ programs: ["curl", "openssl"] }), run: runCommand };

let folder = "";
let ports: readonly number[] = [];
let nginx: ChildProcess | null = null;

describe.skipIf(missing.length > 0)(`probes of a real nginx (skipped without ${missing.join(", ")})`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "castellan-tls-"));
    ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const [strict, lax, plain] = ports;
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=a.example",
      ].concat([...["-keyout", join(folder, "key"), "-out", join(folder, "pem")]]),
      { stdio: "ignore" },
    );
    mkdirSync(join(folder, "www"));
    writeFileSync(join(folder, "www", "[1-3].sql"), "x");
    const file = join(folder, "nginx.conf");
    const listen = (port: number | undefined, more: string): string =>
      `server { listen 127.0.0.1:${port} ssl; server_name a.example; ${more} }`;
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/log; events {}
http { access_log ${folder}/access; client_body_temp_path ${folder}/b; ssl_certificate ${folder}/pem; ssl_certificate_key ${folder}/key;
ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
${listen(strict, "")}
${listen(lax, "ssl_ciphers ALL:@SECLEVEL=0;")}
server { listen 127.0.0.1:${plain}; server_name a.example; root ${folder}/www; location /no { deny all; } } }`,
    );
    nginx = spawn(NGINX, ["-c", file, "-e", `${folder}/log`], { stdio: "ignore" });
    await answering(plain ?? 0);
  });

  afterAll(() => {
    nginx?.kill();
    rmSync(folder, { recursive: true });
  });

  const target = (index: number) => ({ port: ports[index] ?? 0, name: "a.example" });

  it("sees that OpenSSL refuses TLS 1.1 although nginx allows it", async () => {
    expect(await acceptsVersion(host, target(0), "TLSv1.1")).toBe(false);
  });

  it("sees that TLS 1.1 and 1.0 are spoken where the security level is lowered", async () => {
    expect(await acceptsVersion(host, target(1), "TLSv1.1")).toBe(true);
    expect(await acceptsVersion(host, target(1), "TLSv1")).toBe(true);
  });

  it("says nothing where nobody listens, and takes what speaks no TLS for no answer", async () => {
    expect(await acceptsVersion(host, target(3), "TLSv1.1")).toBeNull();
    expect(await servedCertificate(host, target(3))).toBeNull();
    await expect(servedCertificate(host, target(2))).rejects.toThrow(/no certificate/);
  });

  it("gets the certificate that is shown", async () => {
    const pem = await servedCertificate(host, target(0));
    const own = new X509Certificate(readFileSync(join(folder, "pem")));
    expect(pem && new X509Certificate(pem).fingerprint256).toBe(own.fingerprint256);
  });

  it("asks for a path by its name, and for one path only whatever a customer calls his file", async () => {
    const site = { names: ["a.example"], listens: [{ address: "*", port: ports[2] ?? 0, tls: false }] };
    expect(await statusOf(host, site, "/no/x")).toBe(403);
    expect(await statusOf(host, site, "/[1-3].sql")).toBe(200);
    expect(await statusOf(host, site, "/gone?x#y\ud800")).toBe(404);
    const lines = readFileSync(join(folder, "access"), "utf8").matchAll(/"GET (\S+) /g);
    expect([...lines].map(([, path]) => path)).toEqual(["/no/x", "/%5B1-3%5D.sql", "/gone%3Fx%23y%EF%BF%BD"]);
  });
});

describe("what is asked", () => {
  it.each(["-tls1", "a b", "*.example", "~^www", "a;b", "", "127.0.0.1", "::1", "$host"])(
    "is never named %j",
    (name) => {
      expect(isPlainName(name)).toBe(false);
    },
  );

  it("is this host over loopback, and nothing else", () => {
    expect(targetOf("192.0.2.1", 443, ["a.example"])).toBeNull();
    expect(targetOf("[::]", 443, ["*.a.example", "a.example"])).toEqual({ port: 443, name: "a.example" });
  });
});

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
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
