import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { openCastellan } from "../../src/castellan.ts";
import { OWN_FILES } from "../../src/changes/own/paths.ts";
import { runCommandLine } from "../../src/commands/run.ts";
import { ALICE, ED25519, HASH, type SshTestHost, sshdMissing, sshHost } from "../ssh/support.ts";

const missing = sshdMissing();

/** Runs a command against a host in a folder, as root at the console. */
async function castellan(host: SshTestHost, ...args: string[]) {
  const said = { out: "", err: "" };
  const stdin = new PassThrough();
  stdin.end();
  const code = await runCommandLine(["--state", join(host.state, "panel"), "--root", host.root, ...args], {
    stdin,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    columns: null,
    isTTY: false,
    gone: new AbortController().signal,
    environment: { LANG: "C.UTF-8" },
    openCore: (options) =>
      openCastellan({ ...options, program: [process.execPath, "-e", "setTimeout(() => {}, 20_000)"] }),
  });
  return { code, ...said };
}

describe.skipIf(missing !== null)(`castellan ssh${missing === null ? "" : ` (${missing})`}`, () => {
  it("shows what sshd is set to, beside what is recommended, and which line does it", async () => {
    const host = sshHost();
    host.put("/etc/ssh/sshd_config.d/50-cloud-init.conf", "PasswordAuthentication yes\n");
    const { code, out } = await castellan(host, "ssh", "show");
    expect(code).toBe(0);
    expect(out).toMatch(/^gets in +alice$/m);
    expect(out).toMatch(
      /WARN +PasswordAuthentication +yes +no +\/etc\/ssh\/sshd_config\.d\/50-cloud-init\.conf:1$/m,
    );
    const { settings, people } = JSON.parse((await castellan(host, "ssh", "show", "--json")).out);
    expect(settings).toContainEqual(expect.objectContaining({ keyword: "usepam", rating: "passed" }));
    expect(people.map(({ login }: { login: string }) => login)).toEqual(["root", "alice"]);
  });

  it("shows who gets in; a comment of a key is shown, never obeyed", async () => {
    const host = sshHost({ logins: [{ ...ALICE, keys: `${ED25519} \u001b]52;c;x\u0007evil` }] });
    const { code, out } = await castellan(host, "ssh", "people");
    expect(code).toBe(0);
    expect(out).toContain("by publickey or password");
    expect(out).toContain("\\x1b]52;c;x\\x07evil");
    expect(out).not.toContain("\u001b");
    const nobody = sshHost({ logins: [], sudo: [] });
    expect((await castellan(nobody, "ssh", "people")).code).toBe(1);
  });

  it("plans, and ends with 1 when that is refused", async () => {
    const host = sshHost({ logins: [{ name: "alice", uid: 1000, hash: HASH }] });
    const fine = await castellan(host, "ssh", "plan", "--set", "MaxAuthTries=3");
    expect(fine).toMatchObject({ code: 0, err: "" });
    expect(fine.out).toContain("+ MaxAuthTries 3");
    expect(fine.out).toContain("alice: password");
    const refused = await castellan(host, "ssh", "plan", "--recommended", "--json");
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({
      lost: ["alice"],
      refusals: [expect.stringContaining("nobody who can become root would get in any more")],
    });
    expect((await castellan(host, "ssh", "plan")).code).toBe(2);
    expect((await castellan(host, "ssh", "plan", "--set", "MaxAuthTries")).code).toBe(2);
    expect(JSON.parse((await castellan(host, "ssh", "plan", "--set", "X=y", "--json")).err).error.code).toBe(
      "invalid_input",
    );
  });

  it("applies, says how to make it stay, and takes it back", async () => {
    const host = sshHost();
    const asked = await castellan(host, "ssh", "apply", "--set", "PermitRootLogin=no");
    expect(asked).toMatchObject({ code: 1, err: expect.stringContaining("--yes") });
    expect(host.read(OWN_FILES.sshd)).toBeNull();
    const applied = await castellan(
      host,
      "ssh",
      "apply",
      "--set",
      "PermitRootLogin=no",
      "--yes",
      "--window",
      "300",
    );
    expect(applied).toMatchObject({ code: 0, err: "" });
    expect(applied.out).toContain("Open a second connection now and run: castellan ssh confirm");
    expect(host.read(OWN_FILES.sshd)).toContain("PermitRootLogin no");
    expect((await castellan(host, "ssh", "confirm")).code).toBe(1);
    expect((await castellan(host, "ssh", "rollback")).out).toContain("is taken back");
    expect(host.read(OWN_FILES.sshd)).toBeNull();
    expect((await castellan(host, "ssh", "rollback")).err).toContain("no change of sshd waits");
  });

  it("keeps what the word of the console confirms", async () => {
    const host = sshHost();
    await castellan(host, "ssh", "apply", "--recommended", "--yes");
    expect((await castellan(host, "ssh", "confirm", "--unproven")).out).toContain("stays");
    expect(host.read(OWN_FILES.sshd)).toContain("AllowUsers alice");
  });

  it("shuts nobody out who was not named", async () => {
    const host = sshHost({ root: { keys: ED25519 } });
    const set = ["ssh", "apply", "--set", "PermitRootLogin=no", "--yes"];
    expect((await castellan(host, ...set)).err).toContain("--accept root");
    expect((await castellan(host, ...set, "--accept", "root")).code).toBe(0);
    await castellan(host, "ssh", "rollback");
  });

  it("refuses what would lock everybody out, and the audit log tells of it", async () => {
    const host = sshHost({ logins: [{ name: "alice", uid: 1000, hash: HASH }] });
    const set = ["ssh", "apply", "--set", "PasswordAuthentication=no", "--yes", "--json"];
    const { code, err } = await castellan(host, ...set);
    expect(code).toBe(1);
    expect(JSON.parse(err).error).toMatchObject({ code: "would_lock_out" });
    const rows = JSON.parse((await castellan(host, "audit", "list", "--json")).out);
    expect(JSON.stringify(rows)).toContain('"outcome":"refused"');
  });
});
