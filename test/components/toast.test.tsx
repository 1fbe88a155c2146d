import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bindKeys, useKeys } from "../../components/input/useKeys.ts";
import { Line } from "../../components/Line.tsx";
import { TOAST_MS, Toast, type ToastSpec, useToast } from "../../components/Toast.tsx";
import { openTerminal, type TestTerminal } from "../support/terminal.tsx";

const KEYS: Readonly<Record<string, ToastSpec>> = {
  i: { level: "info", text: "unlocked" },
  w: { level: "warn", text: "slow" },
  e: { level: "error", text: "refused" },
};

function Toaster() {
  const { toast, show, dismiss } = useToast();
  useKeys(
    "pane",
    bindKeys({
      ...Object.fromEntries(Object.entries(KEYS).map(([key, spec]) => [key, () => show(spec)])),
      x: dismiss,
    }),
  );
  return toast ? <Toast toast={toast} width={20} /> : <Line width={20}>none</Line>;
}

/** The emulator and React need real timers, so only the ones of a toast are taken: they go off when told to. */
let due: (() => void)[] = [];
const cleared = new Set<unknown>();
let app: TestTerminal;

beforeEach(async () => {
  due = [];
  const { setTimeout: later, clearTimeout: never } = globalThis;
  vi.stubGlobal("setTimeout", (work: () => void, ms?: number) => {
    if (ms !== TOAST_MS) return later(work, ms);
    due.push(work);
    return work;
  });
  vi.stubGlobal("clearTimeout", (timer: NodeJS.Timeout) => {
    cleared.add(timer);
    never(timer);
  });
  app = await openTerminal(<Toaster />);
});
afterEach(async () => {
  await app.unmount();
  vi.unstubAllGlobals();
});

async function pass(): Promise<void> {
  for (const work of due) if (!cleared.has(work)) work();
  await app.waitForIdle();
}

const shown = (): string | undefined => app.screen()[0];

test.each([
  ["i", " + unlocked"],
  ["w", " ! slow"],
])("%s stays through keys and goes by itself", async (key, text) => {
  await app.press(key);
  expect(shown()).toBe(text);
  await app.press("x");
  expect(shown()).toBe(text);
  expect(due).toHaveLength(1);
  await pass();
  expect(shown()).toBe("none");
});

test("an error stays until it is dismissed", async () => {
  await app.press("e");
  expect(due).toEqual([]);
  expect(shown()).toBe(" !! refused");
  await app.press("x");
  expect(shown()).toBe("none");
});

test("a new message is not ended by the timer of the one before", async () => {
  await app.press("i", "w");
  expect(due).toHaveLength(2);
  expect(due.map((work) => cleared.has(work))).toEqual([true, false]);
  await app.press("e");
  await pass();
  expect(shown()).toBe(" !! refused");
});
