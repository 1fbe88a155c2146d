import type { KeyFile, KeyOwner } from "./key-files.ts";
import type { PamStack } from "./pam.ts";
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
  /** Ports that sshd, or systemd for it, listens on. */
  readonly ports: readonly number[];
  /** Those of them that the packet filter closes. */
  readonly closedPorts: readonly number[];
}

/** A person with the key files that the configuration in question names. */
export interface PersonWithKeys {
  readonly facts: PersonFacts;
  readonly keyFiles: readonly KeyFile[];
}
