/** A command that a rule of sudoers(5) allows. */
export interface SudoCommand {
  /** `ALL`, a path with arguments, an alias. */
  readonly text: string;
  /** NOPASSWD. */
  readonly free: boolean;
  readonly asRoot: boolean;
}

/** What a rule lets somebody run, and whether without a password; tags hold until another one says otherwise. */
export function sudoCommands(rule: string): SudoCommand[] {
  let free = false;
  let asRoot = true;
  return rule
    .slice(rule.indexOf("=") + 1)
    .split(/(?<!\\),(?![^(]*\))/)
    .map((part) => {
      const runAs = /^\s*\(([^):]*)(?::[^)]*)?\)/.exec(part);
      if (runAs !== null) asRoot = /\b(ALL|root)\b|#0\b|^\s*$/.test(runAs[1] ?? "");
      const rest = part.slice(runAs?.[0].length ?? 0);
      const tags = /^(?:\s*[A-Z_]+\s*:)*/.exec(rest)?.[0] ?? "";
      if (/\bNOPASSWD\b/.test(tags)) free = true;
      else if (/\bPASSWD\b/.test(tags)) free = false;
      return { text: rest.slice(tags.length).trim(), free, asRoot };
    });
}
