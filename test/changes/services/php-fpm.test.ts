import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { phpSettingsFile } from "../../../src/changes/own/paths.ts";
import { phpDraft } from "../../../src/changes/own/php.ts";
import { openPhpFpmService } from "../../../src/changes/services/php-fpm.ts";
import { isSamePhpValue, parsePhpInfo } from "../../../src/changes/services/php-settings.ts";
import { ABOUT } from "../own/builders.ts";
import { draftOf, serviceHost, stagesLeft, titled, verdicts, whyNot } from "./service-host.ts";

const WHY = whyNot("php-fpm8.2");
const FPM = "etc/php/8.2/fpm";

const PHP = {
  [`${FPM}/php.ini`]: "expose_php = On\n",
  [`${FPM}/php-fpm.conf`]:
    "[global]\npid = /run/castellan-nowhere/fpm.pid\nerror_log = /var/log/castellan-nowhere/fpm.log\ninclude=/etc/php/8.2/fpm/pool.d/*.conf\n",
  [`${FPM}/pool.d/www.conf`]:
    "[www]\nuser = nobody\ngroup = nogroup\nlisten = /run/castellan-nowhere/www.sock\npm = ondemand\npm.max_children = 2\naccess.log = /var/log/castellan-nowhere/access.log\n",
  [`${FPM}/conf.d/10-own.ini`]: "->/etc/php/8.2/mods-available/own.ini",
  "etc/php/8.2/mods-available/own.ini": "memory_limit = 64M\n",
  "etc/php/8.2/cli/php.ini": "",
  "etc/php/8.2/cli/conf.d/99.ini": "",
};

const HIDE = phpDraft("8.2", "fpm", null, { expose_php: "Off", disable_functions: "exec,system" }, ABOUT);

describe.skipIf(WHY !== null)(titled("PHP, asked about a copy", WHY), () => {
  it("says that the settings would stand and what they would be, and touches nothing", async () => {
    const host = serviceHost(PHP);
    const before = host.picture();
    const log = statSync("/var/log/php8.2-fpm.log", { throwIfNoEntry: false })?.mtimeMs;
    expect(verdicts(await openPhpFpmService(host.parts).check(HIDE))).toEqual({
      "php-fpm8.2 -t": true,
      "PHP 8.2 fpm expose_php is Off": true,
      "PHP 8.2 fpm disable_functions is exec,system": true,
    });
    expect(host.picture()).toEqual(before);
    expect(statSync("/var/log/php8.2-fpm.log", { throwIfNoEntry: false })?.mtimeMs).toBe(log);
    expect(stagesLeft()).toEqual([]);
  });

  it.each([
    [
      "a quote that does not end",
      'expose_php = "Off\n',
      /syntax error.*\/etc\/php\/8\.2\/fpm\/conf\.d\/99-castellan\.ini/,
    ],
    ["a size that is none", "memory_limit = bogus\n", /Invalid "memory_limit" setting/],
  ])("refuses %s, where PHP itself goes on", async (_, text, complaint) => {
    const host = serviceHost(PHP);
    const [check] = await openPhpFpmService(host.parts).check(
      draftOf({ [phpSettingsFile("8.2", "fpm")]: text }),
    );
    expect(check).toMatchObject({ name: "php-fpm8.2 -t", passed: false });
    expect(check?.lines.join("\n")).toMatch(complaint);
  });

  it("refuses what a later file would take back", async () => {
    const host = serviceHost({ ...PHP, [`${FPM}/conf.d/99-zz.ini`]: "expose_php = On\n" });
    const checks = await openPhpFpmService(host.parts).check(HIDE);
    expect(checks.find(({ name }) => name.includes("expose_php"))).toMatchObject({
      passed: false,
      lines: ["PHP 8.2 fpm expose_php is On"],
    });
  });

  it("says which pool sets a value itself", async () => {
    const host = serviceHost(PHP);
    host.write({
      [`${FPM}/pool.d/x.conf`]:
        "[x]\nuser = nobody\nlisten = /x\npm = ondemand\npm.max_children = 1\nphp_admin_value[disable_functions] = none\n",
    });
    const checks = await openPhpFpmService(host.parts).check(HIDE);
    expect(checks.find(({ name }) => name.includes("disable_functions"))).toMatchObject({
      passed: true,
      lines: ["/etc/php/8.2/fpm/pool.d/x.conf sets it for its pool: none"],
    });
  });

  it("asks the command line's PHP for its own settings, and nobody for one that is not installed", async () => {
    const host = serviceHost({ ...PHP, "etc/php/5.2/fpm/conf.d/x.ini": "" });
    const service = openPhpFpmService(host.parts);
    const cli = await service.check(phpDraft("8.2", "cli", null, { expose_php: "Off" }, ABOUT));
    expect(verdicts(cli)).toEqual({
      "PHP 8.2 cli reads its settings": true,
      "PHP 8.2 cli expose_php is Off": true,
    });
    const old = await service.check(phpDraft("5.2", "fpm", null, { expose_php: "Off" }, ABOUT));
    expect(verdicts(old)).toEqual({ "php-fpm5.2 -t": null, "PHP 5.2 fpm": null });
  });

  it("verifies and measures what lies in place", async () => {
    const host = serviceHost(PHP);
    const service = openPhpFpmService(host.parts);
    expect(Object.values(verdicts(await service.probe(HIDE)))).toEqual([false, false]);
    host.apply(HIDE);
    expect(Object.values(verdicts(await service.probe(HIDE)))).toEqual([true, true]);
    expect(verdicts(await service.verify())).toMatchObject({ "php-fpm8.2 -t": true });
    host.write({ [`${FPM}/pool.d/bad.conf`]: "[bad]\nno_such = 1\n" });
    expect(verdicts(await service.verify())).toMatchObject({ "php-fpm8.2 -t": false });
    await service.activate();
  });
});

describe("PHP's values", () => {
  it("are read from what -i prints", () => {
    const info = "phpinfo()\nexpose_php => Off => On\nopen_basedir => no value => no value\na => b\n";
    expect([...parsePhpInfo(info)]).toEqual([
      ["expose_php", "Off"],
      ["open_basedir", ""],
    ]);
  });

  it("are the same when PHP takes them for the same", () => {
    for (const [one, other, same] of [
      ["Off", "0", true],
      ["Off", "", true],
      ["On", "1", true],
      ["On", "Off", false],
      ["128M", "128M", true],
      ["exec", "system", false],
      ["0", "1", false],
    ] as const) {
      expect(isSamePhpValue(one, other), `${one} and ${other}`).toBe(same);
    }
  });
});
