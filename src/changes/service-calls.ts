import { CastellanError } from "../errors.ts";
import type { ChangeDraft, CheckResult, ServiceName } from "./change.ts";
import type { Engine } from "./engine.ts";
import { reasonOf } from "./reasons.ts";
import type { Service } from "./services/service.ts";

type Progress = (what: string) => void;

/** The services' checks of a draft on a staged copy, side by side. What cannot be asked is a result too. */
export async function checkDraft({ parts }: Engine, draft: ChangeDraft): Promise<CheckResult[]> {
  const results = await Promise.all(
    draft.services.map((name) => asked(name, "check", () => parts.services[name].check(draft))),
  );
  return results.flat();
}

/** Whether what lies in place stands, one service after the other. */
export function verifyAll(engine: Engine, draft: ChangeDraft, progress: Progress): Promise<CheckResult[]> {
  return eachService(engine, draft, "verify", progress, (service) => service.verify());
}

/** Whether services run, answer and say what the draft expects. */
export function probeAll(engine: Engine, draft: ChangeDraft, progress: Progress): Promise<CheckResult[]> {
  return eachService(engine, draft, "probe", progress, (service) => service.probe(draft));
}

/** @throws CastellanError `change_failed` by the first service that does not take its files */
export async function activateAll(engine: Engine, draft: ChangeDraft, progress: Progress): Promise<void> {
  for (const name of draft.services) await activate(engine, name, progress);
}

export async function activate(
  { parts, disk }: Engine,
  name: ServiceName,
  progress: Progress,
): Promise<void> {
  disk.announce(`activate ${name}`);
  progress(`activate ${name}`);
  await parts.services[name].activate();
}

async function eachService(
  { parts, disk }: Engine,
  draft: ChangeDraft,
  what: string,
  progress: Progress,
  ask: (service: Service) => Promise<readonly CheckResult[]>,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const name of draft.services) {
    disk.announce(`${what} ${name}`);
    progress(`${what} ${name}`);
    results.push(...(await asked(name, what, () => ask(parts.services[name]))));
  }
  return results;
}

/** A service that throws a coded error could not be asked; a defect goes on. */
async function asked(
  service: ServiceName,
  name: string,
  ask: () => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CastellanError)) throw error;
    return [{ service, name, passed: null, lines: [reasonOf(error)] }];
  }
}

/** What a result says, in one line. */
export function resultText({ service, name, lines }: CheckResult): string {
  const said = lines.slice(0, 3).join("; ");
  return `${service}: ${name}${said === "" ? "" : `: ${said}`}`;
}

/** @throws CastellanError `change_failed` by the first result that failed */
export function assertPassed(results: readonly CheckResult[]): void {
  const failed = results.find(({ passed }) => passed === false);
  if (failed !== undefined) throw new CastellanError("change_failed", `${resultText(failed)} failed`);
}
