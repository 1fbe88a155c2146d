import { type Check, defineCheck } from "../../check.ts";
import { AUDIT_VERDICT, STATE_FILES } from "../../facts/panel.ts";
import { critical, passed, warning } from "../../verdict.ts";

const STATE = defineCheck({
  id: "PNL-10",
  area: "panel",
  title: "Who may read key and database",
  why: "With the key file and the database every second factor can be copied and the audit log written anew.",
  remedy: "See who changed it (ls -la FOLDER), then: chmod -R go= FOLDER; chown -R root:root FOLDER",
  source: "authelia, ASVS 13.3",
  gives: ["passed", "critical"],
  facts: [STATE_FILES],
  judge({ folder, own, files }) {
    const problems = [{ path: folder, facts: own }, ...files].flatMap(({ path, facts }) => {
      if (facts.kind === "link") return [`${path} is a symbolic link`];
      const open = (facts.mode & 0o077) !== 0 ? [`${path} has mode ${modeOf(facts.mode)}`] : [];
      return facts.uid === own.uid
        ? open
        : [...open, `${path} belongs to uid ${facts.uid}, the folder to ${own.uid}`];
    });
    if (problems.length === 0) return passed(`${folder} is private, with ${files.length} files in it`);
    return critical(problems[0] ?? "", problems);
  },
});

function modeOf(mode: number): string {
  return `0${(mode & 0o7777).toString(8)}`;
}

const CHAIN = defineCheck({
  id: "PNL-11",
  area: "panel",
  title: "The audit log is whole",
  why: "Whoever got in rewrites what tells of it. Each row is bound to the one before it, and their newest heads lie outside the database.",
  remedy:
    "castellan audit verify names the first bad row; restore the database from a backup and keep this one as evidence",
  source: "ASVS 16.4.2",
  gives: ["passed", "warning", "critical"],
  facts: [AUDIT_VERDICT],
  judge({ ok, events, firstBad, reason, anchorReason, clockSteps, textIndexOk }) {
    const notes = [
      ...(anchorReason === null ? [] : [anchorReason]),
      ...(clockSteps > 0 ? [`the clock went back ${clockSteps} times between two events`] : []),
    ];
    if (firstBad !== null)
      return critical(`Not as castellan wrote it from event ${firstBad}`, [reason ?? "", ...notes]);
    if (!ok)
      return warning(reason ?? "The anchors outside the database do not agree", [reason ?? "", ...notes]);
    if (!textIndexOk) return warning("Searches miss events", ["the text index has not all rows", ...notes]);
    return passed(`${events} events, each bound to the one before it`, notes);
  },
});

export const PANEL_STATE_CHECKS: readonly Check[] = [STATE, CHAIN];
