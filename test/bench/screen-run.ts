import { appendFileSync } from "node:fs";
import { endPty, type PtyApp, startPty } from "../support/pty.ts";
import { attackLog } from "./log-lines.ts";
import { wait } from "./programs.ts";
import type { Home } from "./setting.ts";

const DOWN = "\u001b[B";
const UP = "\u001b[A";
const LONGEST_MS = 2_000;

/** A program with a list on its screen, on which the cursor can be moved. */
export interface ListProgram {
  readonly app: PtyApp;
  end(): Promise<void>;
}

/** castellan on its live screen, with some attempts in it and the engine's thread at work. */
export async function openLive(home: Home): Promise<ListProgram> {
  const app = startPty({ command: home.castellan() as unknown as [string, ...string[]] });
  await app.waitFor("Pressure", 20_000);
  app.write("2");
  await wait(1_500);
  const log = attackLog(5);
  appendFileSync(home.log, Array.from({ length: 300 }, () => log.attempt(new Date())).join(""));
  await app.waitFor(/100\.\d+\.\d+\.\d+|198\.18\./, 20_000);
  // From the middle of the page the cursor can go both ways, and the page need not scroll.
  for (let step = 0; step < 4; step += 1) app.write(DOWN);
  await wait(2_500);
  return { app, end: () => endPty(app) };
}

/** Another program that shows a list in a terminal. */
export async function openPeer(command: readonly [string, ...string[]]): Promise<ListProgram> {
  const app = startPty({ command });
  await wait(2_000);
  for (let step = 0; step < 4; step += 1) app.write(DOWN);
  await wait(1_000);
  return { app, end: () => endPty(app) };
}

/** Milliseconds from a key of the cursor to the first byte that follows it, `times` over. */
export async function timeKeys({ app }: ListProgram, times: number): Promise<number[]> {
  const taken: number[] = [];
  let heard: () => void = () => {};
  app.onData(() => heard());
  for (let time = 0; time < times; time += 1) {
    await quiet(app);
    const begun = performance.now();
    const answered = new Promise<void>((resolve) => {
      heard = resolve;
    });
    app.write(time % 2 === 0 ? DOWN : UP);
    await Promise.race([answered, wait(LONGEST_MS)]);
    taken.push(performance.now() - begun);
  }
  return taken;
}

/** Bytes written for each step of the cursor. */
export async function bytesOfMoves({ app }: ListProgram, times: number): Promise<number[]> {
  const bytes: number[] = [];
  for (let time = 0; time < times; time += 1) {
    await quiet(app);
    const before = app.written();
    app.write(time % 2 === 0 ? DOWN : UP);
    await wait(120);
    bytes.push(app.written() - before);
  }
  return bytes;
}

/** Bytes a second over a while in which nobody touches a key. */
export async function bytesUntouched({ app }: ListProgram, seconds: number): Promise<number> {
  const before = app.written();
  await wait(seconds * 1_000);
  return (app.written() - before) / seconds;
}

/** Until nothing has been written for 30 ms, half a second at the most: an answer must not be taken for another's. */
async function quiet(app: PtyApp): Promise<void> {
  const end = performance.now() + 500;
  await wait(40 + Math.random() * 60);
  for (let before = -1; before !== app.written() && performance.now() < end; ) {
    before = app.written();
    await wait(30);
  }
}
