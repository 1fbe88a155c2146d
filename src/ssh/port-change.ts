import type { DraftFile, ServiceName } from "../changes/change.ts";
import { inputRules, readInputRules } from "../changes/own/input-policy.ts";
import { OWN_FILES } from "../changes/own/paths.ts";
import { header } from "../changes/own/settings.ts";
import { originsOf } from "../changes/services/sshd-config.ts";
import { expectationName, placeOf } from "../changes/services/sshd-expect.ts";
import type { ConfigFiles } from "../changes/services/sshd-files.ts";
import type { DropIn } from "./drop-in.ts";
import { type Examination, isClosed } from "./examine.ts";
import type { Listen } from "./reach.ts";
import type { Scene } from "./scene.ts";

/** One of the two steps of another port: what castellan's files say then. */
export interface PortStep {
  /** The drop-in with the ports of this step. */
  readonly settings: DropIn;
  readonly files: readonly DraftFile[];
  readonly expect: Readonly<Record<string, string>>;
}

/** Another port: old and new side by side first, the old one closed once somebody came in by the new one. */
export interface PortChange {
  readonly now: PortStep;
  /** null: no port is closed. */
  readonly later: (PortStep & { readonly connectionPort: number; readonly closes: readonly number[] }) | null;
  /** What listens in the first step. */
  readonly ports: readonly number[];
  readonly services: readonly ServiceName[];
  readonly notes: readonly string[];
  readonly refusals: readonly string[];
}

/** Where the present ports come from. */
export interface PortPlace {
  readonly files: ConfigFiles;
  readonly before: Examination;
  readonly scene: Scene;
}

/**
 * Plans the way from the present ports to those that `next` names; where it names none, to what the other lines, or
 * sshd itself, say.
 */
export function planPorts(next: DropIn, { files, before, scene }: PortPlace): PortChange {
  const foreign = foreignPorts(before);
  const standard = foreign.size > 0 ? [...foreign.keys()] : [STANDARD_PORT];
  const wanted = next.has("port") ? numbersOf(next.get("port") ?? "") : sorted(standard);
  const added = wanted.filter((port) => !before.ports.includes(port));
  const closes = before.ports.filter((port) => !wanted.includes(port));
  const [connectionPort] = added;
  const policy = readPolicy(files);
  const step = (ports: readonly number[], closed: readonly number[]): PortStep => {
    const own = ports.filter((port) => !foreign.has(port));
    const settings = new Map(next);
    if (own.length === 0 || (!next.has("port") && closed === closes)) settings.delete("port");
    else settings.set("port", own.join(" "));
    const socket = scene.socket === null ? [] : [socketFile(ports, scene.socket)];
    return {
      settings,
      files: [...socket, ...(policy === null ? [] : [policyFile(policy, ports, closed)])],
      expect: expectedOf([...ports, ...foreign.keys()], policy === null ? [] : ports),
    };
  };
  // Where nothing new opens there is nothing to prove first.
  const isTwoSteps = connectionPort !== undefined && closes.length > 0;
  const first = isTwoSteps ? sorted([...before.ports, ...wanted]) : sorted(wanted);
  return {
    now: step(first, isTwoSteps ? [] : closes),
    later: isTwoSteps ? { ...step(sorted(wanted), closes), connectionPort, closes } : null,
    ports: first,
    services: policy === null ? ["sshd"] : ["nftables", "sshd"],
    notes: portNotes({ added, closes, opensPolicy: policy !== null, socket: scene.socket !== null }),
    refusals: [
      ...[...foreign]
        .filter(([port]) => !wanted.includes(port))
        .map(([port, place]) => stuckText(port, place)),
      ...(policy === null ? added.flatMap((port) => closedText(port, before.ports, scene) ?? []) : []),
    ],
  };
}

const STANDARD_PORT = 22;

function expectedOf(ports: readonly number[], opened: readonly number[]): Record<string, string> {
  return {
    [expectationName("port")]: sorted(ports).join(" "),
    ...Object.fromEntries(opened.map((port) => [`nftables:tcp:${port}`, "accept"])),
  };
}

function stuckText(port: number, place: string): string {
  return `${place} sets Port ${port}, which a drop-in cannot take away: remove that line yourself, then try again`;
}

/** Why a port cannot be reached where one of the present ones can; null: it can. */
function closedText(port: number, present: readonly number[], scene: Scene): string | null {
  const closes = (tried: number, family: 4 | 6): boolean =>
    scene.filter?.verdict({ protocol: "tcp", port: tried, family }) === "closed";
  const families = ([4, 6] as const).filter(
    (family) => closes(port, family) && present.some((open) => !closes(open, family)),
  );
  const whose = families.length === 1 ? ` for IPv${families[0]}` : "";
  return families.length > 0 || isClosed(scene, port)
    ? `the packet filter closes port ${port}${whose}: sshd could not be reached there; open it first`
    : null;
}

/** Ports that lines of others set, with their place. */
function foreignPorts({ config }: Examination): ReadonlyMap<number, string> {
  const lines = originsOf(config, "port").winning.filter(({ file }) => file !== OWN_FILES.sshd);
  return new Map(lines.map((line) => [Number(line.args[0]), placeOf(line)]));
}

type Policy = NonNullable<ReturnType<typeof readInputRules>>;

/** castellan's own input policy; null: there is none, or it was edited by hand. */
function readPolicy(files: ConfigFiles): Policy | null {
  const text = files.isThere(OWN_FILES.inputRules) ? files.read(OWN_FILES.inputRules) : null;
  return text === null ? null : readInputRules(text);
}

/** The policy with the ports of a step; those that sshd leaves are closed. */
function policyFile(policy: Policy, ports: readonly number[], closed: readonly number[]): DraftFile {
  const tcpPorts = policy.tcpPorts.filter((port) => !closed.includes(port));
  const content = inputRules({ ...policy, tcpPorts, sshPorts: ports });
  return { path: OWN_FILES.inputRules, content };
}

/** systemd.socket(5): an empty ListenStream takes back those of the unit. The addresses stay what they were. */
function socketFile(ports: readonly number[], present: readonly Listen[]): DraftFile {
  const lines = ["ListenStream=", ...ports.flatMap((port) => streams(port, present))];
  return { path: OWN_FILES.sshSocket, content: `${header("#")}\n[Socket]\n${lines.join("\n")}\n` };
}

function streams(port: number, present: readonly Listen[]): string[] {
  const addresses = [...new Set(present.map(({ address }) => address))];
  if (addresses.length === 0 || addresses.includes("::")) return [`ListenStream=${port}`];
  const named = addresses.map((address) => (address.includes(":") ? `[${address}]` : address));
  return named.map((address) => `ListenStream=${address}:${port}`);
}

function portNotes(about: {
  added: readonly number[];
  closes: readonly number[];
  opensPolicy: boolean;
  socket: boolean;
}): string[] {
  const { added, closes, opensPolicy, socket } = about;
  const notes: string[] = [];
  if (added.length > 0 && closes.length > 0) {
    notes.push(
      `port ${closes.join(", ")} stays open until you have confirmed from a connection to port ${added[0]}: ssh -p ${added[0]} …`,
    );
  }
  if (opensPolicy && added.length > 0)
    notes.push(`castellan's input policy lets port ${added.join(", ")} in`);
  if (socket)
    notes.push("ssh.socket holds the port: its unit gets a drop-in of castellan's, and is started anew");
  return notes;
}

function numbersOf(text: string): number[] {
  return text === "" ? [] : sorted(text.split(" ").map(Number));
}

function sorted(ports: readonly number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}
