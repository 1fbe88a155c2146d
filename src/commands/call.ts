import type { GlobalOptions } from "../launch.ts";
import { detectCapabilities } from "../terminal/capabilities.ts";
import type { Content } from "../terminal/line.ts";
import type { CommandIo, Session } from "./context.ts";
import { toJson } from "./json.ts";
import type { Outlet } from "./outlet.ts";
import { type Answer, type Page, paint } from "./page.ts";

/** One run of the command line: what a command's action works with. */
export interface Call {
  readonly io: CommandIo;
  /** Aborted once nobody reads the output any more. */
  readonly gone: AbortSignal;
  readonly options: GlobalOptions;
  readonly page: Page;
  /** What the process will end with. */
  exitCode: number;
  /** Opens the core, works with it, prints the answer, closes the core again. */
  core(work: (session: Session) => Promise<Answer>): Promise<void>;
  /** Opens the core for work that prints by itself, and closes it again. */
  session(work: (session: Session) => Promise<void>): Promise<void>;
  print(answer: Answer): void;
  /** Lines on standard output, made safe. */
  printLines(lines: readonly Content[]): void;
  /** One line of JSON on standard output. */
  printJson(value: unknown): void;
}

/** `options` is asked for late: the parser knows it only once an action runs. */
export function createCall(io: Outlet, options: () => GlobalOptions): Call {
  const call: Call = {
    io,
    gone: io.gone,
    get options() {
      return options();
    },
    get page() {
      return pageOf(io, options());
    },
    exitCode: 0,
    async session(work) {
      const { openSession } = await import("./session.ts");
      const session = await openSession(io, options());
      try {
        await work(session);
      } finally {
        await session.castellan.close();
      }
    },
    core: (work) => call.session(async (session) => call.print(await work(session))),
    print(answer) {
      if (options().json) call.printJson(answer.data);
      else call.printLines(answer.lines(call.page));
      call.exitCode = answer.exitCode ?? 0;
    },
    printLines: (lines) => io.out(lines.map((line) => `${paint(line, call.page)}\n`).join("")),
    printJson: (value) => io.out(`${toJson(value, { ascii: options().ascii })}\n`),
  };
  return call;
}

function pageOf(io: CommandIo, { ascii, plain }: GlobalOptions): Page {
  const { colour, unicode } = detectCapabilities({
    env: io.environment,
    stdin: {},
    stdout: { isTTY: io.isTTY },
    flags: { ascii, noColour: plain },
  });
  return { columns: io.columns, unicode, colour, now: Date.now() };
}
