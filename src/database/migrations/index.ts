import type { Kysely } from "kysely";
import { up as first } from "./0001-first.ts";
import { up as advisor } from "./0002-advisor.ts";

/** One step forward; its number is its place in {@link migrations}, counted from 1. */
export type Migration = (db: Kysely<unknown>) => Promise<void>;

/** All steps, oldest first. A released step never changes; a new schema is a new step. */
export const migrations: readonly Migration[] = [first, advisor];
