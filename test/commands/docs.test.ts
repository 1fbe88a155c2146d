import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createCall } from "../../src/commands/call.ts";
import { CATALOG } from "../../src/commands/catalog.ts";
import { createOutlet } from "../../src/commands/outlet.ts";
import { addCommands, buildProgram, globalOptions } from "../../src/commands/program.ts";

const DOCS = readFileSync("docs/commands.md", "utf8");
const SECTIONS = DOCS.split(/^(?=## )/m);

const IO = createOutlet({
  stdin: process.stdin,
  out: () => {},
  err: () => {},
  columns: null,
  isTTY: false,
  gone: new AbortController().signal,
  environment: {},
});

/** A command that can be run, by its whole path. */
interface Leaf {
  readonly path: string;
  readonly options: readonly string[];
}

function leaves(command: Command, path: string): Leaf[] {
  if (command.commands.length > 0) {
    return command.commands.flatMap((child) => leaves(child, `${path} ${child.name()}`));
  }
  return [{ path, options: command.options.map(({ long }) => long ?? "") }];
}

async function everyCommand(): Promise<Leaf[]> {
  const found: Leaf[] = [];
  for (const entry of CATALOG) {
    const program = buildProgram(IO);
    await addCommands(
      program,
      entry,
      createCall(IO, () => globalOptions(program)),
    );
    const command = program.commands.find((candidate) => candidate.name() === entry.name);
    if (command !== undefined) found.push(...leaves(command, entry.name));
  }
  return found;
}

describe("docs/commands.md", () => {
  it("names every command and every option, in the section of its group", async () => {
    const commands = await everyCommand();
    expect(commands.length).toBeGreaterThan(35);
    const missing = commands.flatMap(({ path, options }) => {
      const [group = ""] = path.split(" ");
      const section = SECTIONS.find((text) => new RegExp(`^## .*\\b${group}\\b`).test(text)) ?? "";
      const words = [path, ...options].filter((word) => !section.includes(word));
      return words.map((word) => (word === path ? path : `${path} ${word}`));
    });
    expect(missing).toEqual([]);
  });

  it("names every global option", () => {
    for (const { long } of buildProgram(IO).options) expect(DOCS).toContain(`\`${long}`);
  });
});
