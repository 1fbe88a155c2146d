import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { canAsk, withQuestions } from "../../src/commands/ask.ts";
import type { CommandIo } from "../../src/commands/context.ts";
import { Interrupted } from "../../src/commands/interrupted.ts";
import { newPassword } from "../../src/commands/password-input.ts";
import { keyboard } from "./run-command.ts";

function ioWith(stdin: CommandIo["stdin"]): { io: CommandIo; said: () => string } {
  let said = "";
  const note = (text: string): void => {
    said += text;
  };
  return { io: { stdin, out: note, err: note, columns: 80, isTTY: true, environment: {} }, said: () => said };
}

describe("withQuestions", () => {
  it("gives the typed line, echoes it, and leaves raw mode", async () => {
    const keys = keyboard();
    const { io, said } = ioWith(keys);
    keys.type("hellp\u007fo\r");
    expect(await withQuestions(io, (ask) => ask("Name: "))).toBe("hello");
    expect(said()).toBe("Name: hellp\b \bo\n");
    expect(keys.rawModes).toEqual([true, false]);
  });

  it("never echoes a hidden answer", async () => {
    const keys = keyboard();
    const { io, said } = ioWith(keys);
    keys.type("s3cr\u00e9t \u6f22\r");
    expect(await withQuestions(io, (ask) => ask("Password: ", "hidden"))).toBe("s3cr\u00e9t \u6f22");
    expect(said()).toBe("Password: \n");
  });

  it("keeps what is typed ahead for the next question", async () => {
    const keys = keyboard();
    const { io } = ioWith(keys);
    keys.type("one\rtwo\r");
    const answers = await withQuestions(io, async (ask) => [await ask("1 "), await ask("2 ")]);
    expect(answers).toEqual(["one", "two"]);
  });

  it("takes no arrow keys, terminal replies or controls into the answer", async () => {
    const keys = keyboard();
    const { io, said } = ioWith(keys);
    keys.type("\u001b[A1\u001b]52;c;aGk=\u00072\u001b[?1;2c3\t\u0007\u001b[200~4\u001b[31m5\u001b[201~\r");
    expect(await withQuestions(io, (ask) => ask("Code: "))).toBe("1234[31m5");
    expect(said()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it("joins characters whose bytes come apart, and answers that come late", async () => {
    const keys = keyboard();
    const { io } = ioWith(keys);
    const answer = withQuestions(io, (ask) => ask("Password: ", "hidden"));
    const bytes = Buffer.from("pä\r");
    keys.type(bytes.subarray(0, 2));
    await wait(5);
    keys.type(bytes.subarray(2));
    expect(await answer).toBe("pä");
  });

  it.each([
    ["Ctrl-C", "abc\u0003"],
    ["Ctrl-D on an empty line", "\u0004"],
  ])("ends by %s, out of raw mode", async (_, typed) => {
    const keys = keyboard();
    const { io } = ioWith(keys);
    keys.type(typed);
    await expect(withQuestions(io, (ask) => ask("? "))).rejects.toBeInstanceOf(Interrupted);
    expect(keys.rawModes.at(-1)).toBe(false);
  });

  it("ends when the terminal goes away", async () => {
    const keys = keyboard();
    const { io } = ioWith(keys);
    const answer = withQuestions(io, (ask) => ask("? "));
    (keys as unknown as PassThrough).end();
    await expect(answer).rejects.toBeInstanceOf(Interrupted);
  });

  it("asks only where a terminal is", () => {
    expect(canAsk(ioWith(keyboard()).io)).toBe(true);
    expect(canAsk(ioWith(new PassThrough()).io)).toBe(false);
  });
});

function piped(...chunks: readonly (string | Uint8Array)[]): CommandIo {
  const stdin = new PassThrough();
  for (const chunk of chunks) stdin.write(chunk);
  stdin.end();
  return ioWith(stdin).io;
}

describe("newPassword", () => {
  it.each([
    ["one newline", "hunter2 \n", "hunter2 "],
    ["one newline of two", "hunter2\n\n", "hunter2\n"],
    ["a newline of Windows", "hunter2\r\n", "hunter2"],
    ["no newline", "\ufeff hunter2", "\ufeff hunter2"],
  ])("strips %s from standard input", async (_, typed, password) => {
    expect(await newPassword(piped(typed), true)).toBe(password);
  });

  it("joins pieces that cut a character in two", async () => {
    const bytes = Buffer.from("päss\n");
    expect(await newPassword(piped(bytes.subarray(0, 2), bytes.subarray(2)), true)).toBe("päss");
  });

  it("takes 1,024 bytes and their newline, and refuses one more", async () => {
    const longest = "ä".repeat(512);
    expect(await newPassword(piped(`${longest}\r\n`), true)).toBe(longest);
    await expect(newPassword(piped(`${longest}x`), true)).rejects.toMatchObject({
      code: "password_rejected",
    });
  });

  it("reads no further than a password may be long", async () => {
    let taken = 0;
    const stdin = PassThrough.from(
      (function* () {
        for (;;) {
          taken++;
          yield Buffer.alloc(65_536, "x");
        }
      })(),
    );
    await expect(newPassword(ioWith(stdin).io, true)).rejects.toMatchObject({ code: "password_rejected" });
    expect(taken).toBeLessThan(40);
  });

  it.each([
    ["an empty one", ""],
    ["an empty line", "\n"],
    ["what is no UTF-8", Uint8Array.of(0x70, 0xff, 0xfe)],
  ])("refuses %s", async (_, typed) => {
    await expect(newPassword(piped(typed), true)).rejects.toMatchObject({ code: "password_rejected" });
  });

  it("asks twice on a terminal, and refuses two that differ", async () => {
    const same = keyboard();
    same.type("hunter2\rhunter2\r");
    expect(await newPassword(ioWith(same).io, undefined)).toBe("hunter2");
    const other = keyboard();
    other.type("hunter2\rhunter3\r");
    await expect(newPassword(ioWith(other).io, true)).rejects.toMatchObject({ code: "password_rejected" });
  });

  it("is wrong usage where neither standard input nor a terminal has one", async () => {
    await expect(newPassword(piped("hunter2"), undefined)).rejects.toMatchObject({ code: "usage" });
  });
});
