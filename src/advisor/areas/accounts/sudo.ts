import { defineCheck } from "../../check.ts";
import { octal, writersOf } from "../../facts/accounts-modes.ts";
import { sudoCommands } from "../../facts/accounts-sudo-rules.ts";
import { type Sudoers, sudoersFact, visudoFact } from "../../facts/accounts-sudoers.ts";
import type { Verdict } from "../../rating.ts";
import { critical, passed, warning, worstOf } from "../../verdict.ts";

/** ACC-07: who becomes root by sudo, and how easily. */
export const sudoRules = defineCheck({
  id: "ACC-07",
  area: "accounts",
  title: "sudo asks, and its files are root's",
  why: "NOPASSWD: ALL makes every stolen session of that account root; a wildcard in a command is often a way to a root shell; who can write a sudoers file is root.",
  remedy: "visudo -f FILE: take NOPASSWD and wildcards out; chown root:root FILE; chmod 0440 FILE",
  source: "Lynis AUTH-9250, AUTH-9252, CIS 5.2.4-5.2.5",
  gives: ["passed", "warning", "critical"],
  facts: [sudoersFact, visudoFact],
  judge(sudoers, visudo) {
    if (sudoers === null) return null;
    return worstOf(
      [...writable(sudoers), ...rules(sudoers), ...(visudo === null ? [] : broken(visudo))],
      passed(`${sudoers.files.length} files, nothing that makes root without a password`),
    );
  },
  fix(sudoers) {
    const faulty = sudoers?.files.filter(({ facts }) => facts.kind === "file" && writersOf(facts).length > 0);
    if (faulty === undefined || faulty.length === 0) return null;
    return {
      via: "change",
      draft: {
        kind: "accounts.sudoers",
        title: "Let only root write sudo's files",
        reason: "ACC-07: whoever writes to a sudoers file is root",
        modes: faulty.map(({ path }) => ({ path, mode: 0o440, uid: 0, gid: 0 })),
        services: [],
      },
    };
  },
});

function writable({ files, folders }: Sudoers): Verdict[] {
  return [...files, ...folders].flatMap(({ path, facts }) => {
    const writers = writersOf(facts);
    if (writers.length === 0) return [];
    const place = `${path} (${octal(facts.mode)}, ${facts.uid}:${facts.gid})`;
    return [critical(`${path} can be written by ${writers.join(" and ")}`, [place])];
  });
}

function broken({ ok, lines }: { ok: boolean; lines: readonly string[] }): Verdict[] {
  if (ok) return [];
  const faults = lines.filter((line) => !line.endsWith(": parsed OK"));
  return [warning("visudo -c finds a fault in sudo's files", faults)];
}

function rules({ files }: Sudoers): Verdict[] {
  return files.flatMap(({ path, lines }) =>
    lines.flatMap(({ line, text }) => {
      const weakness = weaknessOf(text);
      if (weakness === null) return [];
      return [warning(`${text.split(/\s+/, 1)[0]}: ${weakness}`, [`${path}:${line} ${text}`])];
    }),
  );
}

/** Shells, interpreters, and what starts a shell when it is asked for one (https://gtfobins.github.io, sudo). */
const LEADS_TO_SHELL =
  /^\S*\/(su|(ba|da|z|k|fi)?sh|env|python[\d.]*|perl|ruby|php[\d.]*|node|lua[\d.]*|g?awk|find|vim?|vim\.\w+|view|nano|emacs|ed|less|more|man|xargs|tee|dd|docker|nsenter|chroot|visudo|systemd-run|screen|tmux|gdb|strace)(\s*$|\s+\*)/;

function weaknessOf(text: string): string | null {
  if (/^Defaults\b/.test(text)) return /!authenticate\b/.test(text) ? "nobody is asked for a password" : null;
  if (/^(User_Alias|Host_Alias|Runas_Alias|[@#]include)/.test(text)) return null;
  const commands = sudoCommands(text);
  const free = commands.filter((command) => command.asRoot && command.free);
  if (free.some(({ text: command }) => command === "ALL")) return "becomes root without a password";
  const shell = free.find(({ text: command }) => LEADS_TO_SHELL.test(command));
  if (shell !== undefined) return `becomes root without a password, by ${shell.text}`;
  const wild = commands.find((command) => command.asRoot && /[*?[]/.test(command.text));
  return wild === undefined ? null : `a wildcard in ${wild.text}`;
}
