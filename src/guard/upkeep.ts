import type { Castellan } from "../castellan.ts";
import { GUARD_ACTOR } from "../host/actor.ts";
import type { Engine } from "../watch/engine.ts";
import { readRetention, retainAttempts } from "../watch/retain.ts";
import type { GuardNews } from "./news.ts";

const RECONCILE_MS = 5_000;
const NOTICES_MS = 10_000;
const RETAIN_MS = 3_600_000;

/** What happens by itself while the engine runs. */
export interface Upkeep {
  /** Called about once a second. */
  tick(): Promise<void>;
  stop(): void;
}

/** Ends what is past its time, rolls back what nobody confirmed, mends the firewall, sends notices, cuts what retention says. */
export function keepHouse(castellan: Castellan, engine: Engine, news: GuardNews): Upkeep {
  const { lockouts, firewall, clock, database, changes } = castellan;
  const due = createDue(clock.monotonic);
  let seenVersion = database.dataVersion();
  let seenRules = "";
  let mending: Promise<void> = Promise.resolve();

  async function mend(): Promise<void> {
    const { mended, what } = await lockouts.enforce();
    if (mended) news(`firewall mended: ${what ?? "rules were missing"}`);
  }

  let fault = "";

  function mendSoon(): void {
    mending = mending.then(mend).then(
      () => {
        fault = "";
      },
      (error: Error) => {
        // Said once, not every five seconds: without root nothing will change.
        if (error.message !== fault) news(`the firewall blocks nothing: ${error.message}`);
        fault = error.message;
      },
    );
  }

  let settling = "";

  async function rollBack(): Promise<void> {
    try {
      for (const { id, reason } of await changes.settle()) news(`change ${id} rolled back: ${reason ?? ""}`);
      settling = "";
    } catch (error) {
      // A record that cannot be read stays so: said once, and it holds nothing else up.
      const { message } = error as Error;
      if (message !== settling) news(`a change cannot be settled: ${message}`);
      settling = message;
    }
  }

  async function followRules(): Promise<void> {
    const version = database.dataVersion();
    if (version === seenVersion) return;
    seenVersion = version;
    const rules = await rulesStamp(castellan);
    if (seenRules !== "" && rules !== seenRules) await engine.refresh();
    seenRules = rules;
  }

  const watcher = firewall.watch(mendSoon);
  mendSoon();
  return {
    async tick() {
      await followRules();
      for (const ended of await lockouts.expire()) news(`lockout over: ${ended.target}`);
      await rollBack();
      if (due("reconcile", RECONCILE_MS)) mendSoon();
      if (due("notices", NOTICES_MS)) await sendNotices(castellan);
      if (due("retain", RETAIN_MS)) {
        await retain(castellan);
      }
      await mending;
    },
    stop: () => watcher.stop(),
  };
}

/** Mails wait in the outbox; the mailer is loaded only when there is one. */
async function sendNotices(castellan: Castellan): Promise<void> {
  const waiting = await castellan.database.db
    .selectFrom("notices")
    .select("id")
    .where("sent_at", "is", null)
    .limit(1)
    .executeTakeFirst();
  if (waiting === undefined) return;
  const [{ deliverNotices }, { readMailSettings }] = await Promise.all([
    import("../accounts/delivery.ts"),
    import("../accounts/mail-settings.ts"),
  ]);
  await deliverNotices(castellan, await readMailSettings(castellan.database.db));
}

async function retain(castellan: Castellan): Promise<void> {
  const policy = await readRetention(castellan.database.db);
  await retainAttempts(castellan, policy);
  if (policy.auditDays > 0) await castellan.audit.retain(GUARD_ACTOR, { keepDays: policy.auditDays });
}

/** Changes when another process has changed what the counters depend on. */
async function rulesStamp({ database }: Castellan): Promise<string> {
  const policy = await database.db
    .selectFrom("settings")
    .select("updated_at")
    .where("key", "=", "policy.lockout")
    .executeTakeFirst();
  const lifted = await database.db
    .selectFrom("lockouts")
    .select((eb) => [eb.fn.max("lifted_at").as("at"), eb.fn.count("id").as("rows")])
    .where("lifted_by", "is not", null)
    .executeTakeFirst();
  return JSON.stringify([policy?.updated_at, lifted]);
}

/** Says, per name, whether the time since it last said yes is over. The first call of a name says no. */
function createDue(monotonic: () => number): (name: string, everyMs: number) => boolean {
  const last = new Map<string, number>();
  return (name, everyMs) => {
    const now = monotonic();
    const before = last.get(name) ?? now;
    if (!last.has(name)) last.set(name, now);
    if (now - before < everyMs) return false;
    last.set(name, now);
    return true;
  };
}
