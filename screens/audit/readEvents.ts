import type { Audit } from "../../src/audit/audit.ts";
import type { AuditEvent, AuditQuery } from "../../src/audit/event.ts";

/** A rare text in a large log is looked for in turns, so that the screen stays quick; after these it is enough. */
const TURNS = 20;

/** The newest rows of a query, looked for until the page is full. */
export async function readEvents(audit: Audit, query: AuditQuery): Promise<readonly AuditEvent[]> {
  const found: AuditEvent[] = [];
  let before = query.before;
  for (let turn = 0; turn < TURNS; turn++) {
    const page = await audit.query({ ...query, before, limit: query.limit - found.length });
    found.push(...page.events);
    if (page.complete || found.length >= query.limit) break;
    before = page.searchedTo;
  }
  return found;
}
