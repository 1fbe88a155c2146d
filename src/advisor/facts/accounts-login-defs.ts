import { CastellanError } from "../../errors.ts";
import { defineFact } from "../fact.ts";

/** A setting of login.defs(5) and its line. */
export interface LoginDef {
  readonly value: string;
  readonly line: number;
}

/** Parses login.defs(5): `NAME value`; a name that stands twice takes the last value. */
export function parseLoginDefs(text: string): ReadonlyMap<string, LoginDef> {
  const settings = new Map<string, LoginDef>();
  for (const [index, line] of text.split("\n").entries()) {
    const match = /^\s*([A-Z][A-Z0-9_]*)[\s"]+(.*?)["\s]*$/.exec(line);
    if (match?.[1] !== undefined) settings.set(match[1], { value: match[2] ?? "", line: index + 1 });
  }
  return settings;
}

/** /etc/login.defs. */
export const loginDefsFact = defineFact("/etc/login.defs", async (host) => {
  const text = await host.text("/etc/login.defs");
  if (text === null) throw new CastellanError("not_found", "/etc/login.defs is not there");
  return parseLoginDefs(text);
});

/** The first uid of people; below it are the accounts of the system. */
export function firstPersonUid(settings: ReadonlyMap<string, LoginDef>): number {
  const value = Number(settings.get("UID_MIN")?.value ?? "1000");
  return Number.isInteger(value) && value > 0 ? value : 1000;
}
