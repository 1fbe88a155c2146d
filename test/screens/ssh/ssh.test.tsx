import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CastellanError } from "../../../src/errors.ts";
import type { SshConnection } from "../../../src/host/ssh-connection.ts";
import { strayControls } from "../../support/rawBytes.ts";
import { type DefenceRig, openDefence } from "../advisor/rig.ts";
import { OPERATOR } from "../users/rig.tsx";
import { ALICE, BOB, ROOT, STOCK } from "./state.ts";

const OWN = "etc/ssh/sshd_config.d/00-castellan.conf";
const CONNECTION: SshConnection = {
  pid: 700,
  startTicks: 5_000,
  peer: "203.0.113.7",
  peerPort: 50_000,
  localPort: 22,
};

/** Whatever waits at the end of a test goes back: its timer must not outlive the test. */
async function openSsh(options: Parameters<typeof openDefence>[0] = {}): Promise<DefenceRig> {
  const rig = await openDefence(options);
  const { changes } = rig.castellan;
  onTestFinished(async () => {
    const waiting = await changes.waiting().catch(() => null);
    if (waiting !== null) await changes.rollBack(OPERATOR, waiting.id, "the test is over").catch(() => {});
  });
  await rig.term.press("8");
  return rig;
}

test("the first second: how bad it is, whether anybody gets in, what each setting is and should be, the worst first", async () => {
  const { term } = await openSsh();
  const screen = term.screen();
  expect(screen[2]).toMatch(
    /■ 2 critical {2}▲ 1 warning {2}● 2 passed {2}3 of 3 get in +OpenSSH_9.2p1 · port 22/,
  );
  expect(screen[3]).toContain("! 50-cloud-init.conf:1 PasswordAuthentication yes wins over sshd_config:57");
  expect(screen[5]).toMatch(/> +■ CRITICAL +PermitRootLogin +yes +no/);
  expect(screen[6]).toMatch(/■ CRITICAL +PasswordAuthentication +yes +no +! Match/);
  expect(term.text()).toMatch(/> alice \(you\) +\+ publickey, password +sudo with a password/);
  expect(term.text()).toMatch(/Still gets in: alice \(you\), bob, root +you came by publickey *$/m);
  expect(term.text()).toContain("PermitRootLogin yes (sshd_config:33)");
  await term.press("j");
  expect(term.text()).toContain(
    "PasswordAuthentication yes (50-cloud-init.conf:1); without effect:\n sshd_config:57 no; but for backup no",
  );
});

test("what castellan cannot know is no way in: not known in the list, with the reason below and behind Enter", async () => {
  const why = "publickey: only from 10.0.0.0/8";
  const { term } = await openSsh({
    set({ ssh }) {
      const out = { ...ROOT, ways: [], hindrances: ["publickey: no key"] };
      ssh.state = { ...STOCK, people: [ALICE, { ...BOB, ways: [], unsure: [why] }, out] };
    },
  });
  expect(term.text()).toContain("1 of 3 get in");
  expect(term.text()).toContain("Still gets in: alice (you); not known: bob; shut out: root");
  expect(term.text()).toMatch(/bob +\? NOT KNOWN/);
  await term.press("tab", "j");
  expect(term.text()).toContain(`bob: sudo with a password; 0 of 0 keys usable; not known: publickey: only`);
  await term.press("enter");
  expect(term.text()).toContain("Not known, so it does not count");
  expect(term.text()).toContain(`  ${why}`);
});

test("Enter tells where a setting is set, what is without effect, and for whom it differs", async () => {
  const { term } = await openSsh();
  await term.press("j", "enter");
  for (const line of [
    "/etc/ssh/sshd_config.d/50-cloud-init.conf:1  yes",
    "Without effect, because the first value wins",
    "/etc/ssh/sshd_config:57  no",
    "Otherwise for",
    "backup: no",
    "why PasswordAuthentication matters",
  ]) {
    expect(term.text()).toContain(line);
  }
  await term.press("esc", "tab", "enter");
  expect(term.text()).toContain("alice (you)");
  expect(term.text()).toMatch(/Came in by +publickey SHA256:alicealicealice/);
  expect(term.text()).toContain("ssh-ed25519 256  + usable");
  expect(term.text()).toContain("/home/alice/.ssh/authorized_keys:1");
  await term.press("e");
  expect(term.text()).toContain("edit: only on a setting");
});

test("Space marks what is recommended, e a value of one's own, p plans exactly that; nothing is written", async () => {
  const { term, ssh, castellan } = await openSsh();
  await term.press("space", "j", "j", "e", "ctrl+u");
  expect(term.text()).toContain("MaxAuthTries: which value?");
  await term.type("4");
  expect(term.text()).toContain("$ castellan ssh plan --set MaxAuthTries=4");
  await term.press("tab", "enter");
  expect(term.text()).toMatch(/>● ▲ WARNING +MaxAuthTries +6 +-> 4/);
  expect(term.text()).toContain("2 settings marked: p plans");
  await term.press("p");
  expect(ssh.planned).toEqual([{ settings: { permitrootlogin: "no", maxauthtries: "4" } }]);
  expect(term.text()).toContain("+ permitrootlogin no");
  expect(term.text()).toContain("Whoever gets in now still does: alice (you), bob, root");
  await term.press("enter", "x", "p");
  expect(term.text()).toContain("plan marked: nothing is marked");
  expect(existsSync(join(castellan.options.root, OWN))).toBe(false);
});

test("P plans all that is recommended: diff, people, notes, and that it goes back by itself", async () => {
  const { term, ssh } = await openSsh();
  await term.press("P");
  expect(ssh.planned[0]?.settings).toEqual({
    permitrootlogin: "no",
    passwordauthentication: "no",
    maxauthtries: "3",
  });
  expect(term.text()).toContain("! MaxAuthTries 3: an agent with more than 3 keys is cut off");
  expect(term.text()).toContain("It goes back by itself after 5m 00s unless it is confirmed");
  expect(term.text()).toContain("/etc/ssh/sshd_config.d/00-castellan.conf  (new file)");
  expect(term.text()).toContain("< Cancel >");
});

test("who would be shut out is named first, and only the typed word goes on", async () => {
  const { term, castellan } = await openSsh({
    set({ ssh }) {
      ssh.lost = ["bob"];
      ssh.after = [ALICE, { ...BOB, ways: [], hindrances: ["no key, and passwords are off"] }, ROOT];
    },
  });
  const path = join(castellan.options.root, OWN);
  await term.press("P");
  expect(term.text()).toContain("!! WOULD BE SHUT OUT: bob");
  expect(term.text()).toMatch(/bob +password -> !! SHUT OUT/);
  expect(term.text()).toContain("no key, and passwords are off");
  await term.press("right", "enter");
  expect(existsSync(path)).toBe(false);
  await term.press("P");
  await term.type("lockout");
  await term.press("right", "enter");
  expect(readFileSync(path, "utf8")).toContain("permitrootlogin no\n");
});

test("a refused plan says who and why, and offers nothing but to close it", async () => {
  const { term, castellan } = await openSsh({
    set({ ssh }) {
      ssh.refusals = ["nobody would get in: alice has no key that sshd takes"];
    },
  });
  await term.press("P");
  expect(term.text()).toContain("REFUSED. Nothing was written.");
  expect(term.text()).toContain("!! nobody would get in: alice has no key that sshd takes");
  expect(term.text()).not.toContain("It goes back by itself");
  expect(term.text()).toContain("< Close >");
  await term.press("right", "enter");
  expect(existsSync(join(castellan.options.root, OWN))).toBe(false);
});

test("applied: the countdown with what to type; c only once a new login is seen; then it stays", async () => {
  let seen = false;
  const { term, castellan, clock } = await openSsh({
    connection: CONNECTION,
    set({ castellan: real, ssh }) {
      const { freshLogin } = real.changes;
      const login = { login: "alice", connection: { ...CONNECTION, pid: 800, startTicks: 9_000_000_000 } };
      Object.assign(real.changes, { freshLogin: (record: never) => (seen ? login : freshLogin(record)) });
      ssh.confirmSeconds = 120;
    },
  });
  await term.press("P", "right", "enter");
  expect(term.text()).toContain("!! Change 1 goes back in 2m 00s: Harden SSH");
  expect(term.text()).toContain("ssh ada@");
  expect(term.text()).toContain("No new login has been seen yet");
  await term.press("c");
  expect(term.text()).toContain("keep it: no new login has been seen: open a second connection first");
  expect((await castellan.changes.waiting())?.id).toBe(1);
  for (const screen of ["1", "2", "3", "4", "5", "8", "9"]) {
    await term.press(screen);
    expect(term.screen()[2]).toMatch(/^ !! Change 1 goes back in .*: Harden SSH +! confirm it$/);
  }
  seen = true;
  clock.advance(30_000);
  await expect
    .poll(() => term.text(), { timeout: 5_000 })
    .toContain("Change 1 goes back in 1m 30s, alice got in anew");
  await term.press("!");
  expect(term.text()).toContain("+ alice got in over a new connection from 203.0.113.7: c keeps it");
});

test("at the console c asks for one's word, Cancel first; b rolls back, and every byte is as before", async () => {
  const { term, castellan } = await openSsh();
  const path = join(castellan.options.root, OWN);
  await term.press("P", "right", "enter");
  expect(term.text()).toContain("You sit at the console");
  await term.press("c");
  expect(term.text()).toContain("Keep it without proof?");
  expect(term.text()).toContain("< Cancel >");
  await term.press("enter", "b");
  expect(term.text()).toContain("Roll change 1 back?");
  expect(term.text()).toContain("< Cancel >");
  await term.press("enter");
  expect(existsSync(path)).toBe(true);
  await term.press("u", "right", "enter");
  expect(existsSync(path)).toBe(false);
  expect(term.text()).toContain("change 1 went back: everything is as before");
  expect(term.text()).not.toContain("!! Change 1");
  await term.press("8", "P", "right", "enter", "c", "right", "enter");
  expect(term.text()).toContain("change 2 stays");
  expect(existsSync(path)).toBe(true);
});

test("what waits can be kept and taken back from the SSH screen as well", async () => {
  const { term, castellan } = await openSsh();
  await term.press("P", "right", "enter", "8");
  expect(term.text()).toContain("c keep it  b roll back");
  await term.press("c", "right", "enter");
  expect((await castellan.changes.list())[0]?.state).toBe("confirmed");
});

test("who was cut off is told on every screen that the change went back, and why", async () => {
  const { term, castellan, clock } = await openSsh();
  await term.press("P", "right", "enter");
  await castellan.changes.rollBack(OPERATOR, 1, "not confirmed in time");
  clock.advance(2_000);
  await expect
    .poll(() => term.text(), { timeout: 5_000 })
    .toContain("Change 1 was rolled back, not confirmed in time");
  await term.press("2");
  expect(term.screen()[2]).toContain("! Change 1 was rolled back, not confirmed in time: Harden SSH");
});

test("nobody confirms and even the timer is gone: an open screen takes it back when the time is over", async () => {
  const { term, castellan, clock } = await openSsh();
  const path = join(castellan.options.root, OWN);
  await term.press("P", "right", "enter");
  expect(existsSync(path)).toBe(true);
  clock.advance(301_000);
  await expect.poll(() => existsSync(path), { timeout: 8_000 }).toBe(false);
  await expect.poll(() => term.text(), { timeout: 5_000 }).toContain("Change 1 was rolled back");
});

test("no sshd, no root, an sshd that refuses its configuration: each says what to do", async () => {
  const cases = [
    [new CastellanError("needs_root", "only root may ask sshd"), "sudo castellan shows"],
    [new CastellanError("command_missing", "sshd is not installed"), "No OpenSSH server is installed here."],
    [
      new CastellanError(
        "command_failed",
        "sshd -T: /etc/ssh/sshd_config line 12: Bad configuration option: Foo",
      ),
      "then press r to ask again",
    ],
  ] as const;
  for (const [failure, said] of cases) {
    const { term, ssh } = await openSsh({
      set({ ssh: played }) {
        played.failure = failure;
      },
    });
    expect(term.text()).toContain(said);
    await term.press("P");
    expect(term.text()).toContain("plan all: sshd has not answered");
    ssh.failure = null;
    await term.press("r");
    expect(term.text()).toContain("PermitRootLogin");
  }
});

test("everything as recommended: P says so", async () => {
  const settings = STOCK.settings.map((each) => ({
    ...each,
    value: each.recommended,
    rating: "passed" as const,
  }));
  const { term } = await openSsh({
    set({ ssh }) {
      ssh.state = { ...STOCK, settings };
    },
  });
  await term.press("P");
  expect(term.text()).toContain("plan all: everything is as recommended");
});

test("a port that is not the usual one is told where the version has no room", async () => {
  const { term } = await openSsh({
    set({ ssh }) {
      ssh.state = { ...STOCK, version: "OpenSSH_10.2p1 Debian-3", ports: [22, 2222] };
    },
  });
  expect(term.screen()[2]).toMatch(/3 of 3 get in +ports 22, 2222 *$/);
});

test("60x15 keeps the settings and who gets in; each list can have the room by Tab", async () => {
  const { term } = await openSsh({ columns: 60, rows: 15 });
  expect(term.text()).toMatch(/PermitRootLogin +yes +no/);
  expect(term.text()).toMatch(/alice \(you\) +\+ publickey/);
  await term.press("tab", "j");
  expect(term.text()).toMatch(/> bob/);
});

test("120x40 shows also where each setting is set", async () => {
  const { term } = await openSsh({ columns: 120, rows: 40 });
  expect(term.text()).toMatch(/PermitRootLogin +yes +no +sshd_config:33/);
  expect(term.text()).toContain("you came by publickey SHA256:alicealicealice");
  expect(term.text()).toContain("sshd's default");
});

test("foreign text in keys, comments and notes is shown, never obeyed", async () => {
  const hostile = "\u001b]0;pwned\u0007\u202eevil\u009b2J";
  const [key] = ALICE.keys;
  if (key === undefined) throw new Error("alice has a key");
  const { term } = await openSsh({
    set({ ssh }) {
      ssh.state = {
        ...STOCK,
        notes: [hostile],
        people: [{ ...ALICE, login: hostile, keys: [{ ...key, comment: hostile, options: [hostile] }] }],
      };
      ssh.after = ssh.state.people;
    },
  });
  await term.press("tab", "enter", "esc", "P");
  expect(term.text()).toContain("\\x1b]0;pwned");
  expect(strayControls(term.rawBytes())).toEqual([]);
});
