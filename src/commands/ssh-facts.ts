import type { SshPerson, SshPlan, SshState } from "../ssh/ssh.ts";
import { planFacts } from "./change-facts.ts";

/** SSH as JSON shows it. */
export function stateFacts(state: SshState): object {
  const { version, settings, people, ports, socketActivated, notes, operatorMethod } = state;
  return {
    version,
    ports,
    socketActivated,
    operatorMethod,
    settings,
    people: people.map(personFacts),
    notes,
  };
}

/** A person as JSON shows them. */
export function personFacts(person: SshPerson): object {
  const { login, uid, becomesRoot, keys, hasPassword, ways, unsure, hindrances, isOperator } = person;
  return { login, uid, becomesRoot, hasPassword, isOperator, ways, unsure, hindrances, keys };
}

/** A plan with what it means for people, as JSON shows it. */
export function sshPlanFacts({ change, before, after, lost, notes, refusals }: SshPlan): object {
  return {
    ...planFacts(change),
    before: before.map(personFacts),
    after: after.map(personFacts),
    lost,
    notes,
    refusals,
  };
}
