import type { Listener } from "../../changes/own/listeners.ts";
import { type Check, defineCheck } from "../check.ts";
import { STORES, type Store } from "../facts/database-stores.ts";
import { widest } from "./database-reach.ts";
import { type Problem, weigh } from "./weigh.ts";

const stores = defineCheck({
  id: "DB-02",
  area: "database",
  title: "Redis, MongoDB, memcached: who gets in",
  why:
    "An open Redis writes files of the attacker's choosing, an open MongoDB is emptied and held for ransom by bots " +
    "within hours. Without a password every customer's script on this host reads and changes what is in them.",
  remedy:
    "Redis: bind 127.0.0.1 and requirepass in /etc/redis/redis.conf. MongoDB: bindIp: 127.0.0.1 and " +
    "security.authorization: enabled. memcached: -s /run/memcached/memcached.sock -a 0660 instead of -l.",
  source: "Lynis DBS-1820, DBS-1884, DBS-1888; redis.io/topics/security",
  gives: ["passed", "warning", "critical"],
  facts: [STORES],
  judge(found) {
    if (found === null) return null;
    const { stores: all, listeners } = found;
    return weigh(
      all.flatMap((store) => storeProblems(store, listeners)),
      {
        summary: "They listen on this host only, and ask for a password",
        evidence: all.map(({ at, program }) => `${at} (${program})`),
      },
    );
  },
});

function storeProblems(store: Store, listeners: readonly Listener[]): Problem[] {
  const { program, port, binds, at, asksPassword, isGuarded, file } = store;
  if (port === null) return [];
  const seen = listeners.filter((listener) => listener.port === port).map(({ address }) => address);
  const reach = widest(seen.length > 0 ? seen : binds);
  const where = seen.length > 0 ? `ss -tulpn: ${seen.join(", ")} port ${port}` : `${at}: ${binds.join(", ")}`;
  const password =
    asksPassword === null
      ? "its rules are in another file"
      : asksPassword
        ? "with a password"
        : "without a password";
  const evidence = `${where} (${program}, ${password}, ${file})`;
  if (reach === "everybody") {
    const isCertain = seen.length > 0 && !isGuarded;
    const what = isGuarded ? `Only protected mode guards ${program}` : `${program} listens on every address`;
    return [{ rating: isCertain ? "critical" : "warning", what, evidence }];
  }
  if (reach === "network") {
    const rating = asksPassword === false && !isGuarded && seen.length > 0 ? "critical" : "warning";
    return [{ rating, what: `${program} listens in the network, ${password}`, evidence }];
  }
  if (asksPassword === null)
    return [{ rating: "unknown", what: `Whether ${program} asks for a password`, evidence }];
  return asksPassword ? [] : [{ rating: "warning", what: `${program} asks nobody for a password`, evidence }];
}

export const STORE_CHECKS: readonly Check[] = [stores];
