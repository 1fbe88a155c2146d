import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Castellan, openCastellan } from "../../src/castellan.ts";
import { idleJails, readJailFiles } from "../../src/fail2ban/config.ts";
import { banText, spanText } from "../../src/fail2ban/words.ts";

const JAIL_CONF = `# comment = no
[INCLUDES]
before = paths-debian.conf

[DEFAULT]
bantime  = 10m
maxretry: 5
ignoreip = 127.0.0.0/8
           ::1
enabled = false

[sshd]
port    = ssh
backend = %(sshd_backend)s

[dovecot]
port = imap,imaps
`;
const FILES: Readonly<Record<string, string>> = {
  "jail.conf": JAIL_CONF,
  "jail.d/defaults-debian.conf": "[sshd]\nenabled = true\n",
  "jail.local": "[sshd]\nmaxretry = 4\n[dovecot]\nenabled = yes\n",
  "jail.d/a.local": "[sshd]\n; maxretry = 9\nmaxretry = 3\n",
  "jail.d/notes.txt": "[sshd]\nmaxretry = 77\n",
};

let root: string;
let castellan: Castellan;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "castellan-jails-"));
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(root, "etc/fail2ban", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  castellan = await openCastellan({ state: join(root, "state"), root, readOnly: false, sandbox: true });
});

afterEach(async () => {
  await castellan.close();
  rmSync(root, { recursive: true, force: true });
});

describe("the files of jails", () => {
  it("are read in fail2ban's order: the last line counts, what is a jail's own before what is for all", () => {
    const { names, originOf } = readJailFiles(root);
    expect(names).toEqual(["sshd", "dovecot"]);
    expect(originOf("sshd", "maxretry")).toEqual({
      file: "/etc/fail2ban/jail.d/a.local",
      line: 3,
      value: "3",
      general: false,
    });
    expect(originOf("dovecot", "maxretry")).toMatchObject({
      file: "/etc/fail2ban/jail.conf",
      line: 7,
      general: true,
    });
    expect(originOf("sshd", "enabled")).toMatchObject({
      file: "/etc/fail2ban/jail.d/defaults-debian.conf",
      value: "true",
    });
    expect(originOf("sshd", "findtime")).toBeNull();
  });

  it("tell which jail should run and does not", () => {
    const files = readJailFiles(root);
    expect(idleJails(files, ["sshd"])).toEqual([{ name: "dovecot", wanted: true }]);
    expect(idleJails(files, [])).toEqual([
      { name: "sshd", wanted: true },
      { name: "dovecot", wanted: true },
    ]);
  });
});

describe("setting a jail", () => {
  it("is a change of castellan's own file; what it said already stays", async () => {
    const own = join(root, "etc/fail2ban/jail.d/zz-castellan.local");
    writeFileSync(own, "[sshd]\nbantime = 2h\n");
    const plan = await castellan.fail2ban.plan("sshd", { maxretry: "6" });
    expect(plan.draft).toMatchObject({
      kind: "fail2ban.jails",
      title: "Set sshd: maxretry 6",
      services: ["fail2ban"],
    });
    expect(plan.draft.files?.[0]).toMatchObject({ path: "/etc/fail2ban/jail.d/zz-castellan.local" });
    expect(plan.draft.files?.[0]?.content).toMatch(/\[sshd\]\nbantime = 2h\nmaxretry = 6\n$/);
    expect(plan.draft.expect).toEqual({ "fail2ban:sshd:maxretry": "6" });
  });

  it.each([
    ["ssh", { maxretry: "3" }, 'fail2ban knows no jail "ssh"', "there are sshd"],
    ["sshd", { maxretry: "0" }, "not one that castellan writes", "maxretry: failures until a ban, 1 to 9999"],
    [
      "sshd",
      { bantime: "1h\n[DEFAULT]\naction = evil" },
      "not one that castellan writes",
      "bantime: how long",
    ],
    ["sshd", { action: "evil" }, 'castellan does not set "action" of a jail', "it sets enabled, maxretry"],
    ["../x", { maxretry: "3" }, "fail2ban knows no jail", "castellan fail2ban list --all"],
  ])("%s %o is refused, with what to do", async (jail, settings, message, hint) => {
    await expect(castellan.fail2ban.plan(jail, settings)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it("says so where there is no fail2ban", async () => {
    rmSync(join(root, "etc/fail2ban"), { recursive: true });
    expect(await castellan.fail2ban.read()).toEqual({ kind: "absent" });
    await expect(castellan.fail2ban.plan("sshd", { maxretry: "3" })).rejects.toMatchObject({
      code: "not_found",
      hint: "apt-get install fail2ban",
    });
  });
});

it("says spans as the files do", () => {
  expect([0, 45, 90, 600, 3_600, 5_400, 86_400, 1_209_600, -1].map(spanText)).toEqual([
    ...["0s", "45s", "90s", "10m", "1h", "90m", "1d", "2w", "ever"],
  ]);
  expect(banText({ banSeconds: 600, grows: true } as Parameters<typeof banText>[0])).toBe("10m, grows");
});
