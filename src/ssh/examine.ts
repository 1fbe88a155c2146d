import type { DraftFile } from "../changes/change.ts";
import { readSshdConfig, type SshdConfig } from "../changes/services/sshd-config.ts";
import {
  type AskedConfig,
  canBeAsked,
  type EffectiveConfig,
  listenPorts,
  NOBODY_SPECIAL,
  readEffective,
} from "../changes/services/sshd-effective.ts";
import { configFiles } from "../changes/services/sshd-files.ts";
import { withStaged } from "../changes/services/sshd-stage.ts";
import { parseAddress } from "../host/address.ts";
import { keyPaths, readKeyFiles } from "./key-files.ts";
import type { PersonFacts, Surroundings } from "./person.ts";
import type { Scene, SshHost } from "./scene.ts";
import { simulate } from "./simulate.ts";
import type { SshPerson } from "./ssh.ts";

/** What a configuration means for people. */
export interface Examination {
  readonly config: SshdConfig;
  /** For a user and an address that no Match names. */
  readonly general: EffectiveConfig;
  /** By login, where Match blocks may give other values. */
  readonly valuesOf: ReadonlyMap<string, EffectiveConfig>;
  readonly people: readonly SshPerson[];
  /** Ordinary logins; only looked at as far as asking sshd about each takes no long time. */
  readonly others: readonly SshPerson[];
  readonly ports: readonly number[];
}

/** With Match blocks sshd is asked about each login by itself, some 10 ms each. */
const MOST_OTHERS = 40;
const AT_ONCE = 4;

/**
 * Asks sshd about its configuration with the files of a draft in place, in general and for each person, and simulates
 * their sign-in.
 * @throws CastellanError `command_missing`, `command_failed` (its message is sshd's), `needs_root`
 */
export async function examine(
  host: SshHost,
  scene: Scene,
  draft: readonly DraftFile[] = [],
): Promise<Examination> {
  const files = configFiles(host.root, draft);
  const config = readSshdConfig(files);
  const { people, others } = scene.logins;
  const hasMatch = config.lines.some(({ scope }) => scope === "match");
  const looked = hasMatch ? others.slice(0, MOST_OTHERS) : others;
  return withStaged({ files, run: host.run, root: host.root }, async (staged) => {
    const general = await readEffective(host.run, staged);
    const asked = hasMatch ? [...people, ...looked] : [];
    const valuesOf = await askAbout(host, scene, staged, asked);
    const ports = scene.socketPorts ?? listenPorts(general);
    const around = surroundings(host, scene, ports);
    const seen = (person: PersonFacts): SshPerson => {
      const values = valuesOf.get(person.name) ?? general;
      const paths = keyPaths((values.get("authorizedkeysfile") ?? []).join(" "), person);
      const keyFiles = readKeyFiles(host.root, person, paths, host.rootUid);
      return simulate({ facts: person, keyFiles }, values, around);
    };
    return { config, general, valuesOf, people: people.map(seen), others: looked.map(seen), ports };
  });
}

async function askAbout(
  { run }: SshHost,
  { operator }: Scene,
  staged: AskedConfig,
  people: readonly PersonFacts[],
): Promise<Map<string, EffectiveConfig>> {
  const found = new Map<string, EffectiveConfig>();
  const askable = people.filter(({ name }) => canBeAsked(name));
  for (let at = 0; at < askable.length; at += AT_ONCE) {
    const batch = askable.slice(at, at + AT_ONCE).map(async ({ name, isOperator }) => {
      const address = (isOperator ? operator.address : null) ?? NOBODY_SPECIAL.address;
      found.set(name, await readEffective(run, staged, { user: name, address }));
    });
    await Promise.all(batch);
  }
  return found;
}

function surroundings({ clock }: SshHost, scene: Scene, ports: readonly number[]): Surroundings {
  const { pam, nologin, operator } = scene;
  return {
    now: clock.now(),
    operatorAddress: operator.address,
    pam,
    nologin,
    ports,
    closedPorts: ports.filter((port) => isClosed(scene, port)),
  };
}

/** Whether the packet filter closes a port, for the operator where they come over the network. */
export function isClosed({ filter, operator }: Scene, port: number): boolean {
  const from = operator.address;
  const family = (from === null ? undefined : parseAddress(from)?.family) ?? 4;
  const packet = { protocol: "tcp", port, family, ...(from === null ? {} : { from }) } as const;
  return filter?.verdict(packet) === "closed";
}
