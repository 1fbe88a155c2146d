import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Castellan } from "../../../src/castellan.ts";
import { tamper } from "../../audit/support.ts";
import { NOON, OPERATOR, openApp, type Rig, type RigOptions } from "../users/rig.tsx";

async function withAccounts({ accounts }: Castellan): Promise<void> {
  for (const name of ["maria", "webshop", "bakery"]) {
    await accounts.create(OPERATOR, { name, role: "admin", email: `${name}@example.com` });
  }
}

/** As after a backup was put back: the last rows are gone, the anchor outside the database knows of them. */
function rollBack(castellan: Castellan): void {
  const { state } = castellan.options;
  tamper({ folder: state }, (sqlite) => sqlite.exec("DELETE FROM audit WHERE seq > 1"));
}

function openAudit(options: RigOptions = {}): Promise<Rig> {
  return openApp({ ...options, prepare: withAccounts });
}

async function openRolledBack(options: RigOptions = {}): Promise<Rig> {
  const prepare = async (castellan: Castellan): Promise<void> => {
    await withAccounts(castellan);
    rollBack(castellan);
  };
  return openApp({ ...options, prepare });
}

describe("the log", () => {
  test("a narrow list loses no room: target and details in one column, the row under the cursor whole below", async () => {
    const { term } = await openAudit();
    await term.press("5");
    const screen = term.screen();
    expect(screen[2]).toMatch(/^ {2}TIME +USER +ACTION +ON, DETAILS$/);
    expect(screen[3]).toMatch(/^> 12:00:00 +ada +account\.create +bakery {2}account -> bakery, email…$/);
    expect(screen[19]).toMatch(/^─+$/);
    expect(screen[20]).toBe(" account.create bakery from 203.0.113.7: account -> bakery, email ->");
    expect(screen[21]).toBe(" bakery@example.com, osLogin -> none, parent -> none, role -> admin");
  });

  test("a wide list has the address; a low one keeps its rows for the list", async () => {
    const { term } = await openAudit({ columns: 120 });
    await term.press("5");
    expect(term.screen()[2]).toMatch(/ACTION +ON, DETAILS +ADDRESS$/);
    await term.resize(60, 15);
    expect(term.text()).not.toContain("─");
    expect(term.text()).toContain("account.create");
  });

  test("a step of the cursor costs no more than half a kilobyte", async () => {
    const { term } = await openAudit();
    await term.press("5");
    for (const key of ["j", "j", "k", "k"]) {
      term.clearBytes();
      await term.press(key);
      expect(term.rawBytes().length).toBeLessThanOrEqual(500);
    }
  });

  test("times in details are read as times", async () => {
    const { term, castellan } = await openAudit();
    await castellan.lockouts.lock(OPERATOR, { target: "198.51.100.9", forMs: 900_000, because: "a test" });
    await term.press("5", "r", "enter");
    expect(term.text()).toMatch(/expiresAt +-> 2026-11-21 12:15:00/);
    expect(term.text()).not.toContain(String(NOON + 900_000));
    await term.press("esc");
    expect(term.text()).toContain("ON, DETAILS");
  });

  test("an export that cannot be written says so in the form, and what was typed stays", async () => {
    const { term } = await openAudit();
    const folder = mkdtempSync(join(tmpdir(), "castellan-export-"));
    const path = join(folder, "log.csv");
    writeFileSync(path, "mine");
    await term.press("5", "x", "tab", "ctrl+u");
    await term.type(path);
    await term.press("enter", "enter");
    expect(term.text()).toContain(`! cannot write ${path}: the file exists`);
    expect(readFileSync(path, "utf8")).toBe("mine");
    await term.press("shift+tab");
    await term.type("2");
    await term.press("enter", "enter");
    expect(term.text()).toContain(`written to ${path}2`);
    expect(readFileSync(`${path}2`, "utf8")).toContain("account.create");
  });
});

describe("a log that was rolled back", () => {
  test("the screen says so at once, v tells it whole, and Close has the focus", async () => {
    const { term } = await openRolledBack();
    await term.press("5");
    expect(term.screen()[2]).toMatch(
      /^ !! the tail was cut: the log ends at row 1, but row 3 was anchored +v tells$/,
    );
    await term.press("v");
    expect(term.text()).toContain("The audit log is not what castellan wrote");
    expect(term.text()).toContain("!! BROKEN first bad row: 2");
    expect(term.text()).toMatch(/< Close > {2}\[ Accept it … \]/);
    await term.press("enter");
    expect(term.text()).not.toContain("BROKEN first bad row");
  });

  test("accepted with a reason and a yes it is whole again; a row tells who, why and what was found", async () => {
    const { term, castellan } = await openRolledBack();
    await term.press("5", "v", "right", "enter");
    expect(term.text()).toContain("Accept the audit log as it is?");
    expect(term.text()).toContain("Found: the tail was cut");
    await term.type("restored the backup of Monday");
    expect(term.text()).toContain("$ castellan audit accept --because 'restored the backup of Monday'");
    await term.press("enter", "enter");
    expect(term.text()).toContain("Accept the gap for good?");
    expect(term.text()).toContain("< Cancel >  [ Accept ]");
    await term.press("right", "enter");
    expect(term.text()).toContain("+ OK 2 rows, each hash right, none missing.");
    await term.press("enter");
    expect(term.text()).not.toContain("the tail was cut: the log ends at row 1, but row 3 was anchored   ");
    const [row] = (await castellan.audit.query({ limit: 1 })).events;
    expect(row?.action).toBe("audit.accept");
    expect(row?.actor).toBe("ada");
    expect(row?.details["because"]).toBe("restored the backup of Monday");
    expect((await castellan.audit.verify()).ok).toBe(true);
  });

  test("Cancel has the focus: Enter alone accepts nothing; an empty reason does not leave the form", async () => {
    const { term, castellan } = await openRolledBack();
    await term.press("5", "a", "enter", "enter");
    expect(term.text()).toContain("! it needs a reason");
    await term.type("why not");
    await term.press("enter", "enter", "enter");
    expect(term.text()).toContain("Accept the audit log as it is?");
    expect((await castellan.audit.check()).ok).toBe(false);
    await term.press("esc");
    expect(term.text()).toContain("ON, DETAILS");
  });

  test("whoever is not root is refused in the form, and the try is told", async () => {
    const { term, castellan } = await openRolledBack({ actor: { ...OPERATOR, role: "admin" } });
    await term.press("5", "a");
    await term.type("I say so");
    await term.press("enter", "enter", "right", "enter");
    expect(term.text()).toContain("! ada may not accept a gap in the audit log");
    expect((await castellan.audit.check()).ok).toBe(false);
  });

  test("changed rows can never be accepted: the dialog does not offer it, the form refuses", async () => {
    const { term, castellan } = await openRolledBack();
    const { state } = castellan.options;
    tamper({ folder: state }, (sqlite) => sqlite.exec("UPDATE audit SET target = 'x' WHERE seq = 1"));
    await term.press("5", "v");
    expect(term.text()).toMatch(/changed rows can never be/);
    expect(term.text()).not.toContain("Accept it");
    await term.press("esc", "a");
    await term.type("because");
    await term.press("enter", "enter", "right", "enter");
    expect(term.text()).toContain("! the rows themselves are broken");
  });

  test("read-only shows it and offers nothing", async () => {
    const { term } = await openRolledBack({ readOnly: true });
    await term.press("5", "v");
    expect(term.text()).toContain("!! BROKEN first bad row: 2");
    expect(term.text()).not.toContain("Accept it");
    await term.press("esc", "a");
    expect(term.text()).toContain("accept: castellan runs with --read-only");
  });

  test("the overview says it before all else, and leads there and back", async () => {
    const { term } = await openRolledBack();
    expect(term.text()).toContain("!! AUDIT  the tail was cut");
    await term.press("tab", "tab", "enter");
    expect(term.text()).toContain("ON, DETAILS");
    await term.press("esc");
    expect(term.text()).toContain("Locked now");
  });

  test("a whole log has nothing to accept, and says why", async () => {
    const { term, castellan } = await openAudit();
    await term.press("5", "a");
    expect(term.text()).toContain("accept: the anchors agree with the log: nothing to accept");
    expect(existsSync(join(castellan.options.state, "audit.anchor.1"))).toBe(false);
  });
});
