import { describe, expect, it } from "vitest";
import type { ChangeDraft } from "../../src/changes/change.ts";
import { CastellanError } from "../../src/errors.ts";
import { ALICE, draftOf, SSHD } from "../changes/support.ts";
import { type ChangeHost, changeHost } from "./change-host.ts";
import { keyboard } from "./run-command.ts";

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const WINDOW = { confirmSeconds: 600 };

async function apply(host: ChangeHost, more: Partial<ChangeDraft> = {}): Promise<void> {
  const plan = await host.changes.plan(draftOf(more));
  await host.changes.apply(ALICE, plan, { connection: null });
}

const states = async (host: ChangeHost): Promise<string[]> =>
  (await host.changes.list()).map(({ id, state }) => `${id} ${state}`);

describe("change list and show", () => {
  it("say so when nothing was changed", async () => {
    const host = changeHost();
    expect(await host.run(["change", "list"])).toMatchObject({
      code: 0,
      out: "castellan has changed nothing on this host.\n",
    });
    expect((await host.run(["change", "list", "--json"])).json()).toEqual([]);
  });

  it("list what waits and what stays, the newest first", async () => {
    const host = changeHost();
    await apply(host, { title: "The first" });
    await apply(host, {
      ...WINDOW,
      title: "The second",
      files: [{ path: SSHD, content: "MaxAuthTries 3\n" }],
    });
    const lines = (await host.run(["change", "list"])).out.split("\n");
    expect(lines[0]).toMatch(/^ID +STATE +LEFT +SINCE +BY +CHANGE$/);
    expect(lines[1]).toMatch(/^ 2 +unconfirmed +(10m 00s|9m 5\ds) +\S+ \S+ +alice +The second$/);
    expect(lines[2]).toMatch(/^ 1 +stays +- +\S+ \S+ +alice +The first$/);
    const [newest] = (await host.run(["change", "list", "--json"])).json<Record<string, unknown>[]>();
    expect(newest).toMatchObject({
      id: 2,
      state: "applied",
      deadline: ISO,
      startedAt: ISO,
      kind: "ssh.harden",
    });
    expect(JSON.stringify(newest)).not.toContain('"steps"');
  });

  it("list as many as asked for, and say that there are more", async () => {
    const host = changeHost();
    for (const level of ["no", "yes", "maybe"]) {
      await apply(host, { title: level, files: [{ path: SSHD, content: `PermitRootLogin ${level}\n` }] });
    }
    const { out } = await host.run(["change", "list", "--limit", "2"]);
    expect(out).toMatch(/maybe\n.*yes\nolder ones are left out: --limit N shows more\n$/);
    expect((await host.run(["change", "list", "--limit", "3"])).out).not.toContain("left out");
    const listed = (await host.run(["change", "list", "--limit", "2", "--json"])).json<{ id: number }[]>();
    expect(listed.map(({ id }) => id)).toEqual([3, 2]);
    expect((await host.run(["change", "list", "--limit", "0"])).code).toBe(2);
  });

  it("show every line of a change, who made it, how long there is, and what was measured", async () => {
    const host = changeHost();
    host.write(SSHD, "PermitRootLogin yes\n# kept\n");
    await apply(host, { ...WINDOW, files: [{ path: SSHD, content: "PermitRootLogin no\n# kept\n" }] }).catch(
      () => {},
    );
    const plan = await host.changes.plan(
      draftOf({ ...WINDOW, files: [{ path: SSHD, content: "PermitRootLogin no\n# kept\n" }] }),
    );
    await host.changes.apply(ALICE, plan, { connection: null, overwrite: [SSHD] });
    const { code, out } = await host.run(["change", "show", "1"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^change +1: Harden SSH\nstate +unconfirmed\nbecause +root may sign in with a password\n/,
    );
    expect(out).toMatch(/\nby +alice from 198\.51\.100\.7\n/);
    expect(out).toMatch(/\ngoes back +in (10m 00s|9m 5\ds), unless it is confirmed\ntimer +process \d+\n/);
    expect(out).toContain(`\n${SSHD}\n- PermitRootLogin yes\n+ PermitRootLogin no\n  # kept\n`);
    expect(out).toContain("\nMeasured afterwards\n  passed   sshd: probe\n");
  });

  it("make foreign text visible, on lines and in JSON", async () => {
    const host = changeHost();
    host.write(SSHD, "");
    await apply(host, { files: [{ path: SSHD, content: "Banner \u001b]0;owned\u0007\u202e\n" }] }).catch(
      () => {},
    );
    const plan = await host.changes.plan(
      draftOf({ files: [{ path: SSHD, content: "Banner \u001b]0;owned\u0007\u202e\n" }] }),
    );
    await host.changes.apply(ALICE, plan, { connection: null, overwrite: [SSHD] });
    expect((await host.run(["change", "show", "1"])).out).toContain("+ Banner \\x1b]0;owned\\x07\\u202e\n");
    for (const args of [
      ["change", "show", "1", "--json"],
      ["change", "show", "1"],
    ]) {
      expect((await host.run(args, undefined, 80)).out).not.toMatch(/\u001b\]|\u0007|\u202e/);
    }
  });

  it("refuse what is no change", async () => {
    const host = changeHost();
    expect((await host.run(["change", "show", "7", "--json"])).error()).toMatchObject({ code: "not_found" });
    for (const id of ["0", "-1", "x", "1.5", "../1"]) {
      expect((await host.run(["change", "show", id])).code, id).toBe(2);
    }
  });
});

describe("change undo", () => {
  it("shows the difference and asks; a yes returns every byte", async () => {
    const host = changeHost();
    await apply(host);
    const keys = keyboard();
    const running = host.run(["change", "undo", "1"], keys, 80);
    keys.type("y\r");
    const { code, out, err } = await running;
    expect(code).toBe(0);
    expect(out).toContain("PermitRootLogin no");
    expect(err).toContain("This will take change 1 back. Do it? [y/N] ");
    expect(out).toContain("Change 1 is undone by change 2.");
    expect(host.read(SSHD)).toBeNull();
    expect((await host.run(["change", "list"])).out).toMatch(/ 1 +undone/);
  });

  it.each(["n\r", "\r", "yep\r"])("does nothing when it is answered %j", async (answer) => {
    const host = changeHost();
    await apply(host);
    const keys = keyboard();
    const running = host.run(["change", "undo", "1"], keys, 80);
    keys.type(answer);
    expect((await running).code).toBe(1);
    expect(host.read(SSHD)).toBe("PermitRootLogin no\n");
  });

  it("needs --yes where nobody can be asked, and shows all the same what it would do", async () => {
    const host = changeHost();
    await apply(host);
    const refused = await host.run(["change", "undo", "1"]);
    expect([refused.code, host.read(SSHD)]).toEqual([1, "PermitRootLogin no\n"]);
    expect(refused.out).toContain("- PermitRootLogin no\n");
    expect(refused.err).toContain("say so with --yes");
    expect((await host.run(["change", "undo", "1", "--json"])).error()).toMatchObject({
      code: "confirmation_needed",
    });
    const done = await host.run(["change", "undo", "1", "--yes", "--json"]);
    expect(done.json()).toMatchObject({ id: 2, undoes: 1, state: "confirmed" });
    expect(host.read(SSHD)).toBeNull();
  });

  it("only shows with --dry-run", async () => {
    const host = changeHost();
    await apply(host);
    const { code, out } = await host.run(["change", "undo", "1", "--dry-run"]);
    expect([code, host.read(SSHD)]).toEqual([0, "PermitRootLogin no\n"]);
    expect(out).toContain("- PermitRootLogin no\n");
    const facts = (await host.run(["change", "undo", "1", "--dry-run", "--json"])).json();
    expect(facts).toMatchObject({ nothingToDo: false, refusals: [], drift: [] });
  });

  it("never writes over an edit by hand unless it is told to, file by file", async () => {
    const host = changeHost();
    await apply(host);
    host.write(SSHD, "PermitRootLogin no\n# my own line\n");
    const refused = await host.run(["change", "undo", "1", "--yes", "--json"]);
    expect(refused.error()).toMatchObject({
      code: "drifted",
      hint: expect.stringContaining(`--overwrite ${SSHD}`),
    });
    expect(host.read(SSHD)).toContain("# my own line");
    expect((await host.run(["change", "undo", "1", "--yes", "--overwrite", "/etc/other"])).code).toBe(1);
    expect((await host.run(["change", "undo", "1", "--yes", "--overwrite", SSHD])).code).toBe(0);
    expect(host.read(SSHD)).toBeNull();
  });
});

describe("change confirm, rollback, settle and expire", () => {
  it("make a change stay only on proof, or on the word of somebody at the console", async () => {
    const host = changeHost();
    await apply(host, WINDOW);
    const refused = await host.run(["change", "confirm", "1", "--json"]);
    expect(refused.error()).toMatchObject({ code: "unproven_connection" });
    expect(await states(host)).toEqual(["1 applied"]);
    const { code, out } = await host.run(["change", "confirm", "1", "--unproven"]);
    expect([code, out.split("\n")[0]]).toEqual([0, "Change 1 stays."]);
    expect(out).toMatch(/\nconfirmed +by /);
    expect(await states(host)).toEqual(["1 confirmed"]);
    expect((await host.run(["change", "confirm", "1", "--json"])).error()).toMatchObject({
      code: "change_settled",
    });
  });

  it("take a change back now, with the reason", async () => {
    const host = changeHost();
    await apply(host, WINDOW);
    const { code, out } = await host.run(["change", "rollback", "1", "--because", "the wrong host"]);
    expect([code, out.split("\n")[0]]).toEqual([0, "Change 1 is taken back."]);
    expect(out).toMatch(/\ntaken back +the wrong host\n/);
    expect(host.read(SSHD)).toBeNull();
  });

  it("do not say that a change is taken back when it is not", async () => {
    const host = changeHost();
    await apply(host, WINDOW);
    host.told.answers.set("sshd activate", new CastellanError("change_failed", "sshd does not run"));
    const stuck = await host.run(["change", "rollback", "1"]);
    expect([stuck.code, stuck.out.split("\n")[0]]).toEqual([
      1,
      "Change 1 could not be taken back yet; castellan tries again by itself:",
    ]);
    expect(stuck.out).toMatch(/\nfault +sshd: sshd does not run\n/);
    for (let tries = 0; tries < 4; tries += 1) await host.run(["change", "rollback", "1"]);
    expect((await host.changes.get(1)).state).toBe("rolled_back");
  });

  it("take back what nobody confirmed in time: settle by itself, expire after waiting", async () => {
    const host = changeHost();
    let late = 0;
    const later = { now: () => Date.now() + late, monotonic: () => performance.now() + late };
    const changes = host.open({ clock: later });
    Object.assign(host, { changes });
    await apply(host, WINDOW);
    expect((await host.run(["change", "settle"])).out).toBe("Nothing was left to do.\n");
    const waiting = host.run(["change", "expire", "1", "--json"]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await states(host)).toEqual(["1 applied"]);
    late = 601_000;
    expect((await waiting).json()).toMatchObject({ id: 1, state: "rolled_back" });
    expect(host.read(SSHD)).toBeNull();
  });

  it("end the wait when somebody has confirmed", async () => {
    const host = changeHost();
    await apply(host, WINDOW);
    await host.run(["change", "list"]);
    const waiting = host.run(["change", "expire", "1", "--json"]);
    const confirmed = await host.run(["change", "confirm", "1", "--unproven"]);
    expect([confirmed.code, confirmed.err]).toEqual([0, ""]);
    expect((await waiting).json()).toMatchObject({ id: 1, state: "confirmed" });
  });

  it("say what settling took back", async () => {
    const host = changeHost();
    const late = { now: () => Date.now() + 601_000, monotonic: () => performance.now() };
    await apply(host, WINDOW);
    Object.assign(host, { changes: host.open({ clock: late }) });
    expect((await host.run(["change", "settle"])).out).toMatch(
      /^1 change settled:\n {2}1 Harden SSH, taken back: .+\n$/,
    );
  });

  it("are hidden where nobody has to type them", async () => {
    const { out } = await changeHost().run(["change", "--help"]);
    expect(out).toContain("rollback");
    expect(out).not.toMatch(/settle|expire/);
  });
});

describe("change drift and keep", () => {
  it("tell what somebody else changed line by line, until it is kept", async () => {
    const host = changeHost();
    await apply(host);
    expect(await host.run(["change", "drift"])).toMatchObject({
      code: 0,
      out: "Every file of castellan's is as it wrote it.\n",
    });
    host.write(SSHD, "PermitRootLogin no\nMaxAuthTries 9\n");
    const drifted = await host.run(["change", "drift"]);
    expect([drifted.code, drifted.out]).toEqual([
      1,
      `${SSHD}: edited by hand since change 1\n  PermitRootLogin no\n+ MaxAuthTries 9\n\n`,
    ]);
    expect((await host.run(["change", "drift", "--json"])).json()).toEqual([
      {
        path: SSHD,
        changeId: 1,
        state: "edited",
        applied: "PermitRootLogin no\n",
        present: "PermitRootLogin no\nMaxAuthTries 9\n",
        kept: false,
      },
    ]);
    expect(await host.run(["change", "keep", SSHD])).toMatchObject({
      code: 0,
      out: `${SSHD} is kept as it is.\n`,
    });
    expect((await host.run(["change", "drift"])).code).toBe(0);
  });

  it("refuse to keep what is no whole path, or no file of castellan's", async () => {
    const host = changeHost();
    expect((await host.run(["change", "keep", "etc/passwd"])).code).toBe(2);
    expect((await host.run(["change", "keep", "/etc/passwd", "--json"])).error()).toMatchObject({
      code: "not_found",
    });
  });
});
