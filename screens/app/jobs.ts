import { useSyncExternalStore } from "react";

/** Long work, one of a kind at a time: a run of the Advisor, a change of the system, a check of the audit log. */
export type JobKind = "advisor" | "change" | "audit";

/** Long work that is under way, whatever screen is shown. */
export interface Job {
  readonly title: string;
  /** What it does now, such as `reload sshd`. */
  readonly step: string;
  /** 0 to 1; undefined: nobody knows. */
  readonly share: number | undefined;
}

/** Keeps long work apart from the screen it was started on: it can be left running. */
export interface Jobs {
  readonly get: (kind: JobKind) => Job | undefined;
  readonly subscribe: (listener: () => void) => () => void;
  /** Runs the work and tells how far it is; it is forgotten when it ends, however that is. */
  readonly run: <T>(
    kind: JobKind,
    title: string,
    work: (tell: (step: string, share?: number) => void) => Promise<T>,
  ) => Promise<T>;
}

export function createJobs(): Jobs {
  const running = new Map<JobKind, Job>();
  const listeners = new Set<() => void>();
  const put = (kind: JobKind, job: Job | undefined): void => {
    if (job === undefined) running.delete(kind);
    else running.set(kind, job);
    for (const listener of listeners) listener();
  };
  return {
    get: (kind) => running.get(kind),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async run(kind, title, work) {
      put(kind, { title, step: "", share: undefined });
      try {
        return await work((step, share) => put(kind, { title, step, share }));
      } finally {
        put(kind, undefined);
      }
    },
  };
}

/** The work of this kind that is under way. */
export function useJob(jobs: Jobs, kind: JobKind): Job | undefined {
  return useSyncExternalStore(jobs.subscribe, () => jobs.get(kind));
}
