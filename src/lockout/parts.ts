import type { Ledger } from "../audit/ledger.ts";
import type { PanelDatabase } from "../database/open.ts";
import { CastellanError } from "../errors.ts";
import type { Clock } from "../host/clock.ts";
import type { RunCommand } from "../host/command.ts";
import type { HostAddresses } from "../host/network.ts";
import { parseTarget } from "./addresses.ts";
import type { Enforcement } from "./enforcement.ts";

/** What the parts of this room work with. */
export interface LockoutParts {
  readonly database: PanelDatabase;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly enforcement: Enforcement;
  readonly hostFacts: () => Promise<HostAddresses>;
  /** For fail2ban; without it fail2ban is not asked. */
  readonly run?: RunCommand | undefined;
}

/** Ten years: a longer time is a slip of the keyboard. */
const LONGEST_MS = 10 * 365 * 86_400_000;
const SHORTEST_MS = 1_000;
const LONGEST_TEXT = 200;

/**
 * When something that begins now is over.
 * @param forMs milliseconds from 1 s to 10 years, rounded; null: never
 * @throws CastellanError `invalid_input`
 */
export function endOf(now: number, forMs: number | null): number | null {
  if (forMs === null) return null;
  if (forMs >= SHORTEST_MS && forMs <= LONGEST_MS) return now + Math.round(forMs);
  throw new CastellanError(
    "invalid_input",
    `a time of ${forMs} ms is out of range`,
    "from 1 second to 10 years",
  );
}

/**
 * A reason or a note as a person wrote it.
 * @throws CastellanError `invalid_input` when it is longer than 200 characters or has control characters
 */
export function plainText(text: string, what: string): string {
  if (text.length > LONGEST_TEXT) {
    throw new CastellanError("invalid_input", `the ${what} has ${text.length} characters; 200 is the most`);
  }
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text)) {
    throw new CastellanError("invalid_input", `the ${what} has control characters`, "write plain text");
  }
  return text.trim();
}

/** What somebody typed as the target of an audit row: canonical where it can be, and short. */
export function asTyped(text: string, options: { bareIpv6?: 64 | 128 } = {}): string {
  try {
    return parseTarget(text, options).cidr;
  } catch {
    return text.slice(0, LONGEST_TEXT);
  }
}

/** The typed word for a network that holds a good part of the internet. */
export function confirmWide(
  { cidr, wide }: { cidr: string; wide: boolean },
  confirmed: boolean | undefined,
): void {
  if (!wide || confirmed === true) return;
  throw new CastellanError(
    "confirmation_needed",
    `${cidr} holds a large part of the internet`,
    "confirm it if you mean it, or name a smaller network",
  );
}
