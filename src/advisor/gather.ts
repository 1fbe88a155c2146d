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
  /** How long a fact may take, in milliseconds; its own limit unless told. */
  readonly limitOf?: (definition: FactDefinition<unknown>) => number;
}

/** The facts of one run: each is gathered once, at the first question, in parallel with the others. */
export interface FactRun {
  /** Never throws: what cannot be gathered in time is unknown, with the reason. */
  know<T>(definition: FactDefinition<T>): Promise<Known<T>>;
}

/** More at a time is not faster on two cores, and makes a loaded server feel it. */
const COMMANDS_AT_ONCE = 4;
const LONGEST_REASON = 200;

/** A fact under way, with the facts that it waits for. */
interface Gathering {
  readonly known: Promise<Known<unknown>>;
  readonly waitsFor: Set<FactDefinition<unknown>>;
}

/** Begins a run: nothing is read before somebody asks. */
export function openFactRun(door: HostDoor, options: GatherOptions = {}): FactRun {
  const { commandsAtOnce = COMMANDS_AT_ONCE, limitOf = (definition) => definition.limitMs } = options;
  const slots = openSlots(commandsAtOnce);
  const gatherings = new Map<FactDefinition<unknown>, Gathering>();

  const begin = (definition: FactDefinition<unknown>): Gathering => {
    const under = gatherings.get(definition);
    if (under !== undefined) return under;
    const waitsFor = new Set<FactDefinition<unknown>>();
    const started = Promise.withResolvers<Known<unknown>>();
    const gathering = { known: started.promise, waitsFor };
    gatherings.set(definition, gathering);
    const limit = startLimit(limitOf(definition), definition.name, door.clock);
    const ask = async <T>(wanted: FactDefinition<T>): Promise<T> => {
      if (reaches(wanted, definition)) throw circle(definition, wanted);
      waitsFor.add(wanted);
      const known = await limit.pausing(begin(wanted).known);
      waitsFor.delete(wanted);
      if (!known.known) throw new CastellanError("command_failed", known.why);
      return known.value as T;
    };
    started.resolve(gather(definition, { ...guarded(door, limit, slots), fact: ask }, limit));
    return gathering;
  };

  const reaches = (from: FactDefinition<unknown>, to: FactDefinition<unknown>): boolean =>
    from === to || [...(gatherings.get(from)?.waitsFor ?? [])].some((next) => reaches(next, to));

  return {
    know: async <T>(definition: FactDefinition<T>) => (await begin(definition).known) as Known<T>,
  };
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
function guarded(door: HostDoor, limit: Limit, slots: Slots): HostDoor {
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
      const giveBack = await limit.pausing(slots.take());
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
