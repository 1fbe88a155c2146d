import type { ChangeRecord } from "../changes/change.ts";
import type { Changes } from "../changes/changes.ts";
import { OWN_FILES } from "../changes/own/paths.ts";
import { readSshdConfig } from "../changes/services/sshd-config.ts";
import { parseVersion, SSHD } from "../changes/services/sshd-effective.ts";
import { configFiles } from "../changes/services/sshd-files.ts";
import type { PanelDatabase } from "../database/open.ts";
import { CastellanError, codeOf } from "../errors.ts";
import type { ReadInboundFilter } from "../firewall/inbound.ts";
import { readInboundFilter } from "../firewall/inbound-read.ts";
import type { Clock } from "../host/clock.ts";
import type { RunCommand } from "../host/command.ts";
import { examine } from "./examine.ts";
import { planSsh } from "./plan.ts";
import { readScene, type SshHost } from "./scene.ts";
import { operatorMethod } from "./sign-in.ts";
import type { Ssh, SshOperator, SshPlan, SshState, SshWanted } from "./ssh.ts";
import { configNotes, settingsOf } from "./state.ts";

/** What the ssh room works with. */
export interface SshParts {
  /** `/`, or a folder that looks like a host. */
  readonly root: string;
  readonly run: RunCommand;
  readonly changes: Changes;
  readonly isRoot: boolean;
  /** Whose files count as root's; 0 unless told. */
  readonly rootUid?: number;
  readonly clock: Clock;
  readonly database?: PanelDatabase;
  /** Left out: this host's packet filter where the files are this host's. null: it is not asked. */
  readonly inbound?: ReadInboundFilter | null;
  /** Whether something locks out who guesses; left out: not known. */
  readonly guessersLockedOut?: () => Promise<boolean | null>;
}

/** Opens SSH: effective settings, who still gets in, hardening. Reads and writes nothing yet. */
export function openSsh(parts: SshParts): Ssh {
  const { root, run, clock, isRoot, rootUid = 0, database = null, changes } = parts;
  const inbound = parts.inbound === undefined ? (root === "/" ? readInboundFilter : null) : parts.inbound;
  const host: SshHost = { root, run, clock, isRoot, rootUid, inbound, database };
  return {
    read: (operator) => readState(host, operator, parts.guessersLockedOut),
    recommended,
    plan: (operator, wanted) => planSsh(host, changes, operator, wanted),
    async apply(actor, operator, plan, { accept = [], ...options }) {
      const fresh = await planSsh(host, changes, operator, plan.wanted);
      const connection = operator.connection;
      if (fresh.refusals.length > 0) return refuse(changes, { actor, connection, plan, fresh });
      const unseen = fresh.lost.filter((login) => !accept.includes(login));
      if (unseen.length > 0) throw needsYes(unseen);
      return changes.apply(actor, plan.change, { ...options, connection });
    },
  };
}

async function readState(
  host: SshHost,
  operator: SshOperator,
  guessersLockedOut: SshParts["guessersLockedOut"],
): Promise<SshState> {
  const scene = await readScene(host, operator);
  const [examination, version, method, lockedOut] = await Promise.all([
    examine(host, scene),
    readVersion(host),
    operatorMethod(host, operator),
    guessersLockedOut?.() ?? null,
  ]);
  const hidden = scene.logins.others.length - examination.others.length;
  return {
    version,
    settings: settingsOf(examination, scene, lockedOut),
    people: examination.people,
    ports: examination.ports,
    socketActivated: scene.socket !== null,
    notes: [
      ...configNotes(examination),
      ...scene.notes,
      ...scene.doubts,
      ...(isReached(host) ? [] : [`no Include line reads ${OWN_FILES.sshd}: castellan cannot set anything`]),
      ...(hidden > 0 ? [`${hidden} ordinary logins were not looked at`] : []),
    ],
    operatorMethod: method,
  };
}

async function readVersion({ run }: SshHost): Promise<string> {
  const { stdout, stderr } = await run({ file: SSHD, args: ["-V"] });
  const text = `${stderr}\n${stdout}`;
  return /OpenSSH_[\w.]+/.exec(text)?.[0] ?? (parseVersion(text) ?? ["unknown version"]).join(".");
}

function isReached({ root }: SshHost): boolean {
  const files = configFiles(root, [{ path: OWN_FILES.sshd, content: "\n" }]);
  return readSshdConfig(files).files.includes(OWN_FILES.sshd);
}

function recommended({ settings }: SshState): SshWanted {
  const weak = settings.filter(
    ({ rating, recommended: wanted, value }) => rating !== "passed" && wanted !== value,
  );
  return { settings: Object.fromEntries(weak.map((setting) => [setting.keyword, setting.recommended])) };
}

interface Refused {
  readonly actor: Parameters<Changes["apply"]>[0];
  readonly connection: SshOperator["connection"];
  readonly plan: SshPlan;
  readonly fresh: SshPlan;
}

/** Changes writes the refusal into the audit log; what it means for people has a code of its own. */
async function refuse(changes: Changes, { actor, connection, plan, fresh }: Refused): Promise<ChangeRecord> {
  const { refusals } = fresh;
  try {
    return await changes.apply(actor, { ...plan.change, refusals }, { connection });
  } catch (error) {
    const own = refusals.filter((refusal) => !fresh.change.refusals.includes(refusal));
    if (codeOf(error) !== "change_refused" || own.length === 0) throw error;
    throw new CastellanError("would_lock_out", own.join("; "), "see who gets in: castellan ssh people", {
      cause: error,
    });
  }
}

function needsYes(logins: readonly string[]): CastellanError {
  return new CastellanError(
    "confirmation_needed",
    `${logins.join(", ")} would no longer get in; nothing was changed`,
    `if that is meant: ${logins.map((login) => `--accept ${login}`).join(" ")}`,
  );
}
