/** How the rows of a page with a form are shared out. Pure. */
export interface FormLayout {
  /** Lines of explanation above the form. */
  readonly lead: number;
  /** Rows for the form itself. */
  readonly form: number;
  /** Rows below the form: what was refused, and the command line. */
  readonly below: number;
}

const TITLE = 1;
const GAP = 1;
const LEAST_BELOW = 2;

/**
 * Gives the form two rows to a field when there is room, else one; the explanation is dropped before a field
 * has to be scrolled for.
 */
export function layForm(height: number, fields: number, leadLines: number): FormLayout {
  const roomy = fields * 2 + 2;
  const tight = fields + 2;
  const rest = Math.max(0, height - TITLE);
  const lead = [leadLines, 0].find((lines) => rest - leadRows(lines) - LEAST_BELOW >= tight) ?? 0;
  const room = rest - leadRows(lead) - GAP;
  const form = [roomy, tight].find((rows) => room - LEAST_BELOW >= rows) ?? Math.max(0, room);
  return { lead, form: Math.min(form, rest), below: Math.max(0, rest - leadRows(lead) - form) };
}

/** The explanation stands between empty lines; without one there is none. */
function leadRows(lines: number): number {
  return lines === 0 ? 0 : lines + 2 * GAP;
}
