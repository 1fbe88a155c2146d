import { join } from "node:path";
import type { ChangeDraft } from "../../../src/changes/change.ts";
import type { Changes } from "../../../src/changes/changes.ts";
import { openChanges } from "../../../src/changes/open.ts";
import { inputPolicyDraft } from "../../../src/changes/own/input-policy.ts";
import { nginxDraft } from "../../../src/changes/own/nginx.ts";
import { openServices } from "../../../src/changes/services/open.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { runCommand } from "../../../src/host/command.ts";
import { systemRandom } from "../../../src/host/random.ts";
import { recordingLedger } from "../rows.ts";

export const STATE = "/run/castellan-state";
export const CHILD = join(import.meta.dirname, "killed-child.ts");

const ABOUT = { title: "a test", reason: "to see" };
const policy = (...tcpPorts: number[]): ChangeDraft =>
  inputPolicyDraft({ tcpPorts, udpPorts: [], sshPorts: [22], logDrops: false, bootUnit: false }, ABOUT);
const tokens = (value: string): ChangeDraft => ({
  ...nginxDraft(null, { server_tokens: value }, ABOUT),
  confirmSeconds: 600,
});

export type Killed = "nftables" | "nginx";

/** What is in place before, and what a change makes of it. */
export const KILLED_DRAFTS: Readonly<
  Record<Killed, { readonly old: ChangeDraft; readonly new: ChangeDraft }>
> = {
  nftables: { old: policy(8080), new: policy(8080, 9090) },
  nginx: { old: tokens("on"), new: tokens("off") },
};

/** castellan on this very machine, with its real services, telling its operations. */
export function openHere(onStep: (name: string) => void): Changes {
  return openChanges({
    ...{ state: STATE, root: "/", clock: systemClock, random: systemRandom, run: runCommand },
    ...{ isRoot: true, readOnly: false, administrators: () => [], onStep },
    ledger: recordingLedger([]),
    program: ["/bin/true"],
    services: openServices({ root: "/", run: runCommand, clock: systemClock }),
  });
}
