import type { DraftMode } from "../../../changes/change.ts";
import { defineCheck, type Fix } from "../../check.ts";
import type { FileFacts } from "../../fact.ts";
import { octal, permissions, writersOf } from "../../facts/accounts-modes.ts";
import { hostKeysFact } from "../../facts/ssh-host-keys.ts";
import { sshdFilesFact } from "../../facts/sshd-modes.ts";
import type { Verdict } from "../../rating.ts";
import { critical, passed, warning, worstOf } from "../../verdict.ts";

/** SSH-23: by which the host proves itself. */
export const hostKeys = defineCheck({
  id: "SSH-23",
  area: "ssh",
  title: "Host keys are strong",
  why: "Whoever computes a short host key stands between you and this host, unseen by every client that knows it.",
  remedy:
    "ssh-keygen -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key; ssh-keygen -t rsa -b 4096 -N '' -f /etc/ssh/ssh_host_rsa_key; systemctl reload ssh; tell the clients the new fingerprints before",
  source: "Mozilla, ssh-audit",
  gives: ["passed", "warning", "critical"],
  facts: [hostKeysFact],
  judge(keys) {
    if (keys === null) return null;
    const lines = keys.map(({ path, type, bits }) => `ssh-keygen -l -f ${path}: ${type} ${bits}`);
    const rated = keys.flatMap(({ path, type, bits }, index): Verdict[] => {
      const evidence = [lines[index] ?? path];
      if (type === "DSA") return [critical(`${path} is a DSA key`, evidence)];
      if (type !== "RSA" || bits >= 3072) return [];
      const summary = `${path} is RSA with ${bits} bits`;
      return [bits < 2048 ? critical(summary, evidence) : warning(summary, evidence)];
    });
    const modern = keys.some(({ type }) => type === "ED25519");
    const missing = modern ? [] : [warning("there is no Ed25519 host key", lines)];
    return worstOf(
      [...rated, ...missing],
      passed(keys.map(({ type, bits }) => `${type} ${bits}`).join(", "), lines),
    );
  },
});

/** SSH-24: who may read them. */
export const hostKeyModes = defineCheck({
  id: "SSH-24",
  area: "ssh",
  title: "Host keys are secret",
  why: "Whoever can read a private host key poses as this host, and reads what its people type.",
  remedy:
    "chown root:root /etc/ssh/ssh_host_*_key; chmod 0600 /etc/ssh/ssh_host_*_key (then make new ones: the old may be known)",
  source: "CIS 5.1.2, 5.1.3",
  gives: ["passed", "critical"],
  facts: [hostKeysFact],
  judge(keys) {
    if (keys === null) return null;
    const open = keys.filter(({ facts }) => isOpen(facts));
    if (open.length === 0) return passed(`${keys.length} host keys, readable by root alone`);
    return critical(
      `${open[0]?.path} is open to others than root`,
      open.map(({ path, facts }) => `${path} (${octal(facts.mode)}, ${facts.uid}:${facts.gid})`),
    );
  },
  fix: (keys) =>
    modesFix(
      "ssh.host_key_modes",
      "Let only root read the host keys",
      "SSH-24",
      (keys ?? [])
        .filter(({ facts }) => facts.kind === "file" && isOpen(facts))
        .map(({ path }) => ({ path, mode: 0o600, uid: 0, gid: 0 })),
    ),
});

/** Red Hat's group `ssh_keys` is not looked at: sshd itself refuses keys that a group can read when root owns them. */
function isOpen({ mode, uid }: FileFacts): boolean {
  return uid !== 0 || (mode & 0o077) !== 0;
}

/** SSH-25: who may write the configuration. */
export const configModes = defineCheck({
  id: "SSH-25",
  area: "ssh",
  title: "Only root writes sshd's configuration",
  why: "One line in any of these files (AuthorizedKeysCommand, PermitRootLogin) is a root login for whoever can write it.",
  remedy: "chown root:root FILE; chmod go-w FILE",
  source: "CIS 5.1.1",
  gives: ["passed", "critical"],
  facts: [sshdFilesFact],
  judge(files) {
    if (files === null) return null;
    const faults = files.flatMap(({ path, facts }) =>
      writersOf(facts).map((who) => ({
        summary: `${path} can be written by ${who}`,
        evidence: `${path} (${octal(facts.mode)}, ${facts.uid}:${facts.gid})`,
      })),
    );
    const [first] = faults;
    if (first === undefined) return passed(`${files.length} files and folders, all root's own`);
    return critical(
      first.summary,
      faults.map(({ evidence }) => evidence),
    );
  },
  fix: (files) =>
    modesFix(
      "ssh.config_modes",
      "Let only root write sshd's configuration",
      "SSH-25",
      (files ?? [])
        .filter(({ facts }) => facts.kind === "file" && writersOf(facts).length > 0)
        .map(({ path, facts }) => ({ path, mode: permissions(facts) & 0o644, uid: 0, gid: 0 })),
    ),
});

function modesFix(kind: string, title: string, check: string, modes: readonly DraftMode[]): Fix | null {
  if (modes.length === 0) return null;
  const reason = `${check}: others than root have access`;
  return { via: "change", draft: { kind, title, reason, modes, services: ["sshd"] } };
}
