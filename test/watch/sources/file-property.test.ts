import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogSource } from "../../../src/watch/sources/source.ts";
import { LogFolder, LogWriter } from "./log-folder.ts";

/** What may happen to a log and to the one who follows it. */
type Step =
  | { readonly do: "write"; readonly lines: number; readonly torn: boolean }
  | { readonly do: "read"; readonly max: number; readonly stored: boolean }
  | { readonly do: "rotate" }
  | { readonly do: "reopen" }
  | { readonly do: "copytruncate" }
  | { readonly do: "restart" }
  | { readonly do: "pause" };

/** A host rotates in one way or in the other. */
type Style = "rename" | "copytruncate";

const stepOf = (style: Style): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant("write" as const), lines: fc.nat(8), torn: fc.boolean() }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("read" as const),
        max: fc.integer({ min: 1, max: 12 }),
        stored: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary:
        style === "rename"
          ? fc.constantFrom<Step>({ do: "rotate" }, { do: "reopen" })
          : fc.constant<Step>({ do: "copytruncate" }),
    },
    { weight: 2, arbitrary: fc.constant({ do: "restart" as const }) },
    { weight: 1, arbitrary: fc.constant({ do: "pause" as const }) },
  );

const stories = fc
  .constantFrom<Style>("rename", "copytruncate")
  .chain((style) =>
    fc.record({ style: fc.constant(style), steps: fc.array(stepOf(style), { minLength: 5, maxLength: 60 }) }),
  );

/** Writes numbered lines, also in two halves, and keeps what it wrote. */
class Story {
  readonly log = new LogFolder();
  readonly written: string[] = [];
  readonly read: string[] = [];
  readonly gaps: string[] = [];
  readonly #writer: LogWriter;
  #torn = "";
  #stored: string | null = null;
  #source: LogSource;

  constructor() {
    this.#writer = new LogWriter(this.log.path);
    this.#source = this.log.source();
  }

  async begin(): Promise<void> {
    const first = await this.#source.read(10);
    this.#stored = first?.position ?? null;
  }

  async tell(next: Step): Promise<void> {
    switch (next.do) {
      case "write":
        this.#write(next.lines, next.torn);
        break;
      case "read":
        await this.#take(next.max, next.stored);
        break;
      case "rotate":
        this.log.rotate();
        break;
      case "reopen":
        this.#finishTorn();
        this.#writer.reopen();
        break;
      case "copytruncate":
        await this.#copyTruncate();
        break;
      case "restart":
        await this.#source.close();
        this.#source = this.log.source({ position: this.#stored });
        break;
      case "pause":
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async end(): Promise<void> {
    this.#finishTorn();
    this.#writer.reopen();
    this.#write(1, false);
    while (await this.#take(5, true)) {
      // until there is nothing more
    }
    await this.#source.close();
  }

  /** A batch is stored with its position, or lost with it, as by a crash or a failed transaction. */
  async #take(max: number, stored: boolean): Promise<boolean> {
    const batch = await this.#source.read(max);
    if (batch === null) return false;
    if (!stored) {
      await this.#source.rewind(this.#stored);
      return true;
    }
    this.read.push(...batch.lines.map(({ text }) => text));
    if (batch.gap !== null) this.gaps.push(batch.gap);
    this.#stored = batch.position;
    return true;
  }

  #write(lines: number, torn: boolean): void {
    for (let count = 0; count < lines; count++) {
      const number = this.written.length;
      const line = `${number} ${"é".repeat(number % 7)}${"x".repeat((number * 37) % 400)}`;
      this.#writer.write(Buffer.from(`${this.#torn === "" ? line : this.#torn}\n`));
      this.written.push(line);
      this.#torn = "";
    }
    if (!torn || this.#torn !== "") return;
    const number = this.written.length;
    const line = Buffer.from(`${number} ${"é".repeat(number % 7)}${"x".repeat((number * 37) % 400)}`);
    this.#writer.write(line.subarray(0, 1));
    this.#torn = line.subarray(1).toString();
  }

  #finishTorn(): void {
    if (this.#torn !== "") this.#write(1, false);
  }

  /** Only what nobody writes to meanwhile can be truncated without loss. */
  async #copyTruncate(): Promise<void> {
    this.#finishTorn();
    this.#writer.reopen();
    await new Promise((resolve) => setTimeout(resolve, 12));
    this.log.moveOlder();
    this.log.copyTruncate();
    await new Promise((resolve) => setTimeout(resolve, 12));
  }
}

test("whatever is written, rotated, torn, stored, lost and restarted: each line is read once, in order", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(stories, async ({ style, steps }) => {
      const story = new Story();
      await story.begin();
      for (const next of steps) await story.tell(next);
      await story.end();
      expect(story.read).toEqual(story.written);
      const allowed = style === "rename" ? /^never$/ : /was copied to auth\.log\.\d+ and truncated/;
      for (const gap of story.gaps) expect(gap).toMatch(allowed);
      await story.log.remove();
    }),
    { numRuns: 150, endOnFailure: false },
  );
});
