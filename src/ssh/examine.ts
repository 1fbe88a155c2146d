import type { DraftFile } from "../changes/change.ts";
import { readSshdConfig, type SshdConfig } from "../changes/services/sshd-config.ts";
import {
  type AskedConfig,
  type ConnectionSpec,
  canBeAsked,
  type EffectiveConfig,
  effectiveValue,
  listenAddresses,
  NOBODY_SPECIAL,
  readEffective,
} from "../changes/services/sshd-effective.ts";
import { type ConfigFiles, configFiles } from "../changes/services/sshd-files.ts";
import { withStaged } from "../changes/services/sshd-stage.ts";
import { parseAddress } from "../host/address.ts";
import { keyPaths, readKeyFiles } from "./key-files.ts";
import { type MatchSamples, matchSamples } from "./match-samples.ts";
import type { PersonFacts, Surroundings } from "./person.ts";
import { type Listen, reachOf } from "./reach.ts";
import { readRevokedKeys } from "./revoked-keys.ts";
import type { Scene, SshHost } from "./scene.ts";
import { simulate } from "./simulate.ts";
import type { SshPerson } from "./ssh.ts";
import { anyOf, everyOf, type Seen } from "./vantage.ts";

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

/** All that stays the same while people are looked at. */
interface Stage {
  readonly host: SshHost;
  readonly scene: Scene;
  readonly files: ConfigFiles;
  readonly staged: AskedConfig;
  readonly general: EffectiveConfig;
  readonly hasMatch: boolean;
  readonly samples: MatchSamples;
  readonly listens: readonly Listen[];
  readonly hostKeyTypes: readonly string[] | null;
}

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
    const samples = matchSamples(config);
    const general = await readGeneral(host, staged, samples);
    const listens = scene.socket ?? listenAddresses(general);
    const hostKeyTypes = readHostKeyTypes(files, general);
    const stage: Stage = { host, scene, files, staged, general, hasMatch, samples, listens, hostKeyTypes };
    const seen = await inBatches([...people, ...looked], (person) => look(stage, person));
    return {
      ...{ config, general, ports: portsOf(listens) },
      valuesOf: new Map(hasMatch ? seen.map(({ person, values }) => [person.login, values]) : []),
      people: seen.slice(0, people.length).map(({ person }) => person),
      others: seen.slice(people.length).map(({ person }) => person),
    };
  });
}

/** A Match LocalPort may name the one port that is listened on: the general values are those of a real one. */
async function readGeneral(
  { run }: SshHost,
  staged: AskedConfig,
  samples: MatchSamples,
): Promise<EffectiveConfig> {
  const general = await readEffective(run, staged);
  const [port] = portsOf(listenAddresses(general));
  if (!samples.namesLocalPort || port === undefined || port === 22) return general;
  return readEffective(run, staged, { ...NOBODY_SPECIAL, localPort: port });
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return done;
}

/** Whoever comes may choose the port, but not from where: every address that a Match names has to let them in. */
async function look(stage: Stage, facts: PersonFacts): Promise<Seen> {
  const { listens, samples, scene } = stage;
  const ports = portsOf(listens);
  const own = facts.isOperator ? scene.operator.connection?.localPort : undefined;
  if (!samples.namesLocalPort || ports.length < 2) return lookAt(stage, facts, listens, ports[0] ?? own);
  const chosen = own !== undefined && ports.includes(own) ? [own] : ports;
  const seen = await Promise.all(
    chosen.map((port) =>
      lookAt(
        stage,
        facts,
        listens.filter((listen) => listen.port === port),
        port,
      ),
    ),
  );
  return anyOf(seen);
}

async function lookAt(
  stage: Stage,
  facts: PersonFacts,
  listens: readonly Listen[],
  localPort = 22,
): Promise<Seen> {
  const { host, scene, staged, general, hasMatch } = stage;
  const canAsk = canBeAsked(facts.name);
  const around = surroundings(
    stage,
    listens,
    hasMatch && !canAsk ? ["sshd cannot be asked about such a name"] : [],
  );
  const seen = await Promise.all(
    connections(stage, facts, localPort).map(async (spec) => {
      const values = hasMatch && canAsk ? await readEffective(host.run, staged, spec) : general;
      const paths = keyPaths((values.get("authorizedkeysfile") ?? []).join(" "), facts);
      const keyFiles = readKeyFiles(host.root, facts, paths, host.rootUid);
      const revoked = readRevokedKeys(stage.files, effectiveValue(values, "revokedkeys"));
      return { person: simulate({ facts, keyFiles, revoked }, values, spec.address, around), values };
    }),
  );
  return everyOf(seen, scene.operator.address !== null && facts.isOperator);
}

/** The first is the usual one; the others stand for what Match blocks tell apart. */
function connections(
  { scene, samples, hasMatch }: Stage,
  facts: PersonFacts,
  localPort: number,
): ConnectionSpec[] {
  const known = facts.isOperator ? scene.operator.address : null;
  const usual = { user: facts.name, address: known ?? NOBODY_SPECIAL.address, localPort };
  // Ordinary logins may be many, and are only told of.
  if (!hasMatch || facts.becomesRoot === null) return [usual];
  const from = known === null ? samples.addresses.map((address) => ({ ...usual, address })) : [];
  return [usual, ...from, ...samples.localAddresses.map((localAddress) => ({ ...usual, localAddress }))];
}

function surroundings(
  { host, scene, general, samples, hostKeyTypes }: Stage,
  listens: readonly Listen[],
  doubts: readonly string[],
): Surroundings {
  const { pam, nologin, operator, filter } = scene;
  const byName = samples.namesHosts && effectiveValue(general, "usedns") === "yes";
  return {
    ...{ pam, nologin, hostKeyTypes },
    now: host.clock.now(),
    operatorAddress: operator.address,
    reach: {
      operator: reachOf(listens, filter, operator.address),
      others: reachOf(listens, filter, null),
    },
    doubts: [...scene.doubts, ...doubts, ...(byName ? ["Match Host names hosts, and UseDNS is on"] : [])],
  };
}

/** The types of the keys that sshd shows; null: a public half is missing. */
function readHostKeyTypes(files: ConfigFiles, general: EffectiveConfig): string[] | null {
  const types = (general.get("hostkey") ?? []).map((path) =>
    files.isThere(`${path}.pub`) ? (files.read(`${path}.pub`)?.split(" ")[0] ?? "") : "",
  );
  return types.includes("") ? null : types;
}

/** Ascending, each once. */
function portsOf(listens: readonly Listen[]): number[] {
  return [...new Set(listens.map(({ port }) => port))].sort((a, b) => a - b);
}

/** Whether the packet filter closes a port, for the operator where they come over the network. */
export function isClosed({ filter, operator }: Scene, port: number): boolean {
  const from = operator.address;
  const family = (from === null ? undefined : parseAddress(from)?.family) ?? 4;
  const packet = { protocol: "tcp", port, family, ...(from === null ? {} : { from }) } as const;
  return filter?.verdict(packet) === "closed";
}
