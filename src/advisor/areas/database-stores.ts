import type { Listener } from "../../changes/own/listeners.ts";
import { type Check, defineCheck } from "../check.ts";
import { widest } from "../facts/database-reach.ts";
import { STORES, type Store, type Stores } from "../facts/database-stores.ts";
import { exposureOf, ratingOf } from "./database-exposure.ts";
import { type Problem, weigh } from "./weigh.ts";

const stores = defineCheck({
  id: "DB-02",
  area: "database",
  title: "Redis, MongoDB, memcached: who gets in",
  why:
    "An open Redis writes files of the attacker's choosing, an open MongoDB is emptied and held for ransom by bots " +
    "within hours. Without a password every customer's script on this host reads and changes what is in them.",
  remedy:
    "Redis: bind 127.0.0.1 -::1 and requirepass SECRET in /etc/redis/redis.conf, systemctl restart redis-server. MongoDB: " +
    "bindIp: 127.0.0.1 and security.authorization: enabled in /etc/mongod.conf. memcached: -s " +
    "/run/memcached/memcached.sock and -a 0660 instead of -l and -p in /etc/memcached.conf",
  source: "Lynis DBS-1820, DBS-1884, DBS-1888; redis.io/topics/security",
  gives: ["passed", "warning", "critical"],
  facts: [STORES],
  judge(found) {
    if (found === null) return null;
    const { stores: all, listeners, wall } = found;
    return weigh(
      all.flatMap((store) => storeProblems(store, listeners, wall)),
      {
        summary: "They listen on this host only, and ask for a password",
        evidence: all.map(({ at, program }) => `${at} (${program})`),
      },
    );
  },
});

function storeProblems(store: Store, all: readonly Listener[], wall: Stores["wall"]): Problem[] {
  if (store.port === null) return [];
  const listeners = all.filter(({ port }) => port === store.port);
  const seen = listeners.map(({ address }) => address);
  const where =
    seen.length > 0
      ? `ss -tulpn: ${seen.join(", ")} port ${store.port}`
      : `${store.at}: ${store.binds.join(", ")}`;
  const evidence = `${where} (${store.program}, ${passwordText(store)}, ${store.file})`;
  if (widest(seen.length > 0 ? seen : store.binds) === "host") return localProblems(store, evidence);
  return [beyondProblem(store, listeners, wall, evidence)];
}

function localProblems({ program, asksPassword }: Store, evidence: string): Problem[] {
  if (asksPassword === null)
    return [{ rating: "unknown", what: `Whether ${program} asks for a password`, evidence }];
  return asksPassword ? [] : [{ rating: "warning", what: `${program} asks nobody for a password`, evidence }];
}

function beyondProblem(
  store: Store,
  listeners: readonly Listener[],
  wall: Stores["wall"],
  evidence: string,
): Problem {
  const { program, isGuarded, asksPassword } = store;
  if (isGuarded) return { rating: "warning", what: `Only protected mode guards ${program}`, evidence };
  // What is only set, and does not listen, is no open door yet.
  if (wall === null || listeners.length === 0)
    return { rating: "warning", what: `${program} would listen beyond this host`, evidence };
  const exposed = exposureOf(listeners, wall);
  return {
    rating: ratingOf(exposed, asksPassword !== false),
    what: `${program} (${passwordText(store)}) ${exposed.what}`,
    evidence: `${evidence}; ${exposed.wall}`,
  };
}

function passwordText({ asksPassword }: Store): string {
  if (asksPassword === null) return "its rules are in another file";
  return asksPassword ? "with a password" : "without a password";
}

export const STORE_CHECKS: readonly Check[] = [stores];
