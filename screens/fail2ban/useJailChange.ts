import type { WantedSettings } from "../../src/fail2ban/fail2ban.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { useApply } from "../changes/useApply.tsx";
import { usePlanQuestion } from "../changes/usePlanQuestion.tsx";

/** Plans settings of a jail, shows the difference, and applies it with a yes; then fail2ban is asked again. */
export function useJailChange(
  onPlanned: () => void,
  again: () => void,
): (jail: string, settings: WantedSettings) => Promise<void> {
  const { castellan, actor, operator } = useCore();
  const shell = useShell();
  const ask = usePlanQuestion(useApply());
  return async (jail, settings) => {
    if (Object.keys(settings).length === 0) {
      onPlanned();
      return shell.toast("info", `nothing of ${jail} was changed`);
    }
    const plan = await castellan.fail2ban.plan(jail, settings);
    onPlanned();
    ask(`The jail ${jail}`, { via: "change", plan }, async ({ overwrite, onProgress }) => {
      const { connection } = operator;
      const change = await castellan.changes.apply(actor, plan, { connection, overwrite, onProgress });
      again();
      return { change };
    });
  };
}
