import { useEffect, useRef, useState } from "react";
import { CastellanError } from "../../../src/errors.ts";
import { dateTime } from "../../../src/terminal/format.ts";
import type { Enrolment } from "../../../src/twofactor/types.ts";
import { useCore } from "../../app/core.tsx";
import { useShell } from "../../app/shell.tsx";

/** Where an enrolment stands. The secret is part of a stage, so that leaving the stage forgets it. */
export type EnrolStage =
  | { readonly kind: "making" }
  | { readonly kind: "scan"; readonly enrolment: Enrolment }
  | { readonly kind: "code"; readonly enrolment: Enrolment }
  | { readonly kind: "expired" }
  | { readonly kind: "codes"; readonly codes: readonly string[] };

/** What became of the last code. */
interface CodeState {
  readonly working: boolean;
  readonly refusal: CastellanError | undefined;
  readonly refusedAt: string | undefined;
}

/** After these no code of this secret will ever be accepted: it is forgotten. */
const VOID: ReadonlySet<string> = new Set(["enrolment_expired", "not_enrolled"]);

const FRESH: CodeState = { working: false, refusal: undefined, refusedAt: undefined };

/** Runs an enrolment against the core. A secret that cannot be made ends it. */
export function useEnrolment(name: string, onEnd: () => void) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const [stage, setStage] = useState<EnrolStage>({ kind: "making" });
  const { code, confirm, forget } = useCode(name, setStage);
  const begin = (): void => {
    setStage({ kind: "making" });
    shell.perform(async () => {
      try {
        setStage({ kind: "scan", enrolment: await castellan.twoFactor.enrol(actor, name) });
      } catch (error) {
        onEnd();
        throw error;
      }
    });
  };
  useOnce(begin);
  /** The secret is void at once, in the database too. */
  const cancel = (): void => {
    shell.perform(async () => {
      await castellan.twoFactor.cancel(actor, name);
      shell.toast("info", `nothing has changed for ${name}`);
    });
    onEnd();
  };
  const move = (kind: "scan" | "code"): void => {
    forget();
    setStage((now) => ("enrolment" in now ? { kind, enrolment: now.enrolment } : now));
  };
  return { stage, code, begin, cancel, confirm, toCode: () => move("code"), back: () => move("scan") };
}

/** Does it when the screen is there, and never again. */
function useOnce(work: () => void): void {
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    work();
  });
}

/** The code that proves the device: accepted it leads on, refused it says why. */
function useCode(name: string, setStage: (stage: EnrolStage) => void) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const [code, setCode] = useState(FRESH);
  const confirm = (digits: string): void => {
    setCode({ ...FRESH, working: true });
    shell.perform(async () => {
      try {
        const { backupCodes, driftSeconds } = await castellan.twoFactor.confirm(actor, name, digits);
        setCode(FRESH);
        setStage({ kind: "codes", codes: backupCodes });
        if (driftSeconds !== 0) shell.toast("warn", driftText(driftSeconds));
      } catch (error) {
        if (!(error instanceof CastellanError)) throw error;
        if (VOID.has(error.code)) setStage({ kind: "expired" });
        setCode({ working: false, refusal: error, refusedAt: dateTime(castellan.clock.now()) });
      }
    });
  };
  return { code, confirm, forget: () => setCode(FRESH) };
}

function driftText(driftSeconds: number): string {
  const way = driftSeconds < 0 ? "behind" : "ahead of";
  return `accepted, though the device's clock is up to ${Math.abs(driftSeconds)} s ${way} this server's`;
}
