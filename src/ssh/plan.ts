import type { ChangeDraft, DraftFile, ServiceName } from "../changes/change.ts";
import type { Changes } from "../changes/changes.ts";
import { OWN_FILES } from "../changes/own/paths.ts";
import { canonicalKeyword, originsOf } from "../changes/services/sshd-config.ts";
import { effectiveValue, readEffective } from "../changes/services/sshd-effective.ts";
import { expectationName, placeOf } from "../changes/services/sshd-expect.ts";
import { configFiles } from "../changes/services/sshd-files.ts";
import { withStaged } from "../changes/services/sshd-stage.ts";
import { type CastellanError, codeOf } from "../errors.ts";
import { checkedSettings, type DropIn, readDropIn, writeDropIn } from "./drop-in.ts";
import { type Examination, examine } from "./examine.ts";
import { planNotes } from "./notes.ts";
import { type PortChange, planPorts } from "./port-change.ts";
import { readScene, type Scene, type SshHost } from "./scene.ts";
import { settingNamed } from "./settings.ts";
import { operatorMethod } from "./sign-in.ts";
import type { SshOperator, SshPlan, SshWanted } from "./ssh.ts";
import { leavesUnsureWays, lockoutRefusals, lostLogins } from "./verdict.ts";

/** How long a change of sshd waits for its confirmation unless told, in seconds. */
const WINDOW_SECONDS = 120;

const UNSURE =
  "castellan cannot know whether anybody gets in: that you are here is the proof. Prove it again by a second connection";

/** What castellan's files are to say, and the step after it. */
interface Target {
  readonly settings: DropIn;
  readonly ports: PortChange | null;
}

/** Plans a change of sshd and tells what it means for people. Writes nothing. */
export async function planSsh(
  host: SshHost,
  changes: Changes,
  operator: SshOperator,
  wanted: SshWanted,
): Promise<SshPlan> {
  const asked = checkedSettings(wanted.settings);
  const files = configFiles(host.root);
  const present = readDropIn(files);
  const next = new Map([...present.settings, ...asked]);
  for (const name of wanted.remove ?? []) next.delete(canonicalKeyword(name));
  const scene = await readScene(host, operator);
  const [before, method] = await Promise.all([examine(host, scene), operatorMethod(host, operator)]);
  const movesPort = asked.has("port") || (present.settings.has("port") && !next.has("port"));
  const ports = movesPort ? planPorts(next, { files, before, scene }) : null;
  const draft = await draftOf(host, wanted, asked, { settings: ports?.now.settings ?? next, ports });
  const change = await changes.plan(draft);
  const { after, rejected } = await examineAfter(host, withPorts(scene, ports), draft);
  const people = { before: before.people, after: after?.people ?? before.people, operator };
  return {
    ...{ change, wanted, before: people.before, after: people.after },
    lost: after === null ? [] : lostLogins(people),
    notes: [
      ...(after === null ? [] : planNotes(asked, before, after, method)),
      ...(ports?.notes ?? []),
      ...present.foreign.map((line) => `${OWN_FILES.sshd}, ${line}: castellan did not write this; it goes`),
      ...scene.notes,
      ...scene.doubts,
      ...(after !== null && leavesUnsureWays(people) ? [UNSURE] : []),
    ],
    refusals: [
      ...change.refusals,
      ...(change.refusals.length === 0 ? rejected : []),
      ...(ports?.refusals ?? []),
      ...(after === null ? [] : [...unopened(ports, after), ...lockoutRefusals(people)]),
    ],
  };
}

/** Where systemd holds the port, what it would hold: the same addresses. */
function withPorts(scene: Scene, ports: PortChange | null): Scene {
  if (scene.socket === null || ports === null) return scene;
  const addresses = [...new Set(scene.socket.map(({ address }) => address))];
  return { ...scene, socket: addresses.flatMap((address) => ports.ports.map((port) => ({ address, port }))) };
}

/** A ListenAddress may name its port by itself: then Port opens nothing. */
function unopened(ports: PortChange | null, after: Examination): string[] {
  const missing = ports?.ports.filter((port) => !after.ports.includes(port)) ?? [];
  if (missing.length === 0) return [];
  const fixed = originsOf(after.config, "listenaddress").winning.map(placeOf);
  return [
    `${fixed.join(", ")} says ListenAddress with a port: sshd would not listen on ${missing.join(", ")}`,
  ];
}

/** What sshd would make of it; `rejected` are its words when it takes it for no configuration. */
async function examineAfter(
  host: SshHost,
  scene: Scene,
  draft: ChangeDraft,
): Promise<{ after: Examination | null; rejected: string[] }> {
  try {
    return { after: await examine(host, scene, draft.files), rejected: [] };
  } catch (error) {
    if (codeOf(error) !== "command_failed") throw error;
    return { after: null, rejected: [(error as CastellanError).message] };
  }
}

async function draftOf(
  host: SshHost,
  wanted: SshWanted,
  asked: DropIn,
  { settings, ports }: Target,
): Promise<ChangeDraft> {
  const main = ownFile(settings);
  const services: readonly ServiceName[] = ports?.services ?? ["sshd"];
  const common = { reason: "fewer ways in for who guesses, none less for who belongs here", services };
  const draft: ChangeDraft = {
    ...common,
    kind: ports === null ? "ssh.harden" : "ssh.port",
    title: titleOf(asked, wanted),
    files: [main, ...(ports?.now.files ?? [])],
    confirmSeconds: wanted.confirmSeconds ?? WINDOW_SECONDS,
    expect: { ...(await expectations(host, settings)), ...ports?.now.expect },
  };
  const later = ports?.later ?? null;
  if (later === null) return draft;
  const closing: ChangeDraft = {
    ...common,
    kind: "ssh.port.close",
    title: `SSH: close port ${later.closes.join(", ")}`,
    reason: `a connection to port ${later.connectionPort} has proven that it works`,
    files: [ownFile(later.settings), ...later.files],
    expect: later.expect,
  };
  return { ...draft, followUp: { connectionPort: later.connectionPort, draft: closing } };
}

function ownFile(settings: DropIn): DraftFile {
  return { path: OWN_FILES.sshd, content: writeDropIn(settings), mode: 0o644 };
}

function titleOf(asked: DropIn, { remove = [] }: SshWanted): string {
  const named = (keyword: string): string => settingNamed(keyword)?.title ?? keyword;
  const parts = [
    ...[...asked].map(([keyword, value]) => `${named(keyword)} ${value}`),
    ...remove.map((keyword) => `${named(keyword)} as the distribution has it`),
  ];
  const text = `SSH: ${parts.join(", ") || "nothing new"}`;
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}

/** What sshd says when castellan's drop-in is all there is: so it writes the values, and so they must come out. */
async function expectations(host: SshHost, settings: DropIn): Promise<Record<string, string>> {
  const text = writeDropIn(settings);
  if (text === null) return {};
  const files = configFiles("/nonexistent", [{ path: OWN_FILES.sshd, content: text }]);
  try {
    const values = await withStaged(
      { files, run: host.run, root: host.root },
      (staged) => readEffective(host.run, staged),
      OWN_FILES.sshd,
    );
    const told = [...settings.keys()].filter((keyword) => values.has(keyword));
    return Object.fromEntries(
      told.map((keyword) => [expectationName(keyword), effectiveValue(values, keyword)]),
    );
  } catch (error) {
    // What sshd rejects is told by the check of the whole.
    if (codeOf(error) === "command_failed") return {};
    throw error;
  }
}
