import { CastellanError } from "../errors.ts";
import type { AdvisedHost, FactDefinition, Known } from "./fact.ts";
import { type Limit, startLimit } from "./limit.ts";
import { openSlots, type Slots } from "./slots.ts";

/** The host before facts can ask for each other. */
export type HostDoor = Omit<AdvisedHost, "fact">;

/** How facts are gathered. */
export interface GatherOptions {
  /** Child processes at a time. */
  readonly commandsAtOnce?: number;
  /** Facts at a time; those that they ask for come on top. */
  readonly factsAtOnce?: number;
  /** How long a fact may take, in milliseconds; its own limit unless told. */
  readonly limitOf?: (definition: FactDefinition<unknown>) => number;
}

/** The facts of one run: each is gathered once, at the first question, in parallel with the others. */
export interface FactRun {
  /** Never throws: what cannot be gathered in time is unknown, with the reason. */
  know<T>(definition: FactDefinition<T>): Promise<Known<T>>;
  /** The names of those that are being gathered now. */
  underWay(): string[];
}

/** More at a time is not faster on two cores (1 to 16 were tried), and makes a loaded server feel it. */
const COMMANDS_AT_ONCE = 4;
/** A fact's time runs while it waits for the processor: all of them at once would use it up for each other. */
const FACTS_AT_ONCE = 12;
const LONGEST_REASON = 200;

/** A fact under way, with the facts that it waits for. */
interface Gathering {
  readonly known: Promise<Known<unknown>>;
  readonly waitsFor: Set<FactDefinition<unknown>>;
}

/** What the facts of one run share. */
interface Round {
  readonly door: HostDoor;
  readonly limitOf: (definition: FactDefinition<unknown>) => number;
  readonly commands: Slots;
  readonly gatherings: Map<FactDefinition<unknown>, Gathering>;
  readonly underWay: Set<FactDefinition<unknown>>;
}

/** Begins a run: nothing is read before somebody asks. */
export function openFactRun(door: HostDoor, options: GatherOptions = {}): FactRun {
  const { commandsAtOnce = COMMANDS_AT_ONCE, factsAtOnce = FACTS_AT_ONCE } = options;
  const { limitOf = (definition) => definition.limitMs } = options;
  const places = openSlots(factsAtOnce);
  const round: Round = {
    door,
    limitOf,
    commands: openSlots(commandsAtOnce),
    gatherings: new Map(),
    underWay: new Set(),
  };
  return {
    know: async <T>(definition: FactDefinition<T>) =>
      (await places.use(() => gathered(round, definition))) as Known<T>,
    underWay: () => [...round.underWay].map(({ name }) => name),
  };
}

/** Gathers a fact at the first question; later ones get the same answer. */
function gathered(round: Round, definition: FactDefinition<unknown>): Promise<Known<unknown>> {
  const under = round.gatherings.get(definition);
  if (under !== undefined) return under.known;
  const { promise: known, resolve } = Promise.withResolvers<Known<unknown>>();
  const waitsFor = new Set<FactDefinition<unknown>>();
  round.gatherings.set(definition, { known, waitsFor });
  round.underWay.add(definition);
  const limit = startLimit(round.limitOf(definition), definition.name, round.door.clock);
  const ask = async <T>(wanted: FactDefinition<T>): Promise<T> => {
    if (reaches(round, wanted, definition)) throw circle(definition, wanted);
    waitsFor.add(wanted);
    const answer = await limit.pausing(gathered(round, wanted));
    waitsFor.delete(wanted);
    if (!answer.known) throw new CastellanError("command_failed", answer.why);
    return answer.value as T;
  };
  const host = { ...guarded(round.door, limit, round.commands), fact: ask };
  resolve(gather(definition, host, limit).finally(() => round.underWay.delete(definition)));
  return known;
}

/** Whether a fact waits for another one, over however many others. */
function reaches({ gatherings }: Round, from: FactDefinition<unknown>, to: FactDefinition<unknown>): boolean {
  const seen = new Set([from]);
  for (const each of seen) {
    if (each === to) return true;
    for (const next of gatherings.get(each)?.waitsFor ?? []) seen.add(next);
  }
  return false;
}

async function gather(
  definition: FactDefinition<unknown>,
  host: AdvisedHost,
  limit: Limit,
): Promise<Known<unknown>> {
  try {
    return { known: true, value: await Promise.race([limit.over, definition.gather(host)]) };
  } catch (error) {
    return { known: false, why: reasonOf(error) };
  } finally {
    limit.end();
  }
}

/** The host within one fact's limit: a fact that was given up reads no more and starts nothing more. */
function guarded(door: HostDoor, limit: Limit, commands: Slots): HostDoor {
  const within =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (limit.isOver()) return await limit.over;
      return await call(...args);
    };
  return {
    clock: door.clock,
    panel: door.panel,
    ssh: door.ssh,
    text: within(door.text),
    tail: within(door.tail),
    list: within(door.list),
    stat: within(door.stat),
    link: within(door.link),
    space: within(door.space),
    has: within(door.has),
    run: within(async (command) => {
      const giveBack = await limit.pausing(commands.take());
      try {
        const left = Math.max(1, Math.ceil(limit.remaining()));
        const timeoutMs = Math.min(command.timeoutMs ?? left, left);
        return await Promise.race([limit.over, door.run({ ...command, timeoutMs })]);
      } finally {
        giveBack();
      }
    }),
  };
}

function circle(from: FactDefinition<unknown>, to: FactDefinition<unknown>): CastellanError {
  return new CastellanError("command_failed", `the facts ${from.name} and ${to.name} wait for each other`);
}

/** One line: what a person is told. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split("\n", 1)[0]?.trim() ?? "";
  return line === "" ? "no reason was given" : line.slice(0, LONGEST_REASON);
}
