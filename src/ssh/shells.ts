import { statSync } from "node:fs";
import { basename, join } from "node:path";

/** What a login's shell is good for. */
export interface ShellFacts {
  /** Why sshd would refuse it (allowed_user of auth.c), or why it lets nobody work; null: it does. */
  readonly shellProblem: string | null;
  /** Why it cannot be known whether it lets somebody work; null: it does. */
  readonly shellDoubt: string | null;
  /** It stands in shells(5). */
  readonly isShellListed: boolean;
}

const KNOWN = /^(r?bash|sh|dash|ash|zsh|ksh|mksh|csh|tcsh|fish|busybox|tmux|screen|nu|elvish|xonsh|pwsh)$/;
const IDLE = /^(nologin|false|true|sync|halt|shutdown|git-shell|scponly|rssh)$/;

/** @param listed the text of shells(5) */
export function shellFacts(root: string, shell: string, listed: string): ShellFacts {
  const path = shell === "" ? "/bin/sh" : shell;
  const isShellListed = listed.split("\n").some((line) => line.trim() === path);
  const isShell = isShellListed || KNOWN.test(basename(path));
  return {
    shellProblem: shellProblem(root, path),
    shellDoubt: isShell ? null : `the shell ${path} may let nobody work`,
    isShellListed,
  };
}

function shellProblem(root: string, path: string): string | null {
  if (IDLE.test(basename(path))) return `the shell ${path} lets nobody work`;
  try {
    const facts = statSync(join(root, path));
    return facts.isFile() && (facts.mode & 0o111) !== 0 ? null : `the shell ${path} is no program`;
  } catch {
    return `the shell ${path} is not there`;
  }
}
