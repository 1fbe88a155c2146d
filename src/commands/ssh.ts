import type { Command } from "commander";
import { CastellanError } from "../errors.ts";
import type { SshWanted } from "../ssh/ssh.ts";
import type { Call } from "./call.ts";
import { changeAnswer, rolledBackAnswer } from "./change-view.ts";
import type { Session } from "./context.ts";
import type { Define } from "./define.ts";
import { wholeNumber } from "./option-values.ts";
import { applySsh } from "./ssh-apply.ts";
import { peopleAnswer, planAnswer, stateAnswer } from "./ssh-view.ts";

interface WantedOptions {
  readonly set: readonly string[];
  readonly remove: readonly string[];
  readonly recommended?: true;
  readonly window?: number;
}

interface ApplyOptions extends WantedOptions {
  readonly yes?: true;
  readonly accept: readonly string[];
  readonly overwrite: readonly string[];
}

/** `ssh show|people|plan|apply|confirm|rollback`. */
export const defineSsh: Define = (group, call) => {
  defineLooks(group, call);
  definePlans(group, call);
  defineSettling(group, call);
};

function defineLooks(group: Command, call: Call): void {
  group
    .command("show")
    .summary("what sshd is set to, by its own word, beside what is recommended")
    .action(() =>
      call.core(async ({ castellan, operator }) => stateAnswer(await castellan.ssh.read(operator))),
    );
  group
    .command("people")
    .summary("who can become root, and whether and how they get in")
    .action(() =>
      call.core(async ({ castellan, operator }) => {
        const { people } = await castellan.ssh.read(operator);
        return peopleAnswer(people);
      }),
    );
}

function definePlans(group: Command, call: Call): void {
  withWanted(
    group.command("plan").summary("what a change of sshd would do, and who would still get in"),
  ).action((options: WantedOptions) =>
    call.core(async (session) => {
      const wanted = await wantedOf(session, options);
      return planAnswer(await session.castellan.ssh.plan(session.operator, wanted));
    }),
  );
  withWanted(
    group.command("apply").summary("change sshd: shows the plan, asks, and goes back unless it is confirmed"),
  )
    .option("--yes", "do it without asking")
    .option("--accept <login>", "somebody who may be shut out; may stand several times", collect, [])
    .option(
      "--overwrite <path>",
      "a file of castellan's that was edited by hand may be overwritten; may stand several times",
      collect,
      [],
    )
    .action((options: ApplyOptions) =>
      call.core(async (session) => applySsh(call, session, await wantedOf(session, options), options)),
    );
}

function withWanted(command: Command): Command {
  return command
    .option("--set <Keyword=value>", "a setting of sshd_config(5); may stand several times", collect, [])
    .option(
      "--remove <keyword>",
      "a setting that castellan no longer makes; may stand several times",
      collect,
      [],
    )
    .option("--recommended", "everything that is recommended and differs")
    .option("--window <seconds>", "how long it waits for its confirmation", wholeNumber(30, 3_600));
}

function collect(word: string, before: readonly string[]): readonly string[] {
  return [...before, word];
}

/** `--set` counts over `--recommended`. @throws CastellanError `usage` */
async function wantedOf(
  { castellan: { ssh }, operator }: Session,
  { set, remove, recommended, window }: WantedOptions,
): Promise<SshWanted> {
  if (set.length === 0 && remove.length === 0 && recommended !== true) {
    throw new CastellanError(
      "usage",
      "nothing is wanted",
      "say what with --set Keyword=value, --remove keyword or --recommended",
    );
  }
  const own = Object.fromEntries(set.map(parseSetting));
  const base = recommended === true ? ssh.recommended(await ssh.read(operator)).settings : {};
  return {
    settings: { ...base, ...own },
    remove,
    ...(window === undefined ? {} : { confirmSeconds: window }),
  };
}

function parseSetting(word: string): readonly [string, string] {
  const at = word.indexOf("=");
  if (at > 0) return [word.slice(0, at).trim().toLowerCase(), word.slice(at + 1).trim()];
  throw new CastellanError(
    "usage",
    `${JSON.stringify(word.slice(0, 80))} is no setting`,
    "write Keyword=value",
  );
}

function defineSettling(group: Command, call: Call): void {
  group
    .command("confirm")
    .summary("make the change stay that waits; counts from a second connection")
    .option("--unproven", "take the word of somebody at the console for it")
    .action(({ unproven }: { unproven?: true }) =>
      call.core(async (session) => {
        const { castellan, actor, operator } = session;
        const id = await waitingId(session);
        const how = { connection: operator.connection, unproven: unproven === true };
        return changeAnswer(await castellan.changes.confirm(actor, id, how), `Change ${id} stays.`);
      }),
    );
  group
    .command("rollback")
    .summary("take the change back that waits, now")
    .option("--because <text>", "the reason, for the journal", "asked for")
    .action(({ because }: { because: string }) =>
      call.core(async (session) => {
        const { castellan, actor } = session;
        const id = await waitingId(session);
        return rolledBackAnswer(await castellan.changes.rollBack(actor, id, because));
      }),
    );
}

/** The change of sshd that waits for its confirmation. @throws CastellanError `not_found` */
async function waitingId({ castellan: { changes } }: Session): Promise<number> {
  const waiting = await changes.waiting();
  if (waiting?.draft.services.includes("sshd") === true) return waiting.id;
  throw new CastellanError("not_found", "no change of sshd waits for confirmation", "castellan change list");
}
