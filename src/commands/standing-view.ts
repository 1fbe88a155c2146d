import { ago, count, plural } from "../terminal/format.ts";
import type { Content } from "../terminal/line.ts";
import type { SourceState } from "../watch/queries.ts";
import type { Page } from "./page.ts";
import { lagText } from "./source-view.ts";
import type { Standing } from "./standing.ts";
import { type Cell, factList } from "./table.ts";

/** Bytes unread beyond which a source counts as behind. */
const BEHIND_BYTES = 65_536;

/** The standing as titles and values; what is wrong says what to do. */
export function standingLines(standing: Standing, page: Page): Content[] {
  return factList(
    [
      ["host", standing.readOnly ? `${standing.hostName} (READ-ONLY)` : standing.hostName],
      ["state", standing.state],
      ["you", operatorCell(standing)],
      ["watch", engineCell(standing)],
      ...sourceFacts(standing.sources, page.now),
      ["firewall", firewallCell(standing)],
      ["clock", clockCell(standing)],
      ["locked out", lockoutCell(standing)],
      ["last hour", `${count(standing.failuresLastHour)} failures and probes`],
      ["2fa", coverageCell(standing)],
      ["audit", auditCell(standing)],
    ],
    page,
  );
}

function operatorCell({ operator: { address, verified, locked } }: Standing): Cell {
  if (address === null) return "on the console";
  if (locked) return { text: `${address}, LOCKED OUT: castellan unlock me`, tone: "crit" };
  return verified
    ? `${address}, not locked out`
    : { text: `${address} (unverified), not locked out`, tone: "warn" };
}

function engineCell({ engine, protectionOn }: Standing): Cell {
  if (engine === null) return { text: "NOBODY watches: start castellan guard", tone: "crit" };
  const who = engine.kind === "guard" ? "the guard" : "a castellan screen";
  if (!protectionOn) return { text: `${who} (pid ${engine.pid}), but login protection is OFF`, tone: "crit" };
  return { text: `${who} (pid ${engine.pid})`, tone: "ok" };
}

function sourceFacts(sources: readonly SourceState[], now: number): (readonly [string, Cell])[] {
  if (sources.length === 0) return [["source", { text: "none was read yet", tone: "unknown" }]];
  return sources.map((source) => ["source", sourceCell(source, now)] as const);
}

function sourceCell(
  { name, fault, lastReadAt, lastLineAt, lagBytes, unseen }: SourceState,
  now: number,
): Cell {
  if (fault !== null) return { text: `${name}: FAULT: ${fault}`, tone: "crit" };
  if (lastReadAt === null) return { text: `${name}: nothing was read yet`, tone: "unknown" };
  const last = lastLineAt === null ? "no line yet" : `last line ${ago(lastLineAt, now)}`;
  const lag = (lagBytes ?? 0) > BEHIND_BYTES ? `, ${lagText(lagBytes)} behind` : "";
  const missed = unseen > 0 ? `, ${count(unseen)} unseen` : "";
  return { text: `${name}: ${last}${lag}${missed}`, tone: lag === "" ? "ok" : "warn" };
}

function firewallCell({ firewall: { available, reason, present, elements } }: Standing): Cell {
  if (!available) return { text: `locks are recorded, not enforced: ${reason ?? "unknown"}`, tone: "warn" };
  return present
    ? { text: `nftables holds ${plural(elements, "element")}`, tone: "ok" }
    : "nothing to enforce yet";
}

/** Codes of authenticators depend on the clock. */
function clockCell({ clock }: Standing): Cell {
  if (clock === "synchronised") return { text: "kept right over the network", tone: "ok" };
  if (clock === "unknown") return { text: "unknown: nobody says that it is right", tone: "unknown" };
  return { text: "NOT SYNCHRONISED: codes may be refused; see timedatectl", tone: "warn" };
}

function lockoutCell({ lockouts }: Standing): Cell {
  if (lockouts.length === 0) return "nobody";
  const named = lockouts.slice(0, 3).map(({ target }) => target);
  const more = lockouts.length - named.length;
  return `${lockouts.length}: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function coverageCell({ coverage, lacking }: Standing): Cell {
  if (coverage.length === 0) return "no account yet";
  const text = coverage.map(({ role, accounts, active }) => `${role} ${active}/${accounts}`).join(", ");
  return lacking.length === 0
    ? text
    : { text: `${text}; the policy wants it of ${lacking.join(", ")}`, tone: "warn" };
}

function auditCell({ audit: { head, anchored, anchorsAgree, fault } }: Standing): Cell {
  if (!anchorsAgree) return { text: `BROKEN: ${fault ?? "run castellan audit verify"}`, tone: "crit" };
  if (fault !== null) return { text: `${plural(head, "event")}, not anchored: ${fault}`, tone: "warn" };
  return { text: `${plural(head, "event")}, anchored up to ${anchored ?? "none"}`, tone: "ok" };
}
