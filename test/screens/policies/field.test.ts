import fc from "fast-check";
import { expect, test } from "vitest";
import {
  changesOf,
  fieldProblem,
  minutesText,
  readValue,
  shownValue,
  typedValue,
} from "../../../screens/policies/field.ts";
import { FIELDS } from "../../../screens/policies/fields.ts";
import { codeOf } from "../../../src/errors.ts";
import { DEFAULT_POLICY } from "../../../src/lockout/policy.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const date = { id: "at", label: "At", kind: "date", none: "never" } as const;
const number = { id: "n", label: "N", kind: "number", unit: "days" } as const;
const list = { id: "l", label: "L", kind: "list", none: "none" } as const;

test("a date is a day, or so much time from now; no day that does not exist", () => {
  expect(readValue(date, "14d", NOW)).toBe(NOW + 14 * 86_400_000);
  expect(readValue(date, "2026-12-31", NOW)).toBe(new Date(2026, 11, 31).getTime());
  expect(readValue(date, "", NOW)).toBeNull();
  for (const wrong of ["2026-02-30", "31.12.2026", "tomorrow", "14", "-1d"]) {
    expect(fieldProblem(date, wrong)).toContain("not a date");
  }
});

test("only digits are a number", () => {
  expect(readValue(number, "30", NOW)).toBe(30);
  for (const wrong of ["", "1e3", "0x10", "-1", "٣", "1 0"])
    expect(fieldProblem(number, wrong)).toContain("digits only");
  expect(shownValue(number, 30)).toBe("30 days");
});

test("a list is split at commas and blanks", () => {
  expect(readValue(list, " 192.0.2.1, 192.0.2.2  192.0.2.3 ", NOW)).toEqual([
    "192.0.2.1",
    "192.0.2.2",
    "192.0.2.3",
  ]);
  expect(readValue(list, "", NOW)).toEqual([]);
  expect(shownValue(list, [])).toBe("none");
});

test("minutes are told in the largest unit that holds them evenly", () => {
  expect([15, 60, 90, 720, 1_440, 10_080, 1].map(minutesText)).toEqual([
    "15 minutes",
    "1 hour",
    "90 minutes",
    "12 hours",
    "1 day",
    "7 days",
    "1 minute",
  ]);
});

test("what was not touched is not written: typing the shown values changes nothing", () => {
  const before = { ...DEFAULT_POLICY };
  const typed = Object.fromEntries(
    FIELDS.lockout.map((field) => [
      field.id,
      field.kind === "flag" ? before[field.id] === true : typedValue(field, before[field.id]),
    ]),
  );
  expect(changesOf(FIELDS.lockout, before, typed, NOW)).toEqual({});
  expect(changesOf(FIELDS.lockout, before, { ...typed, attempts: "7" }, NOW)).toEqual({ attempts: 7 });
});

test("every field of the lockout policy can be edited", () => {
  expect(FIELDS.lockout.map(({ id }) => id).toSorted()).toEqual(Object.keys(DEFAULT_POLICY).toSorted());
});

test("no text makes a field throw anything but its own refusal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom(date, number, list), (text, field) => {
      try {
        readValue(field, text, NOW);
      } catch (error) {
        expect(codeOf(error)).toBe("invalid_input");
      }
    }),
  );
});
