import type { Kysely } from "kysely";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { readSetting } from "../database/settings.ts";
import { contextWordIn, contextWords, isCommon } from "./blocklist.ts";
import { PASSWORD_POLICY_KEY, PASSWORD_PRESETS, policyProblems } from "./password-policy.ts";
import { normalisePassword, rejected } from "./password-text.ts";
import { hasActiveFactor, lookUp } from "./store.ts";
import { commonPasswords, strengthMeter } from "./strength.ts";
import type { PasswordContext, PasswordPolicy, PasswordVerdict } from "./types.ts";

interface VerdictParts {
  readonly database: PanelDatabase;
  readonly hostName: string;
}

export function readPasswordPolicy(db: Kysely<Schema>): Promise<PasswordPolicy> {
  return readSetting(db, PASSWORD_POLICY_KEY, PASSWORD_PRESETS.classic);
}

/** Weighs a password against the policy in force and the words around it. */
export async function judgePassword(
  parts: VerdictParts,
  typed: string,
  context: PasswordContext,
): Promise<PasswordVerdict> {
  const password = normalisePassword(typed);
  const problems = await problemsOf(parts, password, context);
  const weigh = await strengthMeter();
  return { problems, ...weigh(password, contextWords(context, parts.hostName)) };
}

/** @throws CastellanError `password_rejected` naming everything that is wrong with it */
export async function assertAcceptable(
  parts: VerdictParts,
  password: string,
  context: PasswordContext,
): Promise<void> {
  const problems = await problemsOf(parts, password, context);
  if (problems.length === 0) return;
  throw rejected(
    `the password does not fit the policy: ${problems.join("; ")}`,
    "choose several unrelated words, with signs between them",
  );
}

/** Whether a password made by chance fits: it cannot be a common one, so that no list need be loaded. */
export function fitsByChance(
  policy: PasswordPolicy,
  password: string,
  context: PasswordContext,
  hostName: string,
): boolean {
  if (policyProblems(policy, password, false).length > 0) return false;
  return contextWordIn(password, contextWords(context, hostName)) === undefined;
}

async function problemsOf(
  parts: VerdictParts,
  password: string,
  context: PasswordContext,
): Promise<string[]> {
  const policy = await readPasswordPolicy(parts.database.db);
  const secondFactor = context.secondFactor ?? (await hasFactorByName(parts, context.name));
  const problems = policyProblems(policy, password, secondFactor);
  if (!policy.blocklist) return problems;
  if (isCommon(password, await commonPasswords())) problems.push("it is one of the most common passwords");
  const word = contextWordIn(password, contextWords(context, parts.hostName));
  if (word !== undefined) problems.push(`it holds "${word}", which is easy to guess here`);
  return problems;
}

async function hasFactorByName({ database }: VerdictParts, name: string | undefined): Promise<boolean> {
  if (name === undefined) return false;
  const record = await lookUp(database.db, name);
  return record !== undefined && hasActiveFactor(database.db, record.id);
}
