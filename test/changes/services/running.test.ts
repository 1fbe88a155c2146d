import { statSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckResult } from "../../../src/changes/change.ts";
import { onOwnMachine, whyNoMachine } from "./own-machine.ts";
import { titled, verdicts } from "./service-host.ts";

/** What the scene writes, on its own machine. */
const TOUCHED = [
  "/etc/castellan",
  "/etc/nginx/conf.d",
  "/etc/nginx/sites-enabled",
  "/etc/php/8.2/fpm/conf.d",
  "/etc/fail2ban/jail.d",
  "/run/nginx.pid",
  "/run/php",
  "/var/log/nginx",
];
const WHY = whyNoMachine(["nginx", "php-fpm8.2", "fail2ban-server", "nft", "sshd"]);

describe.skipIf(WHY !== null)(titled("services that run, on a machine of their own", WHY), () => {
  const machine = (): unknown => TOUCHED.map((name) => statSync(name, { throwIfNoEntry: false })?.mtimeMs);
  const before = machine();
  let told: ReadonlyMap<string, unknown> = new Map();
  const results = (what: string): Record<string, boolean | null> => verdicts(told.get(what) as CheckResult[]);

  beforeAll(async () => {
    told = new Map(await onOwnMachine<[string, unknown]>("running-scene.ts", 300_000));
  }, 320_000);

  it("nginx takes its settings without a pause, and gives them back", () => {
    expect(told.get("nginx before")).toMatch(/^200 nginx\/\d/);
    expect(results("nginx verify")).toEqual({ "nginx -t": true });
    expect(results("nginx probe")).toEqual({ "port 8080 answers": true, "server_tokens is off": true });
    expect(told.get("nginx after")).toMatch(/^200 nginx PHP/);
    expect(told.get("nginx back")).toBe(told.get("nginx before"));
    expect(results("nginx probe without it")).toEqual({
      "port 8080 answers": true,
      "server_tokens is off": false,
    });
  });

  it("nginx goes on with what it has when it is given something broken, and that is told", () => {
    expect(told.get("nginx broken")).toEqual(["change_failed", told.get("nginx before")]);
  });

  it("nginx that was stopped is left alone", () => {
    expect(results("nginx stopped")).toEqual({ "nginx runs": null });
  });

  it("PHP takes its settings into the requests that follow, and gives them back", () => {
    expect(told.get("php-fpm before")).toMatch(/^200 nginx\S* PHP\/8\.2\S* $/);
    expect(told.get("php-fpm after")).toMatch(/^200 nginx\S* {2}exec$/);
    expect(told.get("php-fpm back")).toBe(told.get("php-fpm before"));
    expect(results("php-fpm probe")).toEqual({
      "php-fpm8.2 runs": true,
      "PHP 8.2 fpm expose_php is Off": true,
      "PHP 8.2 fpm disable_functions is exec": true,
    });
    expect(told.get("php-fpm broken")).toEqual(["change_failed", told.get("php-fpm before")]);
  });

  it("fail2ban takes what a jail is told, by its own word", () => {
    expect([told.get("fail2ban before"), told.get("fail2ban after")]).toEqual(["0 600", "0 3600"]);
    expect(told.get("fail2ban back")).toBe("0 600");
    expect(results("fail2ban probe")).toEqual({
      "fail2ban answers": true,
      "sshd enabled is true": true,
      "sshd bantime is 1h": true,
      "sshd maxretry is 3": true,
    });
    expect(results("fail2ban probe without it")).toMatchObject({ "sshd bantime is 1h": false });
  });

  it("the input policy is loaded and taken away, and never closes sshd's own port", () => {
    expect(results("closed")).toEqual({ "nft -c": true, "sshd's ports stay open": false });
    expect(results("nftables check")).toEqual({ "nft -c": true, "sshd's ports stay open": true });
    expect([told.get("nftables before"), told.get("nftables after"), told.get("nftables back")]).toEqual([
      "0 ",
      "0 table inet castellan_input",
      "0 ",
    ]);
    expect(results("nftables probe")).toEqual({
      "table inet castellan_input": true,
      "port 2222 of sshd is open": true,
      "policy is drop": true,
      "tcp:2222 is accept": true,
    });
    expect(results("nftables probe without it")).toEqual({ "no table inet castellan_input": true });
  });

  it("nothing of all this was done to this machine", () => {
    expect(machine()).toEqual(before);
  });
});
