import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerFail2ban } from "../../../demo/fail2ban.ts";
import { CastellanError } from "../../../src/errors.ts";
import { openFail2ban } from "../../../src/fail2ban/open.ts";
import type { RunCommand } from "../../../src/host/command.ts";
import { until } from "../../support/guard.ts";
import { strayControls } from "../../support/rawBytes.ts";
import { openApp, type Rig, type RigOptions } from "../users/rig.tsx";

const DEMO = join(import.meta.dirname, "../../../demo/host/root/etc/fail2ban");
const OWN = "etc/fail2ban/jail.d/zz-castellan.local";

/** The app on a host with the made-up fail2ban, which says what its files say. */
async function openJails(
  options: RigOptions & { readonly files?: Readonly<Record<string, string>>; readonly run?: RunCommand } = {},
): Promise<Rig> {
  const { files = {}, run, ...rest } = options;
  const rig = await openApp({
    ...rest,
    replace(castellan) {
      const { root } = castellan.options;
      const home = join(root, "etc/fail2ban");
      cpSync(DEMO, home, { recursive: true });
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(join(home, "jail.d"), { recursive: true });
        writeFileSync(join(home, name), text);
      }
      const { now } = castellan.clock;
      const played: RunCommand = async (command) => {
        const answer = answerFail2ban({ root, now }, command);
        if (answer === null) throw new CastellanError("command_failed", "not asked here");
        return answer;
      };
      const { changes } = castellan;
      return { fail2ban: openFail2ban({ root, run: run ?? played, changes, asksHost: true }) };
    },
  });
  await rig.term.press("F");
  return rig;
}

test("the jails with what each sees and holds, and below them who is out and for how long", async () => {
  const { term } = await openJails();
  expect(term.text()).toContain("fail2ban 1.0.2 · 1 jail · 2 addresses out");
  expect(term.text()).toMatch(/> sshd +2 +3 +5 +10m +10m, grows +\/var\/log\/auth\.log/);
  expect(term.text()).toMatch(/Out in sshd\n.*\n> 2001:db8:7::31 +[34]m \d\ds/);
  await term.press("enter");
  expect(term.text()).toContain("5 failures within 10m, for 10m, grows");
  expect(term.text()).toMatch(/maxretry +5 +jail\.conf:9 \[DEFAULT\]/);
  expect(term.text()).toMatch(/enabled +true +jail\.d\/defaults-debian\.conf:2/);
});

test("a jail that should run and does not comes first, in words and colour, and e offers to mend it", async () => {
  const { term } = await openJails({
    files: { "jail.d/mail.local": "[dovecot]\nenabled = true\n" },
    run: async (command) => {
      const answer = answerFail2ban({ root: "/nonexistent", now: Date.now }, command);
      if (answer === null) throw new CastellanError("command_failed", "not asked here");
      return answer;
    },
  });
  expect(term.text()).toContain("0 jails · 0 addresses out · !! 2 jails down");
  expect(term.text()).toMatch(/> sshd +!! DOWN/);
  expect(term.text()).toMatch(/dovecot +!! DOWN +it does not run/);
  await term.press("j", "e");
  expect(term.text()).toContain("Switch a jail on");
  expect(term.text()).toContain("$ castellan fail2ban set dovecot enabled=true");
});

test("e shows the difference and asks with Cancel focused; only a yes writes, and the limits are asked for again", async () => {
  const { term, castellan } = await openJails();
  const own = join(castellan.options.root, OWN);
  await term.press("e", "ctrl+u");
  await term.type("3");
  expect(term.text()).toContain("$ castellan fail2ban set sshd maxretry=3");
  await term.press("tab", "tab", "tab", "tab", "tab", "tab", "enter");
  expect(term.text()).toContain("+ maxretry = 3");
  expect(term.text()).toContain("< Cancel >");
  await term.press("enter");
  expect(existsSync(own)).toBe(false);
  await term.press("e", "ctrl+u");
  await term.type("4");
  await term.press("tab", "tab", "tab", "tab", "tab", "tab", "enter", "tab", "enter");
  await until(() => term.text().includes("change 1 is made: Set sshd: maxretry 4"), 10_000);
  expect(readFileSync(own, "utf8")).toContain("[sshd]\nmaxretry = 4\n");
  expect(term.text()).toMatch(/> sshd +2 +3 +4 /);
});

test("a value that fail2ban would misread is told in the form, and nothing is written", async () => {
  const { term, castellan } = await openJails();
  await term.press("e", "ctrl+u");
  await term.type("0");
  await term.press("tab", "tab", "tab", "tab", "tab", "tab", "enter");
  expect(term.text()).toContain("maxretry: failures until a ban, 1 to 9999");
  expect(existsSync(join(castellan.options.root, OWN))).toBe(false);
  await term.press("esc");
});

test("u frees who is under the cursor in the list of bans, and says what that did", async () => {
  const { term } = await openJails();
  await term.press("u");
  expect(term.text()).toContain("Tab goes to who is out");
  await term.press("tab", "u");
  expect(term.text()).toContain("2001:db8:7::31 was not locked by castellan");
});

test("no fail2ban, no server, no permission: each says what to do, on every size", async () => {
  const missing: RunCommand = async () => {
    throw new CastellanError("command_missing", "fail2ban-client is not installed");
  };
  const absent = await openJails({ run: missing });
  expect(absent.term.text()).toContain("fail2ban is not installed on this host.");
  await absent.term.press("e", "n");
  expect(absent.term.text()).toContain("there is no fail2ban to ask");
  const failing =
    (stderr: string): RunCommand =>
    async () => ({ exitCode: 255, stdout: "", stderr });
  const stopped = await openJails({
    run: failing("ERROR   Failed to access socket path. Is fail2ban running?"),
  });
  expect(stopped.term.text()).toContain("fail2ban does not run: it bans nobody. systemctl start fail2ban");
  const denied = await openJails({ run: failing("ERROR   Permission denied to socket: (you must be root)") });
  for (const [columns, rows] of [
    [80, 24],
    [60, 15],
    [120, 40],
  ] as const) {
    await denied.term.resize(columns, rows);
    expect(denied.term.text()).toContain("Permission denied");
    expect(denied.term.text()).toContain("sudo castellan may ask fail2ban");
  }
});

test("a command that is shown holds the name of a jail as one word of the shell", async () => {
  const { term } = await openJails({ files: { "jail.d/x.local": "[a;reboot]\nenabled = true\n" } });
  await term.press("?");
  await term.type("settings");
  expect(term.text()).toContain("castellan fail2ban show 'a;reboot'");
});

test("hostile names of jails and files reach the screen as marks", async () => {
  const { term } = await openJails({
    files: { "jail.d/x.local": "[e\u001b]0;evil\u0007vil]\nenabled = true\n" },
  });
  expect(term.text()).toMatch(/> e\\x1b\S* +!! DOWN/);
  expect(strayControls(term.rawBytes())).toEqual([]);
});
