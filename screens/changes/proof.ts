import type { ChangeRecord } from "../../src/changes/change.ts";
import type { SshConnection } from "../../src/host/ssh-connection.ts";
import type { SshOperator } from "../../src/ssh/ssh.ts";
import { commandLine, shellWord } from "../forms/shellWord.ts";

/** On what a confirmation would rest: a new login, the connection one sits on, or nobody's proof at all. */
export type Proof = "fresh login" | "other connection" | "console" | "none";

/** What stands for it that people still get in, after this change. */
export function proofOf(
  record: ChangeRecord,
  operator: SshOperator,
  fresh: { readonly login: string } | null,
): Proof {
  if (fresh !== null) return "fresh login";
  if (operator.connection === null) return "console";
  return sameConnection(operator.connection, record.connection) ? "none" : "other connection";
}

/** The same sshd process, begun at the same moment. */
function sameConnection(one: SshConnection, other: SshConnection | null): boolean {
  return other !== null && one.pid === other.pid && one.startTicks === other.startTicks;
}

/** The command that opens the second connection, over the port that is to be proven. */
export function secondConnection(record: ChangeRecord, operator: SshOperator, hostName: string): string {
  const port = record.draft.followUp?.connectionPort ?? record.connection?.localPort ?? 22;
  const login = operator.osLogin ?? record.actor.name;
  return [
    "ssh",
    ...(port === 22 ? [] : ["-p", String(port)]),
    `${shellWord(login)}@${shellWord(hostName)}`,
  ].join(" ");
}

/** `castellan change confirm 7`. */
export function changeCommand(verb: string, record: { readonly id: number } | undefined): string {
  return commandLine("change", verb, String(record?.id ?? "ID"));
}
