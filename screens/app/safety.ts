import type { Castellan } from "../../src/castellan.ts";
import type { Actor } from "../../src/host/actor.ts";
import { shortDuration } from "../../src/terminal/format.ts";
import type { Tone } from "../../src/terminal/theme.ts";

/** The answer to "am I safe?" for the title line. */
export interface Safety {
  readonly text: string;
  readonly tone: Tone;
}

/** Asks every layer whether the operator's own address is locked, or may be. */
export async function readSafety({ lockouts, clock }: Castellan, actor: Actor): Promise<Safety> {
  if (actor.address === null) return { text: "you: console, never locked", tone: "ok" };
  const you = `you: ${actor.address}${actor.verified ? "" : " (unverified)"}`;
  const cover = await lockouts.coverOf(actor.address);
  if (cover !== null) {
    const left = cover.expiresAt === null ? "" : ` ${shortDuration(cover.expiresAt - clock.now())}`;
    return { text: `${you} LOCKED${left}`, tone: "crit" };
  }
  const protection = await lockouts.protection(actor.address);
  return protection === null
    ? { text: `${you} not locked`, tone: "ok" }
    : { text: `${you} protected`, tone: "ok" };
}
