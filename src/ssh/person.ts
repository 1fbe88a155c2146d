import type { KeyFile, KeyOwner } from "./key-files.ts";
import type { Obstacles } from "./obstacles.ts";
import type { PamStack } from "./pam.ts";
import type { RevokedKeys } from "./revoked-keys.ts";
import type { ShadowFacts } from "./shadow.ts";
import type { SshPerson } from "./ssh.ts";

/** What the host knows of a login, apart from sshd's configuration. */
export interface PersonFacts extends KeyOwner {
  readonly shell: string;
  readonly groups: readonly string[];
  /** null: an ordinary login. */
  readonly becomesRoot: SshPerson["becomesRoot"] | null;
  /** null: /etc/shadow does not know it, or could not be read. */
  readonly shadow: ShadowFacts | null;
  /** Why there is no working shell; null: there is one. */
  readonly shellProblem: string | null;
  /** Why it cannot be known whether the shell lets somebody work; null: it does. */
  readonly shellDoubt: string | null;
  /** The shell stands in shells(5). */
  readonly isShellListed: boolean;
  /** pam_faillock has failures on record. */
  readonly hasFailures: boolean;
  readonly isOperator: boolean;
}

/** What surrounds a sign-in besides the person and sshd's values. */
export interface Surroundings {
  /** Epoch milliseconds. */
  readonly now: number;
  /** From where the operator comes, canonical; null: from no other host. */
  readonly operatorAddress: string | null;
  readonly pam: PamStack;
  /** /etc/nologin is there. */
  readonly nologin: boolean;
  /** What stands between the network and sshd. */
  readonly reach: { readonly operator: Obstacles; readonly others: Obstacles };
  /** null: they are not known. */
  readonly hostKeyTypes: readonly string[] | null;
  /** What may decide besides, and is not followed. */
  readonly doubts: readonly string[];
}

/** A person with the key files that the configuration in question names. */
export interface PersonWithKeys {
  readonly facts: PersonFacts;
  readonly keyFiles: readonly KeyFile[];
  readonly revoked: RevokedKeys;
}
