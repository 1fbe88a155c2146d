import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fail2banDraft } from "../../../src/changes/own/fail2ban.ts";
import { nginxDraft, tlsSnippet } from "../../../src/changes/own/nginx.ts";
import { OWN_FILES } from "../../../src/changes/own/paths.ts";
import { phpDraft } from "../../../src/changes/own/php.ts";
import { sysctlDraft } from "../../../src/changes/own/sysctl.ts";
import { modprobeDraft } from "../../../src/changes/own/system.ts";
import { upgradesDraft } from "../../../src/changes/own/upgrades.ts";
import { CastellanError } from "../../../src/errors.ts";
import { ABOUT, BUILDERS, settingLines, textOf } from "./builders.ts";

const REFUSED = expect.objectContaining({ code: "invalid_input" });

/** What ends a line, a statement, a section, a quote or a comment in one of the languages, or says more than it seems. */
const ATTACKS = [
  "1\nevil = 1",
  "1\r\nevil",
  "1\revil",
  "off; include /tmp/evil.conf",
  "off;} server { listen 81; root /; ",
  "1 # comment",
  "1 ; comment",
  '"; quoted',
  "'quoted'",
  "[section]",
  "a]b",
  "%(evil)s",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: PHP and apt read it so
  "${HOME}",
  "$(id)",
  "`id`",
  "back\\slash",
  "\u0000",
  "1\u2028evil",
  "\u001b]0;title\u0007",
  "ünicode",
  " leading",
  "x".repeat(3_000),
  "../../etc/passwd\n",
];

describe.each(BUILDERS)("the $name builder", ({ build, good, lines }) => {
  it("writes what is wanted, below a header that says whose it is and how to undo it", () => {
    const text = textOf(build(null, good));
    expect(text).toContain("Written by castellan");
    expect(text).toContain("castellan change undo");
    for (const line of lines) expect(settingLines(text)).toContain(line);
    expect(text.endsWith("\n")).toBe(true);
  });

  it("keeps what the file sets already, and gives the same text for the same settings", () => {
    const [[firstKey = "", firstValue = ""] = [], ...rest] = Object.entries(good);
    const before = textOf(build(null, Object.fromEntries(rest)));
    const after = textOf(build(before, { [firstKey]: firstValue }));
    expect(new Set(settingLines(after))).toEqual(new Set(settingLines(textOf(build(null, good)))));
    expect(textOf(build(after, {}))).toBe(after);
    expect(textOf(build(after, good))).toBe(after);
  });

  it("lets go of what somebody else wrote in it and it would not write", () => {
    const [first = ""] = settingLines(textOf(build(null, good)));
    const present = `${textOf(build(null, good))}\n!!! not a setting\n`;
    expect(textOf(build(present, {}))).toContain(first);
    expect(textOf(build(present, {}))).not.toContain("!!!");
  });

  it.each(ATTACKS)("refuses %j as a value, and in a key", (attack) => {
    for (const key of Object.keys(good)) {
      expect(() => build(null, { [key]: attack })).toThrow(REFUSED);
      expect(() => build(null, { [`${key}${attack}`]: good[key] ?? "" })).toThrow(REFUSED);
    }
    expect(() => build(null, { [attack]: "1" })).toThrow(REFUSED);
  });

  it("takes nothing over from a file that it would refuse as a wish", () => {
    for (const attack of ATTACKS) {
      const present = Object.keys(good)
        .map((key) => `${key} = ${attack}\n${key} ${attack};\n${key}=${attack}\n`)
        .join("");
      const text = textOf(build(`${present}\n`, {}));
      const allowed = settingLines(text).every((line) => !/evil|[`\\]|\$\(|include|%\(/.test(line));
      expect(allowed, text).toBe(true);
    }
  });

  it("either refuses or writes just that one setting, whatever it is asked for", () => {
    const keys = fc.constantFrom(...Object.keys(good));
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(..."ab01 =;#[]{}\"'%$\\\n\r\t/.,:|&-"), maxLength: 12 }),
      fc.constantFrom(...Object.values(good)),
    );
    fc.assert(
      fc.property(keys, text, (key, value) => {
        let built: string;
        try {
          built = textOf(build(null, { [key]: value }));
        } catch (error) {
          expect(error).toBeInstanceOf(CastellanError);
          return;
        }
        const written = settingLines(built).filter((line) => !line.startsWith("["));
        expect(written).toHaveLength(1);
        expect(written[0]).toContain(value.trim().replace(/\s+/g, " "));
        expect(textOf(build(built, {}))).toBe(built);
      }),
      { numRuns: 500 },
    );
  });

  it("says of itself what it expects to be measured only for what it was asked to set", () => {
    const { expect: expected = {} } = build(textOf(build(null, good)), {});
    expect(expected).toEqual({});
  });
});

describe("drafts", () => {
  it("set kernel settings now and at boot", () => {
    const draft = sysctlDraft(null, { "kernel.printk": "4\t4  1 7" }, ABOUT);
    expect(draft).toEqual({
      kind: "sysctl.settings",
      ...ABOUT,
      files: [{ path: OWN_FILES.sysctl, content: expect.stringContaining("\nkernel.printk = 4 4 1 7\n") }],
      sysctls: { "kernel.printk": "4 4 1 7" },
      services: ["sysctl"],
      expect: { "sysctl:kernel.printk": "4 4 1 7" },
    });
  });

  it.each([
    "kernel..printk",
    ".kernel.printk",
    "kernel.printk.",
    "kernel/printk",
    "kernel.../../../etc/passwd",
    "kernel",
    "Kernel.Printk",
    "-kernel.printk",
    "net.ipv4.conf.*.rp_filter",
  ])("refuse %s as a kernel setting", (key) => {
    expect(() => sysctlDraft(null, { [key]: "1" }, ABOUT)).toThrow(REFUSED);
  });

  it("refuse a core pattern that runs a program", () => {
    expect(() => sysctlDraft(null, { "kernel.core_pattern": "|/tmp/evil %p" }, ABOUT)).toThrow(REFUSED);
    expect(textOf(sysctlDraft(null, { "kernel.core_pattern": "|/bin/false" }, ABOUT))).toContain(
      "|/bin/false",
    );
  });

  it("take a setting whose name is that of every object's prototype for what it is", () => {
    const draft = sysctlDraft(null, JSON.parse('{"net.__proto__": "1"}') as Record<string, string>, ABOUT);
    expect(Object.keys(draft.sysctls ?? {})).toEqual(["net.__proto__"]);
    expect(() =>
      nginxDraft(null, JSON.parse('{"__proto__": "off"}') as Record<string, string>, ABOUT),
    ).toThrow(REFUSED);
  });

  it("name neither code nor programs nor other files, though their languages could", () => {
    for (const key of ["include", "load_module", "access_log", "lua_package_path", "perl_modules", "root"]) {
      expect(() => nginxDraft(null, { [key]: "off" }, ABOUT)).toThrow(REFUSED);
    }
    for (const key of [
      "extension",
      "zend_extension",
      "auto_prepend_file",
      "sendmail_path",
      "opcache.preload",
    ]) {
      expect(() => phpDraft("8.2", "fpm", null, { [key]: "evil" }, ABOUT)).toThrow(REFUSED);
    }
    for (const key of ["action", "before", "ignorecommand", "logpath", "filter"]) {
      expect(() => fail2banDraft(null, { sshd: { [key]: "evil" } }, ABOUT)).toThrow(REFUSED);
    }
    for (const key of [
      "DPkg::Pre-Invoke",
      "DPkg::Pre-Invoke::",
      "APT::Update::Post-Invoke",
      "Dir::Bin::dpkg",
    ]) {
      expect(() => upgradesDraft(null, { [key]: "evil" }, ABOUT)).toThrow(REFUSED);
    }
  });

  it.each(["INCLUDES", "ss hd", "sshd]", "", "sshd\n[DEFAULT", "../sshd", "-sshd"])(
    "refuse %j as the name of a jail",
    (jail) => {
      expect(() => fail2banDraft(null, { [jail]: { enabled: "true" } }, ABOUT)).toThrow(REFUSED);
    },
  );

  it("expect of fail2ban what it can be asked for", () => {
    const jails = {
      DEFAULT: { bantime: "10m" },
      sshd: { enabled: "true", bantime: "1h", port: "2222" },
      proftpd: { enabled: "false", bantime: "1h" },
    };
    expect(fail2banDraft(null, jails, ABOUT).expect).toEqual({
      "fail2ban:sshd:enabled": "true",
      "fail2ban:sshd:bantime": "1h",
      "fail2ban:proftpd:enabled": "false",
    });
  });

  it("keep the jails of before beside the new ones, each once", () => {
    const first = textOf(
      fail2banDraft(null, { DEFAULT: { bantime: "10m" }, sshd: { enabled: "true" } }, ABOUT),
    );
    const second = textOf(
      fail2banDraft(first, { sshd: { bantime: "1h" }, dovecot: { enabled: "true" } }, ABOUT),
    );
    expect(settingLines(second)).toEqual([
      "[DEFAULT]",
      "bantime = 10m",
      "[sshd]",
      "enabled = true",
      "bantime = 1h",
      "[dovecot]",
      "enabled = true",
    ]);
  });

  it.each([
    ["8", "fpm"],
    ["8.2/../../x", "fpm"],
    ["8.2\n", "fpm"],
    ["8.2", "../cli"],
    ["8.2", "fpm "],
    ["", "fpm"],
  ])("refuse PHP %j %j", (version, sapi) => {
    expect(() => phpDraft(version, sapi, null, { expose_php: "Off" }, ABOUT)).toThrow(REFUSED);
  });

  it("keep kernel modules from being loaded, and only those that are named", () => {
    const first = textOf(modprobeDraft(null, ["dccp"], ABOUT));
    expect(settingLines(textOf(modprobeDraft(first, ["sctp"], ABOUT)))).toEqual([
      "install dccp /bin/false",
      "blacklist dccp",
      "install sctp /bin/false",
      "blacklist sctp",
    ]);
    for (const module of ["dccp /bin/sh", "dccp\ninstall x /bin/sh", "../dccp", "", "DCCP", "-dccp"]) {
      expect(() => modprobeDraft(null, [module], ABOUT)).toThrow(REFUSED);
    }
  });

  it("write TLS settings without anything that Mozilla's intermediate leaves out", () => {
    const { path, content } = tlsSnippet("TLSv1.2");
    expect(path).toBe(OWN_FILES.nginxTls);
    expect(content).toContain("\nssl_protocols TLSv1.2 TLSv1.3;\n");
    expect(content).not.toMatch(/TLSv1(\.1)?[ ;]|RC4|3DES|CBC|SHA1|(?<!EC)DHE-/);
    expect(tlsSnippet("TLSv1.3").content).toContain("\nssl_protocols TLSv1.3;\n");
  });
});
