import type { Clock } from "../../host/clock.ts";
import type { RunCommand } from "../../host/command.ts";
import type { ChangeDraft, CheckResult, ServiceName } from "../change.ts";

export interface ServiceParts {
  /** Where the host's files are. Programs that act on the running system are called only where this is `/`. */
  readonly root: string;
  readonly run: RunCommand;
  readonly clock: Clock;
}

/** What castellan must know of a service to change its configuration without breaking it. */
export interface Service {
  readonly name: ServiceName;
  /** Whether its configuration would stand with the draft's files in place: on a staged copy, before anything is written. */
  check(draft: ChangeDraft): Promise<readonly CheckResult[]>;
  /** Whether what now lies in place stands: after the files were written, before {@link Service.activate}. */
  verify(): Promise<readonly CheckResult[]>;
  /**
   * Makes the running service take what lies in place (a reload); also on the way back, when our file is gone.
   * @throws CastellanError `change_failed`
   */
  activate(): Promise<void>;
  /** Whether it runs, answers, and whether what the draft expects is so, by its own word. */
  probe(draft: ChangeDraft): Promise<readonly CheckResult[]>;
}

export type Services = Readonly<Record<ServiceName, Service>>;
