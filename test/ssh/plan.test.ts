import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { OWN_FILES } from "../../src/changes/own/paths.ts";
import { readInboundFilter } from "../../src/firewall/inbound-read.ts";
import { type RunCommand, runCommand } from "../../src/host/command.ts";
import { ALICE as ACTOR } from "../changes/support.ts";
import { ALICE, AS_ALICE, CONSOLE, ED25519, HASH, sshdMissing, sshHost } from "./support.ts";

const missing = sshdMissing();
const NETNS_MISSING = ["ip", "nft"].some((tool) =>
  ["/usr/sbin", "/sbin", "/usr/bin"].every((folder) => !existsSync(join(folder, tool))),
);
const NO_KEY = { name: "alice", uid: 1000, hash: HASH };

describe.skipIf(missing !== null)(`plans for sshd${missing === null ? "" : ` (${missing})`}`, () => {
  it("plans the full hardening where somebody still gets in", async () => {
    const host = sshHost({ logins: [ALICE, { name: "web1", uid: 1002, keys: ED25519 }] });
    const wanted = host.ssh.recommended(await host.ssh.read(AS_ALICE));
    const plan = await host.ssh.plan(AS_ALICE, wanted);
    expect(plan.refusals).toEqual([]);
    expect(plan.lost).toEqual([]);
    expect(plan.after.map(({ login, ways }) => [login, ways])).toEqual([
      ["root", []],
      ["alice", ["publickey"]],
    ]);
    const text = plan.change.diffs[0]?.lines.map((line) => line.text).join("\n") ?? "";
    expect(text).toContain("PermitRootLogin no\nPasswordAuthentication no");
    expect(text).toContain("AllowUsers alice web1");
    expect(plan.change.draft.confirmSeconds).toBe(120);
    expect(existsSync(join(host.root, OWN_FILES.sshd))).toBe(false);
  });

  it("refuses PasswordAuthentication no with no key anywhere", async () => {
    const host = sshHost({ logins: [NO_KEY], root: { hash: HASH } });
    const plan = await host.plan({ passwordauthentication: "no" });
    expect(plan.before.find(({ login }) => login === "alice")?.ways).toEqual(["password"]);
    expect(plan.lost).toEqual(["alice"]);
    expect(plan.refusals).toEqual([
      expect.stringMatching(
        /^nobody who can become root would get in any more: root \(.*\), alice \(.*PasswordAuthentication no/,
      ),
      expect.stringMatching(/^you are signed in as alice and would be shut out: publickey: no key/),
    ]);
  });

  it("refuses AllowUsers without the operator, whoever else gets in", async () => {
    const bob = { name: "bob", uid: 1001, hash: HASH, keys: ED25519 };
    const host = sshHost({ logins: [ALICE, bob], sudo: ["alice", "bob"] });
    const plan = await host.plan({ allowusers: "bob" });
    expect(plan.lost).toEqual(["alice"]);
    expect(plan.refusals).toEqual([
      expect.stringMatching(/^you are signed in as alice and would be shut out: AllowUsers leaves alice out/),
    ]);
    expect((await host.plan({ allowusers: "bob alice@10.0.0.0/8" })).refusals).toHaveLength(1);
    expect((await host.plan({ allowusers: "bob alice@198.51.100.*" })).refusals).toEqual([]);
  });

  it("refuses AllowUsers root with PermitRootLogin no, and names everybody", async () => {
    const host = sshHost({ root: { keys: ED25519 } });
    const plan = await host.plan({ allowusers: "root", permitrootlogin: "no" });
    expect(plan.refusals[0]).toMatch(
      /^nobody who can become root would get in any more: root \(.*PermitRootLogin no.*\), alice \(AllowUsers leaves alice out/,
    );
    expect(plan.lost).toEqual(["root", "alice"]);
  });

  it("refuses a bad cipher, in sshd's words", async () => {
    const host = sshHost();
    const { refusals } = await host.plan({ ciphers: "aes128-rot13" });
    expect(refusals.join()).toContain("00-castellan.conf line 5: Bad SSH2 cipher spec 'aes128-rot13'");
  });

  it("refuses what sshd -t rejects because of another file", async () => {
    const host = sshHost();
    host.put("/etc/ssh/sshd_config.d/90-mine.conf", "Subsystem sftp /bin/false\n");
    await expect(host.plan({ maxauthtries: "3" })).rejects.toMatchObject({
      code: "command_failed",
      message: expect.stringContaining("Subsystem 'sftp' already defined"),
    });
  });

  it("refuses a port that the packet filter closes", async () => {
    const closed = { verdict: ({ port }: { port: number }) => (port === 22 ? "open" : "closed") } as const;
    const host = sshHost({ parts: { inbound: async () => closed } });
    const plan = await host.plan({ port: "2222" });
    expect(plan.refusals).toEqual([
      "the packet filter closes port 2222: sshd could not be reached there; open it first",
    ]);
    const shut = sshHost({ parts: { inbound: async () => ({ verdict: () => "closed" }) } });
    expect((await shut.plan({ maxauthtries: "3" })).refusals[0]).toMatch(/packet filter closes port 22/);
  });

  it("refuses a port that the packet filter closes to one of the families that get in now", async () => {
    const closed = {
      verdict: ({ port, family }: { port: number; family: number }) =>
        port === 22 || family === 6 ? "open" : "closed",
    } as const;
    const host = sshHost({ parts: { inbound: async () => closed } });
    const six = { ...AS_ALICE, address: "2001:db8::7" };
    expect((await host.plan({ port: "2222" }, six)).refusals).toEqual([
      "the packet filter closes port 2222 for IPv4: sshd could not be reached there; open it first",
    ]);
  });

  it.skipIf(NETNS_MISSING)("asks the real packet filter (needs ip and nft)", async () => {
    const name = `castellan-ssh-${process.pid}`;
    const inside = (...args: string[]) => execFileSync("ip", ["netns", "exec", name, ...args]);
    execFileSync("ip", ["netns", "add", name]);
    onTestFinished(() => void execFileSync("ip", ["netns", "delete", name]));
    inside("nft", "add table inet t; add chain inet t i { type filter hook input priority 0; policy drop; }");
    inside("nft", "add rule inet t i tcp dport 22 accept; add rule inet t i ct state established accept");
    const run: RunCommand = (command) =>
      runCommand({ ...command, file: "ip", args: ["netns", "exec", name, command.file, ...command.args] });
    const host = sshHost({ parts: { inbound: () => readInboundFilter(run) } });
    expect((await host.plan({ maxauthtries: "3" })).refusals).toEqual([]);
    expect((await host.plan({ port: "2222" })).refusals).toEqual([
      "the packet filter closes port 2222: sshd could not be reached there; open it first",
    ]);
  });

  it("finds cloud-init's line, names it and beats it", async () => {
    const host = sshHost();
    host.put("/etc/ssh/sshd_config.d/50-cloud-init.conf", "PasswordAuthentication yes\n");
    const { settings } = await host.ssh.read(AS_ALICE);
    expect(settings.find(({ keyword }) => keyword === "passwordauthentication")).toMatchObject({
      value: "yes",
      origin: { file: "/etc/ssh/sshd_config.d/50-cloud-init.conf", line: 1 },
    });
    const plan = await host.plan({ passwordauthentication: "no" });
    expect(plan.refusals).toEqual([]);
    expect(plan.notes).toContain(
      "/etc/ssh/sshd_config.d/50-cloud-init.conf:1 sets PasswordAuthentication yes: it no longer counts",
    );
    expect(plan.change.checks).toContainEqual(
      expect.objectContaining({ name: "passwordauthentication no", passed: true }),
    );
  });

  it("names a line that cannot be beaten", async () => {
    const host = sshHost();
    host.put("/etc/ssh/sshd_config.d/00-a.conf", "PasswordAuthentication yes\n");
    const { refusals } = await host.plan({ passwordauthentication: "no" });
    expect(refusals.join()).toContain("/etc/ssh/sshd_config.d/00-a.conf:1");
  });

  it("leaves a Match block to those it is for, and says so", async () => {
    const host = sshHost();
    host.put(
      "/etc/ssh/sshd_config.d/10-office.conf",
      "Match User root Address 10.0.0.0/8\n  PermitRootLogin yes\n  PasswordAuthentication yes\n",
    );
    const plan = await host.plan({ permitrootlogin: "no", passwordauthentication: "no" });
    expect(plan.refusals).toEqual([]);
    expect(plan.notes).toContain(
      "/etc/ssh/sshd_config.d/10-office.conf:2 (Match User root Address 10.0.0.0/8) still sets PermitRootLogin yes for those that it matches",
    );
    const state = await host.ssh.read({ ...AS_ALICE, osLogin: "root", address: "10.1.2.3" });
    expect(state.settings.find(({ keyword }) => keyword === "permitrootlogin")).toMatchObject({
      value: "without-password",
      differsFor: [{ login: "root", value: "yes" }],
    });
  });

  it("says which keys of root's no longer open anything, and what agents with many keys meet", async () => {
    const host = sshHost({ root: { keys: `${ED25519} backup@nas` } });
    const { notes } = await host.plan({ permitrootlogin: "no", maxauthtries: "3" });
    expect(notes).toContainEqual(expect.stringMatching(/^MaxAuthTries 3: an agent with more than 3 keys/));
    expect(notes).toContain("PermitRootLogin no: these keys of root's no longer open anything: backup@nas");
  });

  it("names ordinary logins that a change shuts out", async () => {
    const host = sshHost({ logins: [ALICE, { name: "web1", uid: 1002, hash: HASH }] });
    const { notes, refusals } = await host.plan({ passwordauthentication: "no" });
    expect(refusals).toEqual([]);
    expect(notes).toContain("ordinary logins that would no longer get in: web1");
  });

  it("keeps what castellan's drop-in sets already, and takes away what is named", async () => {
    const host = sshHost();
    host.put(
      OWN_FILES.sshd,
      "PermitRootLogin no\nMaxAuthTries 3\nFancyThing yes\nMatch User x\nX11Forwarding yes\n",
    );
    await expect(host.ssh.read(CONSOLE)).rejects.toMatchObject({ code: "command_failed" });
    host.put(OWN_FILES.sshd, "PermitRootLogin no\nMaxAuthTries 3\nIPQoS af11\n");
    const plan = await host.ssh.plan(AS_ALICE, {
      settings: { loglevel: "VERBOSE" },
      remove: ["MaxAuthTries"],
    });
    const [file] = plan.change.draft.files ?? [];
    expect(file?.content?.split("\n").slice(-3)).toEqual(["PermitRootLogin no", "LogLevel VERBOSE", ""]);
    expect(plan.notes).toContainEqual(
      expect.stringContaining("line 3: ipqos af11: castellan did not write this"),
    );
  });

  it("takes no value that would mean something else in the file", async () => {
    const host = sshHost();
    const bad: [string, string][] = [
      ["permitrootlogin", "no\nPermitRootLogin yes"],
      ["allowusers", "alice # bob"],
      ["allowusers", 'alice "bob'],
      ["allowusers", "alice\tbob"],
      ["banner", "/etc/issue\\ x"],
      ["port", "22 99999"],
      ["include", "/tmp/x"],
      ["match", "all"],
      ["constructor", "x"],
      ["authorizedkeyscommand", "/bin/sh"],
    ];
    for (const [keyword, value] of bad) {
      await expect(host.plan({ [keyword]: value }), keyword).rejects.toMatchObject({ code: "invalid_input" });
    }
  });

  it("does nothing when everything is as wanted", async () => {
    const host = sshHost();
    const [file] = (await host.plan({ maxauthtries: "3" })).change.draft.files ?? [];
    host.put(OWN_FILES.sshd, file?.content ?? "");
    expect((await host.plan({ maxauthtries: "3" })).change.nothingToDo).toBe(true);
  });

  it("cannot be asked without root", async () => {
    const host = sshHost({ parts: { isRoot: false } });
    await expect(host.plan({ maxauthtries: "3" })).rejects.toMatchObject({ code: "needs_root" });
  });
});

describe.skipIf(missing !== null)(`applying${missing === null ? "" : ` (${missing})`}`, () => {
  it("writes the drop-in and waits for its confirmation", async () => {
    const host = sshHost();
    const plan = await host.plan({ permitrootlogin: "no" });
    const record = await host.ssh.apply(ACTOR, AS_ALICE, plan, {});
    expect(record).toMatchObject({ state: "applied", connection: AS_ALICE.connection });
    expect(host.read(OWN_FILES.sshd)).toContain("PermitRootLogin no");
    await host.changes.rollBack(ACTOR, record.id, "asked for");
    expect(host.read(OWN_FILES.sshd)).toBeNull();
  });

  it("refuses and writes that down", async () => {
    const host = sshHost({ logins: [NO_KEY] });
    const plan = await host.plan({ passwordauthentication: "no" });
    await expect(host.ssh.apply(ACTOR, AS_ALICE, plan, {})).rejects.toMatchObject({
      code: "would_lock_out",
      message: expect.stringContaining("you are signed in as alice"),
    });
    expect(host.read(OWN_FILES.sshd)).toBeNull();
    expect(host.rows).toContainEqual(expect.objectContaining({ action: "change.apply", outcome: "refused" }));
  });

  it("wants a yes for everybody who is shut out, and sees who was added since", async () => {
    const host = sshHost({ root: { keys: ED25519 } });
    const plan = await host.plan({ permitrootlogin: "no" });
    await expect(host.ssh.apply(ACTOR, AS_ALICE, plan, {})).rejects.toMatchObject({
      code: "confirmation_needed",
      message: expect.stringContaining("root would no longer get in"),
    });
    const record = await host.ssh.apply(ACTOR, AS_ALICE, plan, { accept: ["root"] });
    expect(record.state).toBe("applied");
    await host.changes.rollBack(ACTOR, record.id, "asked for");
  });

  it("does not go by a plan that has become wrong", async () => {
    const host = sshHost();
    const plan = await host.plan({ passwordauthentication: "no" });
    expect(plan.refusals).toEqual([]);
    host.put("/home/alice/.ssh/authorized_keys", "", 0o600, 1000);
    await expect(host.ssh.apply(ACTOR, AS_ALICE, plan, {})).rejects.toMatchObject({ code: "would_lock_out" });
  });
});
