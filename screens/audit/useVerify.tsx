import { useCore } from "../app/core.tsx";
import { type Shell, useShell } from "../app/shell.tsx";
import { VerdictDialog } from "./verdict.tsx";

/** Checks the whole log and shows what was found; a large one takes minutes and can be left running. */
export function useVerify(onAccept: () => void): () => Promise<void> {
  const { castellan, readOnly } = useCore();
  const shell = useShell();
  return async () => {
    const verdict = await inTurn(shell, "Checking the audit log", (onProgress) =>
      castellan.audit.verify({ onProgress }),
    );
    if (verdict === undefined) return;
    shell.openDialog((close) => (
      <VerdictDialog
        verdict={verdict}
        close={close}
        onAccept={verdict.acceptable && !readOnly ? onAccept : undefined}
      />
    ));
  };
}

/** Takes the log as it is and shows what a new check says of it; a refusal of the core is thrown. */
export function useAccept(): (because: string) => Promise<void> {
  const { castellan, actor } = useCore();
  const shell = useShell();
  return async (because) => {
    const verdict = await inTurn(shell, "Accepting the audit log", async (onProgress) => {
      await castellan.audit.accept(actor, because);
      return castellan.audit.verify({ onProgress });
    });
    if (verdict === undefined) return;
    shell.openDialog((close) => <VerdictDialog verdict={verdict} close={close} onAccept={undefined} />);
  };
}

type OnProgress = (done: number, total: number) => void;

/** One look at the whole log at a time; undefined: there is one already. */
async function inTurn<T>(
  { jobs, toast }: Shell,
  title: string,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T | undefined> {
  const running = jobs.get("audit");
  if (running !== undefined) {
    toast("info", `${running.title} already: wait until it is done`);
    return undefined;
  }
  return await jobs.run("audit", title, (tell) =>
    work((done, total) => tell(`${Math.floor((100 * done) / Math.max(1, total))} %`)),
  );
}
