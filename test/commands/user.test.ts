import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keyboard, type Sandbox, sandbox } from "./run-command.ts";

const GOOD = "Correct-Horse-42-Battery";
const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let host: Sandbox;
beforeEach(() => {
  host = sandbox();
});
afterEach(() => host.remove());

function add(name: string, role = "admin", ...more: string[]) {
  const args = ["user", "add", name, "--role", role, "--password-stdin", ...more];
  return host.run(args, { stdin: `${GOOD}\n` });
}

async function actions(): Promise<string[]> {
  const events = (await host.run(["audit", "list", "--json"])).json<{ action: string; outcome: string }[]>();
  return events.map(({ action, outcome }) => `${action} ${outcome}`);
}

describe("user add", () => {
  it("makes an account and shows it", async () => {
    const { code, out, err } = await add("alice", "admin", "--email", "Alice@Example.org");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Made the account alice \(admin\)\.\n\nname +alice\nrole +admin\nstate +active\n/);
    expect(out).toContain("alice@example.org");
  });

  it("says under --json what it made, with times in ISO 8601", async () => {
    const { out } = await add("alice", "root", "--json", "--os-login", "alice");
    expect(JSON.parse(out)).toEqual({
      id: 1,
      name: "alice",
      email: null,
      role: "root",
      parent: null,
      status: "active",
      osLogin: "alice",
      hasPassword: true,
      mustChangePassword: false,
      passwordChangedAt: ISO,
      lastSignInAt: null,
      createdAt: ISO,
      updatedAt: ISO,
      twoFactor: "off",
      twoFactorRequired: false,
      failures: 0,
      lockedUntil: null,
    });
  });

  it("makes one without a password only when that is said", async () => {
    const made = await host.run(["user", "add", "bob", "--role", "customer", "--no-password", "--json"]);
    expect(made.json()).toMatchObject({ name: "bob", hasPassword: false });
  });

  it("asks for the password on a terminal, and shows nothing of it", async () => {
    const stdin = keyboard();
    stdin.type(`${GOOD}\r${GOOD}\r`);
    const { code, out, err } = await host.run(["user", "add", "carol", "--role", "admin"], {
      stdin,
      terminal: [80, 24],
    });
    expect(code).toBe(0);
    expect(err).toBe("New password: \nThe same again: \n");
    expect(out).not.toContain(GOOD);
  });

  it.each<[string, string[], string, string]>([
    ["a role that is none", ["user", "add", "x", "--role", "king"], GOOD, "invalid_input"],
    ["a taken name", ["user", "add", "alice", "--role", "admin"], GOOD, "already_exists"],
    [
      "control characters in the name",
      ["user", "add", "a\u001b[31m\nb", "--role", "admin"],
      GOOD,
      "invalid_input",
    ],
    ["a look-alike name", ["user", "add", "\u0430lice", "--role", "admin"], GOOD, "invalid_input"],
    [
      "an e-mail that is none",
      ["user", "add", "x", "--role", "admin", "--email", "x"],
      GOOD,
      "invalid_input",
    ],
    ["a weak password", ["user", "add", "x", "--role", "admin"], "short", "password_rejected"],
    ["a common password", ["user", "add", "x", "--role", "admin"], "Password123!", "password_rejected"],
    ["an empty password", ["user", "add", "x", "--role", "admin"], "\n", "password_rejected"],
    [
      "a password of 10 MB",
      ["user", "add", "x", "--role", "admin"],
      "x".repeat(10_000_000),
      "password_rejected",
    ],
    [
      "a parent that is not there",
      ["user", "add", "x", "--role", "customer", "--parent", "nobody"],
      GOOD,
      "not_found",
    ],
  ])("refuses %s, and changes nothing", async (_, args, stdin, code) => {
    await add("alice");
    const before = (await host.run(["user", "list", "--json"])).out;
    const refused = await host.run([...args, "--password-stdin", "--json"], { stdin });
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.error()).toMatchObject({ code, message: expect.stringMatching(/./) });
    expect((await host.run(["user", "list", "--json"])).out).toBe(before);
  });
});

describe("user list and show", () => {
  it("says what to do when there is none", async () => {
    const { out } = await host.run(["user", "list"]);
    expect(out).toBe(
      "There is no account yet.\n  Make the first: castellan user add NAME --role root --email ADDRESS\n",
    );
    expect((await host.run(["user", "list", "--json"])).json()).toEqual([]);
  });

  it("lists accounts by name, within the terminal", async () => {
    await add("bob", "customer", "--email", "a-very-long-address-indeed@subdomain.example.org");
    await add("alice", "root");
    const wide = (await host.run(["user", "list"])).out.split("\n");
    expect(wide[0]).toMatch(/^NAME +ROLE +2FA +STATE +LAST SIGN-IN +E-MAIL +PARENT +OS LOGIN$/);
    expect(wide[1]).toMatch(/^alice +root +off +active +never/);
    const narrow = (await host.run(["user", "list"], { terminal: [40, 24] })).out;
    for (const line of narrow.split("\n")) expect(line.length).toBeLessThanOrEqual(40);
    expect(narrow).toContain("bob");
    expect((await host.run(["user", "list", "--json"])).json()).toMatchObject([
      { name: "alice" },
      { name: "bob" },
    ]);
  });

  it("finds one by its e-mail address, and says when there is none", async () => {
    await add("alice", "admin", "--email", "alice@example.org");
    expect((await host.run(["user", "show", "alice@example.org", "--json"])).json()).toMatchObject({
      name: "alice",
    });
    const missing = await host.run(["user", "show", "nobody", "--json"]);
    expect([missing.code, missing.error().code]).toEqual([1, "not_found"]);
  });
});

describe("user set, suspend, resume, unlock", () => {
  it("changes what is named, and takes away what is negated", async () => {
    await add("alice", "admin", "--email", "alice@example.org");
    const changed = await host.run(["user", "set", "alice", "--role", "reseller", "--no-email", "--json"]);
    expect(changed.json()).toMatchObject({ role: "reseller", email: null });
    expect((await host.run(["user", "set", "alice", "--email", "a@b.org"])).out).toContain(
      "Changed the account alice.",
    );
    expect(await actions()).toEqual(["account.update done", "account.update done", "account.create done"]);
  });

  it("shuts out and lets in again, and the audit log has the reason", async () => {
    await add("alice");
    const suspended = await host.run(["user", "suspend", "alice", "--because", "left the house", "--json"]);
    expect(suspended.json()).toMatchObject({ status: "suspended" });
    expect((await host.run(["user", "list"])).out).toContain("suspended");
    expect((await host.run(["user", "resume", "alice"])).out).toContain("Resumed the account alice.");
    const [event] = (await host.run(["audit", "list", "--action", "account.suspend", "--json"])).json<
      object[]
    >();
    expect(event).toMatchObject({ target: "alice", details: { reason: "left the house" } });
  });

  it("ends the lock that wrong codes brought", async () => {
    const { out } = await add("alice", "admin", "--json");
    expect(JSON.parse(out)).toMatchObject({ failures: 0 });
    const unlocked = await host.run(["user", "unlock", "alice", "--json"]);
    expect(unlocked.json()).toEqual({ name: "alice", unlocked: true });
  });

  it("keeps the last root account", async () => {
    await add("alice", "root");
    const refused = await host.run(["user", "suspend", "alice", "--json"]);
    expect([refused.code, refused.error().code]).toEqual([1, "last_administrator"]);
    expect((await actions())[0]).toBe("account.suspend refused");
  });
});

describe("user delete", () => {
  it("needs --yes where nobody can be asked", async () => {
    await add("alice");
    const refused = await host.run(["user", "delete", "alice", "--json"]);
    expect([refused.code, refused.error().code]).toEqual([1, "confirmation_needed"]);
    expect(refused.error().hint).toContain("--yes");
    expect((await host.run(["user", "delete", "alice", "--yes", "--json"])).json()).toEqual({
      name: "alice",
      deleted: true,
    });
    expect((await host.run(["user", "list", "--json"])).json()).toEqual([]);
  });

  it.each([
    ["y\r", 0],
    ["YES\r", 0],
    ["\r", 1],
    ["n\r", 1],
    ["yikes\r", 1],
    ["\u0003", 130],
  ])("asks on a terminal: %j ends with %i", async (typed, code) => {
    await add("alice");
    const stdin = keyboard();
    stdin.type(typed);
    const answer = await host.run(["user", "delete", "alice"], { stdin, terminal: [80, 24] });
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(
      "This will delete the account alice with its password and second factor. Do it? [y/N] ",
    );
    const left = (await host.run(["user", "list", "--json"])).json<object[]>();
    expect(left).toHaveLength(code === 0 ? 0 : 1);
  });

  it("asks nobody under --json, terminal or not", async () => {
    await add("alice");
    const stdin = keyboard();
    stdin.type("y\r");
    const refused = await host.run(["user", "delete", "alice", "--json"], { stdin, terminal: [80, 24] });
    expect(refused.error().code).toBe("confirmation_needed");
  });

  it("writes a refusal down", async () => {
    const refused = await host.run(["user", "delete", "nobody", "--yes", "--json"]);
    expect(refused.error().code).toBe("not_found");
    expect(await actions()).toEqual(["account.delete refused"]);
  });
});

describe("user password and reset-password", () => {
  it("sets one from standard input", async () => {
    await add("alice");
    const set = await host.run(["user", "password", "alice", "--password-stdin"], {
      stdin: "Another-Horse-43-Cart\n",
    });
    expect([set.code, set.out]).toEqual([0, "Set the password of alice.\n"]);
    expect((await host.run(["user", "show", "alice", "--json"])).json()).toMatchObject({
      mustChangePassword: true,
    });
  });

  it("refuses one that the policy does not take", async () => {
    await add("alice");
    const refused = await host.run(["user", "password", "alice", "--password-stdin", "--json"], {
      stdin: "short",
    });
    expect([refused.code, refused.error().code]).toEqual([1, "password_rejected"]);
  });

  it("prints a random one once, which the policy takes", async () => {
    await add("alice");
    const reset = (await host.run(["user", "reset-password", "alice", "--json"])).json<{
      password: string;
    }>();
    expect(reset).toEqual({ name: "alice", password: expect.stringMatching(/^\S{20,}$/) });
    const plain = (await host.run(["user", "reset-password", "alice"])).out;
    expect(plain).toMatch(/^New password of alice, shown only now:\n {2}\S{20,}\nIt must be changed/);
    expect(plain).not.toContain(reset.password);
    const everything = (await host.run(["audit", "export", "--json"])).out;
    expect(everything).not.toContain(reset.password);
  });
});
