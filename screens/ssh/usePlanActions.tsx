import type { SshState, SshWanted } from "../../src/ssh/ssh.ts";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { useApply, useToldFailure } from "../changes/useApply.tsx";
import { usePlanQuestion } from "../changes/usePlanQuestion.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { sshActions } from "./actions.ts";
import type { Marks } from "./useSsh.ts";

/** Plans what is marked, or all that is recommended: shown first, applied only with a yes. */
export function usePlanActions(props: {
  readonly state: SshState | undefined;
  readonly marks: Marks;
}): Action[] {
  const { state, marks } = props;
  const core = useCore();
  const { castellan, actor, operator } = core;
  const shell = useShell();
  const orTell = useToldFailure();
  const ask = usePlanQuestion(useApply());

  async function plan(wanted: SshWanted): Promise<void> {
    shell.toast("info", "asking sshd what would be, and who would get in …");
    const planned = await castellan.ssh.plan(operator, wanted);
    ask(
      "What this would change",
      { via: "ssh", plan: planned },
      async ({ overwrite, accept, onProgress }) => {
        const change = await castellan.ssh.apply(actor, operator, planned, { overwrite, accept, onProgress });
        marks.clear();
        return { change };
      },
    );
  }
  const settings = Object.fromEntries(marks.pending);
  const recommended = state === undefined ? { settings: {} } : castellan.ssh.recommended(state);
  const unready = state === undefined && "sshd has not answered";
  const asWanted = Object.keys(recommended.settings).length === 0 && "everything is as recommended";
  return [
    bind(sshActions.plan, () => orTell(() => plan({ settings })), {
      disabled: unready || (marks.pending.size === 0 && "nothing is marked: Space marks, P plans all"),
      command: commandLine("ssh", "plan", ...setWords(state, marks)),
    }),
    bind(sshActions.planAll, () => orTell(() => plan(recommended)), {
      disabled: unready || asWanted,
      command: "castellan ssh apply --recommended",
    }),
  ];
}

function setWords(state: SshState | undefined, { pending }: Marks): string[] {
  return [...pending].flatMap(([keyword, value]) => {
    const title = state?.settings.find((setting) => setting.keyword === keyword)?.title ?? keyword;
    return ["--set", `${title}=${value}`];
  });
}
