import { CastellanError } from "../errors.ts";

/**
 * One argument of a command line in a unit file, quoted so that systemd passes it on as it is: no splitting, no
 * variables, no specifiers (systemd.service(5), "Command lines"; systemd.unit(5), "Specifiers").
 * @throws CastellanError `invalid_input` for control characters
 */
export function execArgument(text: string): string {
  return `"${specifierSafe(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("$", "$$$$")}"`;
}

/** A path in a unit file, where systemd expands specifiers but takes the rest of the line as it is. */
export function specifierSafe(text: string): string {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) {
    throw new CastellanError("invalid_input", `${JSON.stringify(text)} cannot stand in a unit file`);
  }
  return text.replaceAll("%", "%%");
}
