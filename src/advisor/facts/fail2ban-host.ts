import { OWN_FILES } from "../../changes/own/paths.ts";
import { defineFact } from "../fact.ts";
import { attempt } from "./attempt.ts";
import { FAIL2BAN } from "./fail2ban.ts";

/** A file that the jail for sshd reads. */
export interface JailFile {
  readonly path: string;
  /** Epoch ms of its newest line; null: it is not there. */
  readonly changedAt: number | null;
}

export const JAIL_FILES = defineFact("files of the jail for sshd", async (host): Promise<JailFile[]> => {
  const fail2ban = await host.fact(FAIL2BAN);
  return await Promise.all(
    (fail2ban?.ssh?.files ?? []).map(async (path) => ({
      path,
      changedAt: (await host.stat(path))?.mtimeMs ?? null,
    })),
  );
});

/** What a fix must know. */
export interface Fail2banMeans {
  /** castellan's own jail file, or null. */
  readonly present: string | null;
  /** python3-systemd is there: jails can read the journal. */
  readonly readsJournal: boolean;
}

/** Never unknown itself: fail2ban can be judged without being mended. */
export const FAIL2BAN_MEANS = defineFact(
  "means to set fail2ban",
  async (host): Promise<Fail2banMeans | null> => {
    const [own, library] = await Promise.all([
      attempt(() => host.text(OWN_FILES.fail2ban)),
      attempt(() => host.stat("/usr/lib/python3/dist-packages/systemd")),
    ]);
    if (!own.known) return null;
    return { present: own.value, readsJournal: library.known && library.value !== null };
  },
);
