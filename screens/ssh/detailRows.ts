import { type LineSpec, lineRows } from "../../components/Lines.tsx";
import { ratingRun } from "../../components/rating.ts";
import type { AuthorizedKey, Origin, SshPerson, SshSetting } from "../../src/ssh/ssh.ts";
import type { Content, Run } from "../../src/terminal/line.ts";
import { heading, paragraph } from "../changes/planRows.ts";
import { nameText, waysRun } from "./columns.ts";

/** Everything known of a setting. */
export function settingRows(
  setting: SshSetting,
  { width, unicode }: { readonly width: number; readonly unicode: boolean },
): Content[] {
  const { title, rating, value, recommended, origin, shadowed, differsFor, why } = setting;
  const facts: LineSpec[] = [
    { label: "Now", value: value === "" ? "not set" : value },
    { label: "Recommended", value: recommended === "" ? "a value of your own: e sets it" : recommended },
    { label: "Set at", value: origin === null ? "nowhere: it is sshd's default" : placeText(origin) },
  ];
  return [
    [ratingRun(rating, unicode), { text: `  ${title}`, bold: true }],
    "",
    ...lineRows(facts, width),
    ...heading("Why"),
    ...paragraph(why, width, "text"),
    ...section("Without effect, because the first value wins", shadowed.map(placeText), width),
    ...section(
      "Otherwise for",
      differsFor.map(({ login, value: own }) => `${login}: ${own}`),
      width,
    ),
  ];
}

/** Everything known of a person who can become root. */
export function personRows(person: SshPerson, operatorMethod: string | null, width: number): Content[] {
  const { uid, becomesRoot, hasPassword, unsure, hindrances, keys } = person;
  const facts: LineSpec[] = [
    { label: "Gets in by", value: [waysRun(person)] },
    ...(person.isOperator && operatorMethod !== null ? [{ label: "Came in by", value: operatorMethod }] : []),
    { label: "Becomes root", value: becomesRoot },
    { label: "Password", value: hasPassword ? "has one" : "has none, or it is locked" },
    { label: "User id", value: String(uid) },
  ];
  return [
    { text: nameText(person), bold: true },
    "",
    ...lineRows(facts, width),
    ...section("Not known, so it does not count", unsure, width),
    ...section("What hinders", hindrances, width),
    ...heading(keys.length === 0 ? "No key in any file that sshd reads" : "Keys"),
    ...keys.flatMap((key) => keyRows(key, width)),
  ];
}

/** What is odd in the configuration, whole. */
export function noteRows(notes: readonly string[], width: number): Content[] {
  return section("Odd in the configuration", notes, width);
}

function keyRows(key: AuthorizedKey, width: number): Content[] {
  const { file, line, type, bits, fingerprint, comment, options } = key;
  const more = [...(comment === "" ? [] : [comment]), ...options].join(" · ");
  return [
    [{ text: `  ${type}${bits === null ? "" : ` ${bits}`}  ` }, keyState(key)],
    ...paragraph(`${fingerprint} ${more}`, width, "muted", "    "),
    ...paragraph(`${file}:${line}`, width, "muted", "    "),
  ];
}

function keyState({ unusable, doubt }: AuthorizedKey): Run {
  if (unusable !== null) return { text: `! not usable: ${unusable}`, tone: "warn" };
  return doubt === null ? { text: "+ usable", tone: "ok" } : { text: `? not known: ${doubt}`, tone: "warn" };
}

function section(title: string, lines: readonly string[], width: number): Content[] {
  if (lines.length === 0) return [];
  return [...heading(title), ...lines.flatMap((line) => paragraph(line, width, "text", "  "))];
}

function placeText({ file, line, value, match }: Origin): string {
  return `${file}:${line}  ${value}${match === null ? "" : `  (under ${match})`}`;
}
