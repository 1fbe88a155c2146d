import { dateTime } from "./format.ts";

/** 2001: no number of rows, minutes or bytes is as large. */
const EARLIEST = 1_000_000_000_000;

/** A field of recorded details as people read it: a value, or `old -> new`; what is new has no old one. */
export function changeText(field: string, value: unknown): string {
  if (typeof value !== "object" || value === null || !("new" in value)) return plainValue(field, value);
  const old = "old" in value && value.old !== null ? `${plainValue(field, value.old)} ` : "";
  return `${old}-> ${plainValue(field, value.new)}`;
}

/** Details are JSON as it was stored: times in it are epoch milliseconds, and only their names tell. */
function plainValue(field: string, value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "number" && value > EARLIEST && /(At|Until|From)$/.test(field)) return dateTime(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
