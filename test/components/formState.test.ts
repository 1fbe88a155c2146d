import { expect, test } from "vitest";
import {
  type FieldSpec,
  type FormOutcome,
  formKey,
  formPaste,
  startForm,
} from "../../components/formState.ts";
import { createKeySplitter, isPaste } from "../../src/terminal/keys.ts";
import { bytesOfKey } from "../support/keyBytes.ts";

type Values = { name: string; role: string; notify: boolean };

const FIELDS: readonly FieldSpec<Values>[] = [
  {
    kind: "text",
    id: "name",
    label: "Name",
    max: 8,
    check: (value) => (value === "" ? "a name is needed" : undefined),
  },
  {
    kind: "choice",
    id: "role",
    label: "Role",
    options: ["customer", "reseller", "admin"].map((id) => ({ id, label: id })),
  },
  { kind: "check", id: "notify", label: "Notify" },
];
const EMPTY: Values = { name: "", role: "customer", notify: false };

function press(...keys: readonly string[]): FormOutcome<Values> {
  let outcome: FormOutcome<Values> = { kind: "changed", state: startForm(FIELDS, EMPTY) };
  for (const name of keys) {
    for (const key of [
      ...createKeySplitter().feed(bytesOfKey(name)),
      ...(name === "esc" ? [{ name, text: "" }] : []),
    ]) {
      if ("state" in outcome && !isPaste(key)) outcome = formKey(FIELDS, outcome.state, key);
    }
  }
  return outcome;
}

test("text, choice and checkbox are edited where the focus is", () => {
  const outcome = press("a", "b", "tab", "right", "right", "right", "left", "tab", "space");
  expect(outcome).toMatchObject({ state: { values: { name: "ab", role: "admin", notify: true }, focus: 2 } });
});

test("Tab, Enter and the arrows move on; both ends meet", () => {
  expect(press("a", "enter", "down", "tab")).toMatchObject({ state: { focus: 3 } });
  expect(press("shift+tab")).toMatchObject({ state: { focus: 4 } });
  expect(press("shift+tab", "right")).toMatchObject({ state: { focus: 3 } });
});

test("Enter on the first button submits, on the second cancels, Esc cancels anywhere", () => {
  expect(press("a", "enter", "enter", "enter", "enter")).toMatchObject({
    kind: "submit",
    state: { values: { name: "a" } },
  });
  expect(press("shift+tab", "enter")).toEqual({ kind: "cancel" });
  expect(press("a", "esc")).toEqual({ kind: "cancel" });
});

test("what is wrong is said on leaving and on submit, which then goes to the wrong field", () => {
  expect(press("tab")).toMatchObject({ state: { errors: { name: "a name is needed" } } });
  expect(press("up", "up", "enter")).toMatchObject({
    kind: "changed",
    state: { focus: 0, errors: { name: "a name is needed" } },
  });
});

test("an error goes as soon as it is mended", () => {
  const outcome = press("tab", "shift+tab", "a");
  expect(outcome).toMatchObject({ state: { errors: {} } });
});

test("letters never fall through to the screen behind; other keys do", () => {
  expect(press("tab", "q").kind).toBe("changed");
  expect(press("up", "q").kind).toBe("changed");
  expect(press("ctrl+c").kind).toBe("unused");
});

test("a paste goes into the text field that has the focus, without its line breaks", () => {
  const state = startForm(FIELDS, EMPTY);
  expect(formPaste(FIELDS, state, "al\nice\n").values.name).toBe("alice");
  expect(formPaste(FIELDS, state, "x".repeat(50)).values.name).toBe("xxxxxxxx");
  expect(formPaste(FIELDS, { ...state, focus: 1 }, "admin").values).toEqual(EMPTY);
});
