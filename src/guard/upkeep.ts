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

/**
 * Rolls back what nobody confirmed, ends lockouts that are over, mends the firewall, sends notices, cuts what retention
 * says. Each is done on its own: what cannot be done now (a full disk, no root) holds nothing else up.
 */
export function keepHouse(castellan: Castellan, engine: Engine, news: GuardNews): Upkeep {
  const { lockouts, firewall, clock } = castellan;
  const duty = (failure: string, work: () => Promise<void>) => saidOnce(news, failure, work);
  const every = createDue(clock.monotonic);
  let setsUp = true;
  const mend = duty("the firewall blocks nothing", async () => {
    const { mended, what } = await lockouts.enforce({ setsUp });
    setsUp = false;
    if (mended) news(`firewall mended: ${what ?? "rules were missing"}`);
  });
  let mending: Promise<void> = Promise.resolve();
  const mendSoon = (): void => {
    mending = mending.then(mend);
  };
  const duties = [
    duty("a change cannot be settled", () => rollBack(castellan, news)),
    duty("changed rules cannot be read", followRules(castellan, engine)),
    duty("lockouts cannot be ended", async () => {
      for (const ended of await lockouts.expire()) news(`lockout over: ${ended.target}`);
    }),
    every(RECONCILE_MS, async () => mendSoon()),
    every(
      NOTICES_MS,
      duty("notices cannot be sent", () => sendNotices(castellan)),
    ),
    every(
      RETAIN_MS,
      duty("what is too old cannot be cut", () => retain(castellan)),
    ),
    () => mending,
  ];
  const watcher = firewall.watch(mendSoon);
  mendSoon();
  return {
    async tick() {
      for (const fulfil of duties) await fulfil();
    },
    stop: () => watcher.stop(),
  };
}

/** Does the work; a failure is said when it begins and when it is another one, not at every turn. */
function saidOnce(news: GuardNews, failure: string, work: () => Promise<void>): () => Promise<void> {
  let said: string | null = null;
  return async () => {
    try {
      await work();
      said = null;
    } catch (error) {
      const { message } = error as Error;
      if (message !== said) news(`${failure}: ${message}`);
      said = message;
    }
  };
}

async function rollBack({ changes }: Castellan, news: GuardNews): Promise<void> {
  for (const { id, reason } of await changes.settle()) news(`change ${id} rolled back: ${reason ?? ""}`);
}

/** Has the engine count anew when another process has changed a policy or freed an address. */
function followRules(castellan: Castellan, engine: Engine): () => Promise<void> {
  const { database } = castellan;
  let seenVersion = database.dataVersion();
  let seenRules = "";
  return async () => {
    const version = database.dataVersion();
    if (version === seenVersion) return;
    const rules = await rulesStamp(castellan);
    if (seenRules !== "" && rules !== seenRules) await engine.refresh();
    seenVersion = version;
    seenRules = rules;
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
  // What is wrong with the journal is said by whoever settles it, and must not end the watch.
  await castellan.changes.retain(GUARD_ACTOR).catch(() => []);
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

/** Does the work when the time since it was last done is over; the first time one such time after now. */
function createDue(
  monotonic: () => number,
): (everyMs: number, work: () => Promise<void>) => () => Promise<void> {
  return (everyMs, work) => {
    let last = monotonic();
    return async () => {
      const now = monotonic();
      if (now - last < everyMs) return;
      last = now;
      await work();
    };
  };
}
