import { type LineSpec, lineRows } from "../../components/Lines.tsx";
import { JAIL_VALUES } from "../../src/fail2ban/values.ts";
import { banText, readsText, spanText } from "../../src/fail2ban/words.ts";
import { count, plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { heading, paragraph } from "../changes/planRows.ts";
import type { JailRow } from "./useJails.ts";

/** Everything known of a jail. */
export function jailRows({ name, jail }: JailRow, width: number): Content[] {
  if (jail === null) {
    return [
      { text: name, bold: true },
      "",
      ...paragraph(DOWN, width, "crit"),
      ...paragraph("journalctl -u fail2ban says why it did not start.", width, "text"),
    ];
  }
  const { maxRetry, findSeconds, actions, ignored, failures, failing, banned, bans } = jail;
  const facts: LineSpec[] = [
    { label: "Reads", value: readsText(jail) },
    {
      label: "Bans after",
      value: `${maxRetry} failures within ${spanText(findSeconds)}, for ${banText(jail)}`,
    },
    actions.length === 0
      ? { label: "Bans by", value: "no action: it bans nobody", tone: "crit" }
      : { label: "Bans by", value: actions.join(", ") },
    { label: "Never bans", value: ignored.join(", ") || "nobody but this host" },
    {
      label: "Saw",
      value: `${plural(failures, "failure")}; ${plural(failing, "address", "addresses")} within the window now`,
    },
    { label: "Banned", value: `${count(banned)} since it began, ${bans.length} out now` },
  ];
  return [
    { text: name, bold: true },
    "",
    ...lineRows(facts, width),
    ...heading(`Which line of ${HOME} says so`),
    ...lineRows(originLines(jail.origins), width),
  ];
}

const DOWN =
  "The files switch this jail on, but the server does not run it: what it should watch is not watched.";

const HOME = "/etc/fail2ban";
/** Longer values push their own line to the right, and nobody else's. */
const WIDEST_VALUE = 20;

function originLines(origins: NonNullable<JailRow["jail"]>["origins"]): LineSpec[] {
  const known = [...JAIL_VALUES.keys()].flatMap((key) => {
    const origin = origins[key];
    return origin === undefined ? [] : [{ key, ...origin }];
  });
  const widest = Math.min(WIDEST_VALUE, Math.max(0, ...known.map(({ value }) => value.length)));
  return known.map(({ key, file, line, value, general }) => ({
    label: key,
    value: `${value.padEnd(widest)}  ${file.replace(`${HOME}/`, "")}:${line}${general ? " [DEFAULT]" : ""}`,
  }));
}
