import type { Content, Run } from "../../../src/terminal/line.ts";
import { wrap } from "../../../src/terminal/text.ts";
import type { Enrolment } from "../../../src/twofactor/types.ts";
import { keyRows } from "./qrLayout.ts";
import { stepRuns } from "./steps.ts";

/** What the text beside the QR code tells of. */
export interface QrFacts {
  readonly enrolment: Enrolment;
  /** Epoch ms. */
  readonly now: number;
}

const MINUTE_MS = 60_000;
const WARN_MS = 2 * MINUTE_MS;
/** From here on there is room for labels and sentences. */
const WIDE = 30;
const LABEL = 9;

/** The text at the right of the QR code, from the top, at most `rows` lines. */
export function sideLines(facts: QrFacts, width: number, rows: number): Content[] {
  return (width >= WIDE ? wideLines(facts, width) : slimLines(facts, width)).slice(0, rows);
}

function wideLines({ enrolment, now }: QrFacts, width: number): Content[] {
  const { account, secret, expiresAt } = enrolment;
  const key = keyRows(secret, groupsIn(width - LABEL));
  return [
    [{ text: "Second factor ", tone: "heading" }, muted("1/3")],
    "",
    ...wrap("Scan the code with an authenticator app, or type the key into it.", width),
    "",
    field("account", account),
    field("issuer", issuerOf(enrolment)),
    "",
    ...key.map((row, index) => field(index === 0 ? "key" : "", row)),
    "",
    field("code", "6 digits, every 30 s"),
    expiryLine(expiresAt, now),
    "",
    ...wrap("Nothing changes until a code from the device is accepted.", width).map(muted),
    "",
    keyLine("Enter", "I have scanned it"),
    keyLine("y", "copy the key"),
  ];
}

function slimLines({ enrolment, now }: QrFacts, width: number): Content[] {
  const { account, secret, expiresAt } = enrolment;
  return [
    { text: account, bold: true },
    "",
    ...keyRows(secret, groupsIn(width)).map((text) => ({ text, bold: true })),
    "",
    muted(minutesLeft(expiresAt - now)),
  ];
}

/** Where the QR code cannot be shown: why, and the key to type instead. */
export function hiddenLines({ enrolment, now }: QrFacts, why: string, width: number): Content[] {
  const room = Math.max(1, width - 4);
  const { account, secret, expiresAt } = enrolment;
  const key = keyRows(secret, groupsIn(room - LABEL));
  const lines: Content[] = [
    stepRuns(1),
    "",
    ...wrap(`! ${why}`, room).map((text) => ({ text, tone: "warn" as const })),
    ...wrap("Or type this key into the authenticator app:", room),
    "",
    ...key.map((row, index) => field(index === 0 ? "key" : "", row)),
    field("account", account),
    field("issuer", issuerOf(enrolment)),
    expiryLine(expiresAt, now),
  ];
  return lines.map((line) => indented(line));
}

/** Groups of four to a row: a power of two, so that all rows of a 32-character key are of one length. */
function groupsIn(width: number): number {
  return [8, 4, 2].find((groups) => groups * 5 - 1 <= width) ?? 1;
}

function indented(line: Content): Content {
  const runs = Array.isArray(line) ? line : [line];
  return ["  ", ...runs] as Content;
}

function field(label: string, value: string): Content {
  return [
    { text: label.padEnd(LABEL), tone: "muted" },
    { text: value, bold: true },
  ];
}

function expiryLine(expiresAt: number, now: number): Content {
  const left = expiresAt - now;
  return [
    { text: "valid".padEnd(LABEL), tone: "muted" },
    { text: `for ${minutesLeft(left)}`, tone: left <= WARN_MS ? "warn" : "text" },
  ];
}

function keyLine(key: string, title: string): Content {
  return [{ text: key.padEnd(LABEL), bold: true }, title];
}

function minutesLeft(left: number): string {
  return left < MINUTE_MS ? "less than a minute" : `${Math.floor(left / MINUTE_MS)} min`;
}

/** As the authenticator will show it: a long host name is shortened in the URI. */
function issuerOf({ uri }: Enrolment): string {
  return new URL(uri).searchParams.get("issuer") ?? "";
}

function muted(text: string): Run {
  return { text, tone: "muted" };
}
