import { expect, onTestFinished, test } from "vitest";
import { Dialog, type DialogProps } from "../../components/Dialog.tsx";
import { openTerminal, type TestTerminal } from "../support/terminal.tsx";

const ROWS = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`);

/** A dialog as large as the terminal, and what was answered. */
async function openFull(props: Partial<DialogProps> = {}): Promise<{ term: TestTerminal; said: string[] }> {
  const said: string[] = [];
  const term = await openTerminal(
    <Dialog
      size="full"
      title="What this would change"
      body={(width) => [`${width} columns`, ...ROWS]}
      choices={[{ id: "apply", label: "Apply" }]}
      onChoose={(id) => said.push(id)}
      onCancel={() => said.push("cancel")}
      {...props}
    />,
  );
  onTestFinished(() => term.unmount());
  return { term, said };
}

test("a full dialog takes all of the room, lays its body out for it, and focuses Cancel", async () => {
  const { term, said } = await openFull();
  expect(term.screen()).toHaveLength(24);
  expect(term.screen()[0]).toMatch(/^┌ What this would change ─+ ↑↓ 20\/61 ┐$/);
  expect(term.text()).toContain("76 columns");
  expect(term.text()).toContain("< Cancel >  [ Apply ]");
  await term.press("enter");
  expect(said).toEqual(["cancel"]);
});

test("it scrolls by the keys of every list, and never beyond its ends", async () => {
  const { term } = await openFull();
  const first = (): string => term.screen()[1] ?? "";
  await term.press("j", "down");
  expect(first()).toContain("line 2 ");
  await term.press("k", "ctrl+d");
  expect(first()).toContain("line 11 ");
  await term.press("G", "G", "pagedown");
  expect(term.text()).toContain("line 60");
  await term.press("g");
  expect(first()).toContain("76 columns");
});

test("where a word is typed, the same letters are its letters", async () => {
  const { term, said } = await openFull({ confirmWord: "jkgG" });
  await term.press("right", "enter");
  expect(said).toEqual(["cancel"]);
  await term.type("jkgG");
  expect(term.text()).toContain("76 columns");
  await term.press("right", "enter");
  expect(said).toEqual(["cancel", "apply"]);
});
