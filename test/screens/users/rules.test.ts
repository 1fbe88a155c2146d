import fc from "fast-check";
import { expect, test } from "vitest";
import { layForm } from "../../../screens/forms/formLayout.ts";
import { problemText, verdictText } from "../../../screens/forms/password.ts";
import { commandLine, shellWord } from "../../../screens/forms/shellWord.ts";
import { codeRows } from "../../../screens/users/enrol/BackupCodes.tsx";
import { digitsOf } from "../../../screens/users/enrol/codeBoxes.ts";
import { keyRows, layQr } from "../../../screens/users/enrol/qrLayout.ts";
import { accessWord, factorWord, filterRows, sortRows, userRows } from "../../../screens/users/rows.ts";
import { runCommand } from "../../../src/host/command.ts";
import { contentText } from "../../../src/terminal/line.ts";
import { NOON, OPERATOR } from "./rig.tsx";

const account = (id: number, more: object = {}) => ({
  id,
  name: `user${id}`,
  email: null,
  role: "customer" as const,
  parentId: null,
  parentName: null,
  status: "active" as const,
  osLogin: null,
  hasPassword: true,
  mustChangePassword: false,
  passwordChangedAt: null,
  lastSignInAt: null,
  createdAt: NOON,
  updatedAt: NOON,
  ...more,
});
const facts = (accounts: ReturnType<typeof account>[]) => ({
  accounts,
  factors: new Map(),
  lacking: new Set<number>(),
  attempts: new Map(),
});

test("a QR code is shown whole or not at all, at any size", () => {
  const size = fc.record({
    width: fc.integer({ min: 1, max: 300 }),
    height: fc.integer({ min: 1, max: 100 }),
  });
  const modules = fc.integer({ min: 1, max: 10 }).map((version) => 17 + 4 * version + 4);
  fc.assert(
    fc.property(size, modules, (body, side) => {
      const qr = { columns: side, rows: Math.ceil(side / 2) };
      const layout = layQr(body, qr);
      if (layout.kind === "hidden") {
        // What it asks for is enough, and one less of either is not.
        const asked = { width: layout.columns, height: layout.rows - 1 };
        expect(layQr(asked, qr).kind).toBe("shown");
        expect(layQr({ ...asked, width: asked.width - 1 }, qr).kind).toBe("hidden");
        expect(layQr({ ...asked, height: asked.height - 1 }, qr).kind).toBe("hidden");
        return;
      }
      expect(layout.top + qr.rows).toBeLessThanOrEqual(body.height);
      expect(layout.left + qr.columns + 2 + layout.side).toBeLessThanOrEqual(body.width);
    }),
  );
});

test("at 80x24 the codes of versions 5 and 6 fit with their key", () => {
  expect(layQr({ width: 80, height: 23 }, { columns: 41, rows: 21 })).toMatchObject({
    kind: "shown",
    side: 36,
  });
  expect(layQr({ width: 80, height: 23 }, { columns: 45, rows: 23 })).toMatchObject({
    kind: "shown",
    top: 0,
  });
});

test("a key is told in rows of whole groups", () => {
  const secret = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  expect(keyRows(secret, 4)).toEqual(["ABCD EFGH IJKL MNOP", "QRST UVWX YZ23 4567"]);
  expect(keyRows(secret, 8).join("").replaceAll(" ", "")).toBe(secret);
});

test("a code is its first six digits, whatever stands between them", () => {
  expect(digitsOf(" 123 456\r\n")).toBe("123456");
  expect(digitsOf("12-34-56-78")).toBe("123456");
  expect(digitsOf("abc")).toBe("");
});

test("ten backup codes stand in two columns of equal width, numbered", () => {
  const rows = codeRows(Array.from({ length: 10 }, (_, index) => `aaaa-bbb${index}`)).map(contentText);
  expect(rows).toHaveLength(5);
  expect(rows[0]).toBe(" 1  aaaa-bbb0       6  aaaa-bbb5");
  expect(new Set(rows.map((row) => row.length)).size).toBe(1);
});

test("what the shell reads of a quoted word is the word", async () => {
  for (const word of ["plain", "", "a b", "it's", "$(id)", "`id`", "a\\b", "*", "-x", "ü", "a\nb"]) {
    const { stdout } = await runCommand({ file: "/bin/sh", args: ["-c", `printf '%s|' ${shellWord(word)}`] });
    expect(stdout).toBe(`${word}|`);
  }
  expect(commandLine("user", "set", "a b", undefined, false, "--role", "root")).toBe(
    "castellan user set 'a b' --role root",
  );
});

test("the rows of a form page are given to fields first", () => {
  const size = fc.integer({ min: 6, max: 60 });
  fc.assert(
    fc.property(
      size,
      fc.integer({ min: 1, max: 13 }),
      fc.integer({ min: 0, max: 5 }),
      (height, fields, lead) => {
        const layout = layForm(height, fields, lead);
        const leadRows = layout.lead === 0 ? 0 : layout.lead + 2;
        expect(1 + leadRows + layout.form + layout.below).toBeLessThanOrEqual(height);
        if (layout.lead > 0) expect(layout.form).toBeGreaterThanOrEqual(fields + 2);
      },
    ),
  );
});

test("what a password lacks reads as one sentence", () => {
  const verdict = {
    problems: ["it must have at least 8 characters", "it must have a digit", 'it holds "ada"'],
    strength: "weak" as const,
    score: 0,
    advice: "Add words.",
  };
  expect(problemText(verdict)).toBe('needs at least 8 characters, a digit; holds "ada"');
  expect(verdictText(verdict)).toContain("Add words.");
  expect(verdictText({ ...verdict, problems: [], strength: "strong" })).toBeUndefined();
});

test("filter words narrow together, and find states as well", () => {
  const rows = userRows(
    facts([account(1), account(2, { status: "suspended" }), account(3, { role: "admin", email: "x@y.z" })]),
    OPERATOR,
  );
  const found = (filter: string) => filterRows(rows, filter, NOON).map((row) => row.account.id);
  expect(found("user")).toEqual([1, 2, 3]);
  expect(found("user suspended")).toEqual([2]);
  expect(found("X@Y")).toEqual([3]);
  expect(found("2fa:off admin")).toEqual([3]);
  expect(found("nobody")).toEqual([]);
});

test("every order holds all rows, and the reverse is its mirror", () => {
  const rows = userRows(
    facts([account(2), account(1, { role: "root" }), account(3, { lastSignInAt: NOON })]),
    OPERATOR,
  );
  for (const id of ["name", "role", "factor", "signIn", "access"] as const) {
    const up = sortRows(rows, { id, descending: false }).map((row) => row.account.id);
    const down = sortRows(rows, { id, descending: true }).map((row) => row.account.id);
    expect(up.toSorted()).toEqual([1, 2, 3]);
    expect(down).toEqual(up.toReversed());
  }
});

test("the operator's own account is known by its OS login too", () => {
  const [mine, other] = userRows(facts([account(1, { osLogin: "ada" }), account(2)]), OPERATOR);
  expect(mine?.own).toBe(true);
  expect(other?.own).toBe(false);
});

test("a lock that is over is none, and unknown is never on", () => {
  const [row] = userRows(
    { ...facts([account(1)]), attempts: new Map([[1, { failures: 5, lockedUntil: NOON }]]) },
    OPERATOR,
  );
  if (row === undefined) throw new Error("no row");
  expect(accessWord(row, NOON - 1).word).toBe("LOCKED");
  expect(accessWord(row, NOON).word).toBe("active");
  expect(factorWord({ ...row, lacking: true }).word).toBe("wanted");
});
