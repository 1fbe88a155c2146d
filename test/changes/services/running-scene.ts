/** Runs real daemons on a machine of their own (running.sh), changes their files as the engine would, tells what came of it. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { ChangeDraft } from "../../../src/changes/change.ts";
import { fail2banDraft } from "../../../src/changes/own/fail2ban.ts";
import { inputPolicyDraft } from "../../../src/changes/own/input-policy.ts";
import { nginxDraft } from "../../../src/changes/own/nginx.ts";
import { phpDraft } from "../../../src/changes/own/php.ts";
import { openServices } from "../../../src/changes/services/open.ts";
import type { Service } from "../../../src/changes/services/service.ts";
import { codeOf } from "../../../src/errors.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { runCommand } from "../../../src/host/command.ts";

const ABOUT = { title: "a test", reason: "to see" };
const services = openServices({ root: "/", run: runCommand, clock: systemClock });

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function place({ files = [] }: ChangeDraft): void {
  for (const { path, content } of files) write(path, content ?? "");
}

function remove({ files = [] }: ChangeDraft): void {
  for (const { path } of files) rmSync(path, { force: true });
}

function tell(what: string, value: unknown): void {
  process.stdout.write(`${JSON.stringify([what, value])}\n`);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return;
    await wait(50);
  }
  throw new Error(`did not come: ${holds.toString()}`);
}

const PAGE = "http://127.0.0.1:8080/index.php";
/** What nginx and PHP tell of themselves: two header lines. A reload takes a moment. */
async function headers(): Promise<string> {
  await wait(300);
  const response = await fetch(PAGE, { headers: { connection: "close" } });
  const body = await response.text();
  return [response.status, response.headers.get("server"), response.headers.get("x-powered-by"), body].join(
    " ",
  );
}

const SITE = `server {
  listen 127.0.0.1:8080;
  root /run/www;
  location ~ \\.php$ { include fastcgi.conf; fastcgi_pass unix:/run/php/php8.2-fpm.sock; }
}
`;

async function start(): Promise<void> {
  rmSync("/etc/nginx/sites-enabled/default", { force: true });
  write("/etc/nginx/sites-enabled/site", SITE);
  write("/run/www/index.php", "<?php echo ini_get('disable_functions');");
  write("/etc/php/8.2/fpm/conf.d/90-test.ini", "expose_php = On\n");
  write("/run/auth.log", "");
  write(
    "/etc/fail2ban/jail.d/test.local",
    "[sshd]\nenabled = true\nbackend = polling\nlogpath = /run/auth.log\n",
  );
  execFileSync("nginx");
  execFileSync("php-fpm8.2", ["-D"]);
  spawn("fail2ban-server", ["-xf", "start"], { stdio: "ignore" });
  execFileSync("ssh-keygen", ["-A"]);
  execFileSync("/usr/sbin/sshd", ["-p", "2222"]);
  await until(() => existsSync("/run/php/php8.2-fpm.sock") && existsSync("/run/nginx.pid"));
  await until(
    async () => (await runCommand({ file: "fail2ban-client", args: ["status", "sshd"] })).exitCode === 0,
  );
}

/** The life of a change: checked, written, verified, activated, measured, and back again. */
async function live(service: Service, draft: ChangeDraft, look: () => Promise<unknown>): Promise<void> {
  tell(`${service.name} before`, await look());
  tell(`${service.name} check`, await service.check(draft));
  place(draft);
  tell(`${service.name} verify`, await service.verify());
  await service.activate();
  tell(`${service.name} probe`, await service.probe(draft));
  tell(`${service.name} after`, await look());
  remove(draft);
  await service.activate();
  tell(`${service.name} back`, await look());
  tell(`${service.name} probe without it`, await service.probe(draft));
}

async function output(file: string, ...args: string[]): Promise<string> {
  const { stdout, exitCode } = await runCommand({ file, args });
  return `${exitCode} ${stdout.trim()}`;
}

async function failing(service: Service, path: string, text: string): Promise<unknown> {
  write(path, text);
  try {
    await service.activate();
    return "activated";
  } catch (error) {
    return [codeOf(error), await headers()];
  } finally {
    rmSync(path);
  }
}

await start();
await live(services.nginx, nginxDraft(null, { server_tokens: "off" }, ABOUT), headers);
tell("nginx broken", await failing(services.nginx, "/etc/nginx/conf.d/castellan.conf", "broken"));
const hide = phpDraft("8.2", "fpm", null, { expose_php: "Off", disable_functions: "exec" }, ABOUT);
await live(services["php-fpm"], hide, headers);
tell(
  "php-fpm broken",
  await failing(services["php-fpm"], "/etc/php/8.2/fpm/pool.d/bad.conf", "[bad]\nno = 1\n"),
);
const jail = fail2banDraft(null, { sshd: { enabled: "true", bantime: "1h", maxretry: "3" } }, ABOUT);
await live(services.fail2ban, jail, () => output("fail2ban-client", "get", "sshd", "bantime"));
const policy = { tcpPorts: [8080], udpPorts: [], logDrops: true, bootUnit: false };
tell("closed", await services.nftables.check(inputPolicyDraft({ ...policy, sshPorts: [22] }, ABOUT)));
const input = inputPolicyDraft({ ...policy, sshPorts: [2222] }, ABOUT);
await live(services.nftables, input, () => output("nft", "list", "tables"));
execFileSync("nginx", ["-s", "stop"]);
await until(() => !existsSync("/run/nginx.pid"));
await services.nginx.activate();
tell("nginx stopped", await services.nginx.probe(nginxDraft(null, {}, ABOUT)));
process.exit(0);
