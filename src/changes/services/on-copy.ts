import type { ChangeDraft, CheckResult, DraftFile } from "../change.ts";
import { asked, unasked } from "./result.ts";
import type { Service, ServiceParts } from "./service.ts";
import { type Stage, withStage } from "./stage.ts";

/** A service whose configuration is judged on a copy, by the program itself. */
export interface CopiedService extends Pick<Service, "name" | "activate"> {
  /** What the program is asked: `nginx -t`. */
  readonly question: string;
  /** The folder that holds its configuration, as the host sees it. */
  readonly home: string;
  /** Points the copy at itself, so that the program writes nowhere else. Returns why it cannot be asked, or null. */
  prepare(stage: Stage): string | null;
  /** Whether the copy stands, and what it says of the draft's expectations. null: the files as they lie in place. */
  judge(stage: Stage, draft: ChangeDraft | null): Promise<readonly CheckResult[]>;
  /** Whether it runs and answers. */
  probeRunning(draft: ChangeDraft): Promise<readonly CheckResult[]>;
  /** What a draft expects, by what the program says of the copy. */
  judgeEffective(stage: Stage, draft: ChangeDraft): Promise<readonly CheckResult[]>;
}

export function serviceOnCopy({ root }: ServiceParts, copied: CopiedService): Service {
  const { name, question, home } = copied;
  const onCopy = (files: readonly DraftFile[], work: (stage: Stage) => Promise<readonly CheckResult[]>) =>
    asked(name, question, () =>
      withStage({ root, folders: [home], files }, async (stage) => {
        const why = copied.prepare(stage);
        return why === null ? work(stage) : [unasked(name, question, why)];
      }),
    );
  return {
    name,
    check: (draft) => onCopy(draft.files ?? [], (stage) => copied.judge(stage, draft)),
    verify: () => onCopy([], (stage) => copied.judge(stage, null)),
    activate: () => copied.activate(),
    async probe(draft) {
      const running = await copied.probeRunning(draft);
      return [...running, ...(await onCopy([], (stage) => copied.judgeEffective(stage, draft)))];
    },
  };
}
