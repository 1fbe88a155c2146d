import type { Known } from "../fact.ts";
import { reasonOf } from "../gather.ts";

/** Makes not knowing an answer, for facts that are worth something without one of their parts. */
export async function attempt<T>(ask: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    return { known: false, why: reasonOf(error) };
  }
}
