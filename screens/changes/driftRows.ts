import { diffRows } from "../../components/diffRows.ts";
import type { DriftedFile } from "../../src/changes/change.ts";
import type { Content } from "../../src/terminal/line.ts";
import { DRIFT_WORDS } from "./looks.ts";
import { changedLines, heading, paragraph, type Room } from "./planRows.ts";

/** A file from three sides: what castellan wrote, what is there, and what would be written. */
export function driftRows(file: DriftedFile, room: Room): Content[] {
  const { path, state, changeId, applied, present, kept } = file;
  const wanted = file.wanted === undefined ? applied : file.wanted;
  const written = changeId === null ? "castellan's journal does not know it" : `change ${changeId} wrote it`;
  return [
    [{ text: path, bold: true }],
    ...paragraph(
      `${DRIFT_WORDS[state]}; ${written}.`,
      room.width,
      kept ? "muted" : "warn",
      kept ? "+ " : "! ",
    ),
    ...(kept
      ? paragraph(
          "It was looked at and kept; castellan never overwrites it unseen.",
          room.width,
          "muted",
          "  ",
        )
      : []),
    ...heading("What the hand changed (- castellan wrote it, + it is there now)"),
    ...difference(applied, present, room),
    ...heading("What castellan would write over it (- goes, + comes)"),
    ...(wanted === null && changeId === null
      ? paragraph("nothing: it is not known what ours would be", room.width, "muted", "  ")
      : difference(present, wanted, room)),
    ...heading("What is there now"),
    ...whole(present, room),
  ];
}

function difference(before: string | null, after: string | null, { width, glyphs }: Room): Content[] {
  const lines = changedLines(before, after);
  if (lines.length > 0) return diffRows(lines, width, glyphs);
  return [
    { text: before === after ? "  no difference" : "  the same lines in another order", tone: "muted" },
  ];
}

function whole(text: string | null, { width, glyphs }: Room): Content[] {
  if (text === null) return [{ text: "  no such file", tone: "muted" }];
  const lines = text.replace(/\n$/, "").split("\n");
  return diffRows(
    lines.map((line) => ({ kind: "same" as const, text: line })),
    width,
    glyphs,
  );
}
