import type { EffectiveConfig } from "../changes/services/sshd-effective.ts";
import type { SshPerson } from "./ssh.ts";

/** How a person fares when they come one way, and sshd's values then. */
export interface Seen {
  readonly person: SshPerson;
  readonly values: EffectiveConfig;
}

/** Of ways to come that one may choose from (ports): open is what is open by any of them. @param seen at least one */
export function anyOf(seen: readonly Seen[]): Seen {
  const [best] = seen.toSorted((a, b) => b.person.ways.length - a.person.ways.length);
  if (best === undefined) throw new RangeError("nobody was looked at");
  const ways = [...new Set(seen.flatMap(({ person }) => person.ways))];
  const unsure = [...new Set(seen.flatMap(({ person }) => person.unsure))];
  return { values: best.values, person: { ...best.person, ways, unsure } };
}

/**
 * Of places that nobody chooses: what is open from all of them is certain, what is open only from some is not known.
 * The first is the usual one. @param seen at least one
 */
export function everyOf(seen: readonly Seen[], isKnown: boolean): Seen {
  const [usual] = seen;
  if (usual === undefined) throw new RangeError("nobody was looked at");
  const all = seen.map(({ person }) => person.ways);
  const ways = usual.person.ways.filter((way) => all.every((open) => open.includes(way)));
  const isTold = (way: string): boolean => usual.person.unsure.some((text) => text.startsWith(`${way}: `));
  const some = [...new Set(all.flat())].filter((way) => !ways.includes(way) && !isTold(way));
  const where = isKnown ? "hangs on the address called (Match)" : "only from some addresses (Match)";
  return {
    values: usual.values,
    person: {
      ...usual.person,
      ways,
      unsure: [...usual.person.unsure, ...some.map((way) => `${way}: ${where}`)],
    },
  };
}
