import type { SshPerson, SshPlan } from "../../src/ssh/ssh.ts";
import type { Content, Run } from "../../src/terminal/line.ts";
import { cell } from "../../src/terminal/text.ts";
import { nameText, waysRun } from "../ssh/columns.ts";
import { heading, paragraph, planBody, type Room, refusalRows } from "./planRows.ts";

/**
 * A plan for sshd: who would be shut out comes before anything else, then what is odd, then the change itself. People
 * come before the change while somebody's way in is at stake, after it otherwise.
 */
export function sshPlanRows(plan: SshPlan, room: Room): Content[] {
  const refusals = sshRefusals(plan);
  const people = peopleRows(plan, room.width);
  const atStake = plan.lost.length > 0 || refusals.length > 0;
  return [
    ...refusalRows(refusals, room.width),
    ...(plan.lost.length > 0 || refusals.length === 0 ? lostRows(plan, room.width) : []),
    ...plan.notes.flatMap((note) => paragraph(note, room.width, "warn", "! ")),
    ...(atStake ? [...people, ""] : []),
    ...planBody(plan.change, room, refusals.length > 0),
    ...(atStake ? [] : people),
  ];
}

/** Why a plan cannot be applied, from the simulator and from the checks, each once. */
export function sshRefusals({ refusals, change }: SshPlan): string[] {
  return [...new Set([...refusals, ...change.refusals])];
}

function lostRows({ lost, after }: SshPlan, width: number): Content[] {
  if (lost.length > 0) return paragraph(`WOULD BE SHUT OUT: ${lost.join(", ")}`, width, "crit", "!! ");
  const still = after.filter(({ ways }) => ways.length > 0).map(nameText);
  if (still.length === 0) return paragraph("Nobody who can become root would get in.", width, "crit", "!! ");
  return paragraph(`Whoever gets in now still does: ${still.join(", ")}`, width, "ok", "+ ");
}

const NAME_COLUMNS = 16;

/** Each person's ways in, before and after. */
function peopleRows({ before, after, lost }: SshPlan, width: number): Content[] {
  const rows = after.flatMap((person): Content[] => {
    const was = before.find(({ login }) => login === person.login);
    const changed = was !== undefined && waysRun(was).text !== waysRun(person).text;
    const runs: Run[] = [
      { text: `  ${cell(nameText(person), NAME_COLUMNS)} `, bold: lost.includes(person.login) },
      ...(changed ? [{ text: `${waysText(was)} -> ` }] : []),
      waysRun(person),
    ];
    const why = person.ways.length === 0 ? [...person.unsure, ...person.hindrances] : [];
    return [runs, ...why.flatMap((line) => paragraph(line, width, "muted", " ".repeat(NAME_COLUMNS + 3)))];
  });
  return [...heading("Who can become root, and gets in by"), ...rows];
}

function waysText({ ways, unsure }: SshPerson): string {
  return ways.join(", ") || (unsure.length > 0 ? "not known" : "nothing");
}
