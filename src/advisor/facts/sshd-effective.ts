import type { SshdConfig } from "../../changes/services/sshd-config.ts";
import { SSHD_CONFIG } from "../../changes/services/sshd-config.ts";
import {
  type AskedConfig,
  canBeAsked,
  type EffectiveConfig,
  NOBODY_SPECIAL,
  readEffective,
  type SyntaxVerdict,
  testSyntax,
} from "../../changes/services/sshd-effective.ts";
import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact, type Known } from "../fact.ts";
import { attempt } from "./attempt.ts";
import { adminsFact } from "./sshd-admins.ts";
import { sshdConfigFact, sshdThereFact } from "./sshd-files.ts";

/** What sshd's settings are for somebody, by its own word. */
export interface SshdView {
  /** null: in general, for whom no Match block names. */
  readonly login: string | null;
  readonly values: EffectiveConfig;
}

/** sshd's settings: in general first, then for each admin whom a Match block may give others. */
export interface SshdSettings {
  readonly views: readonly [SshdView, ...SshdView[]];
  readonly config: SshdConfig;
  /** Admins that could not be asked about: too many, or a name that `-C` cannot hold. */
  readonly unasked: readonly string[];
}

export const HOST_CONFIG: AskedConfig = { main: SSHD_CONFIG, hostKey: null, named: (text) => text };
/** Each is a process of about 15 ms. */
const MOST_ADMINS = 32;

/** `sshd -T`; null: no OpenSSH server here. */
export const sshdSettingsFact = defineFact("sshd -T", async (host): Promise<SshdSettings | null> => {
  const config = await host.fact(sshdConfigFact);
  if (config === null) return null;
  const general = { login: null, values: await readEffective(host.run, HOST_CONFIG, NOBODY_SPECIAL) };
  if (!general.values.has("permitrootlogin")) {
    throw new CastellanError("command_failed", "sshd -T said nothing that is understood");
  }
  if (!hasConditions(config)) return { views: [general], config, unasked: [] };
  const admins = (await host.fact(adminsFact)).map(({ name }) => name);
  const asked = admins.filter(canBeAsked).slice(0, MOST_ADMINS);
  const views = await Promise.all(asked.map((login) => viewOf(host, login)));
  return { views: [general, ...views], config, unasked: admins.filter((name) => !asked.includes(name)) };
});

/** Asks sshd what holds for somebody who comes from anywhere. */
export async function viewOf(host: AdvisedHost, login: string): Promise<SshdView> {
  return {
    login,
    values: await readEffective(host.run, HOST_CONFIG, { ...NOBODY_SPECIAL, user: login }),
  };
}

/** Whether some lines count only for some. */
export function hasConditions({ lines, faults }: SshdConfig): boolean {
  return faults.length > 0 || lines.some(({ scope }) => scope === "match");
}

/**
 * `sshd -t`: whether the configuration stands; null: no OpenSSH server here. That it could not be asked is an answer of
 * this fact, so that what is known besides is still judged.
 */
export const sshdSyntaxFact = defineFact("sshd -t", async (host): Promise<Known<SyntaxVerdict> | null> => {
  if (!(await host.fact(sshdThereFact))) return null;
  return await attempt(() => testSyntax(host.run, HOST_CONFIG));
});
