import type { ChangePlan } from "../changes/change.ts";

/** fail2ban as it stands on this host: what each jail watches, counts, bans, and which line of its files says so. */
export interface Fail2ban {
  /** Asks the server and reads its files. Changes nothing. */
  read(): Promise<Fail2banState>;
  /**
   * What it would mean to set keys of a jail (`DEFAULT`: of all that say nothing else) in castellan's own jail file,
   * checked by fail2ban itself on a staged copy. Carried out by `Changes.apply`.
   * @throws CastellanError `invalid_input` (unknown key, value, or jail)
   */
  plan(jail: string, settings: WantedSettings): Promise<ChangePlan>;
}

/** Keys of jail.conf(5) and their values, as they are to stand in the file. */
export type WantedSettings = Readonly<Record<string, string>>;

export type Fail2banState =
  | { readonly kind: "absent" }
  /** Installed; its server does not run. */
  | { readonly kind: "stopped"; readonly off: readonly IdleJail[] }
  | {
      readonly kind: "running";
      /** `1.0.2`. */
      readonly version: string;
      readonly jails: readonly Jail[];
      readonly off: readonly IdleJail[];
    };

/** A jail that the files know and that does not run. */
export interface IdleJail {
  readonly name: string;
  /** The files switch it on: it should run. */
  readonly wanted: boolean;
}

/** A jail that runs. */
export interface Jail {
  readonly name: string;
  /** Files, or which entries of the journal: `_SYSTEMD_UNIT=sshd.service + _COMM=sshd`. */
  readonly reads: { readonly files: readonly string[]; readonly journal: string | null };
  /** Addresses with failures within its window. */
  readonly failing: number;
  /** Failures since the server began. */
  readonly failures: number;
  /** Bans since the server began. */
  readonly banned: number;
  readonly bans: readonly Ban[];
  readonly maxRetry: number;
  /** Seconds. */
  readonly findSeconds: number;
  /** Seconds; -1: for ever. */
  readonly banSeconds: number;
  /** Longer for whom it bans again. */
  readonly grows: boolean;
  /** As fail2ban prints them. */
  readonly ignored: readonly string[];
  /** How it bans: `nftables-multiport`. */
  readonly actions: readonly string[];
  /** By key (`values.ts`): the line that counts; left out: none says it, or none that could be read. */
  readonly origins: Readonly<Record<string, JailOrigin>>;
}

/** An address that is out. */
export interface Ban {
  readonly address: string;
  /** Epoch ms; null: `forEver`, or not told (before fail2ban 0.11). */
  readonly until: number | null;
  readonly forEver: boolean;
}

/** Where a value comes from. */
export interface JailOrigin {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** As it stands there: `10m`, `%(sshd_log)s`. */
  readonly value: string;
  /** It stands under `[DEFAULT]`. */
  readonly general: boolean;
}
