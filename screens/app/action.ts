/** What an action needs before it can run. */
export type Need = "write" | "root";

/** Where an action works: everywhere, or on one screen. */
export type ActionScope = "global" | ScreenId;

/** The screens, in the order of their number keys; `changes` has none and is reached by `!`, `fail2ban` by `F`. */
export const SCREEN_IDS = [
  "overview",
  "live",
  "users",
  "advisor",
  "audit",
  "ssh",
  "policies",
  "changes",
  "fail2ban",
] as const;
export type ScreenId = (typeof SCREEN_IDS)[number];

/** A thing that an admin can do, as data: the keymap, the hints, `?`, `:` and docs/keys.md are made from it. */
export interface ActionSpec {
  /** Stable, such as `live.ban`. */
  readonly id: string;
  /** One or two words for the hint line, such as `ban`. */
  readonly title: string;
  /** A sentence for help and palette. */
  readonly about: string;
  /** Key names, the first one is shown. */
  readonly keys: readonly string[];
  readonly scope: ActionScope;
  /** It takes something away or shuts somebody out: it asks first, with Cancel focused. */
  readonly danger?: boolean;
  readonly needs?: readonly Need[];
  /** Not in the hint line: everybody knows the key. */
  readonly quiet?: boolean;
  /** The global action that this is on its screen: it takes over its key, and its place in help and palette. */
  readonly refines?: string;
  /** Further words by which the palette finds it. */
  readonly aliases?: readonly string[];
}

/** An action at work: bound to the present screen and its selection. */
export interface Action extends ActionSpec {
  /** Why it cannot run now; undefined when it can. */
  readonly disabled?: string | undefined;
  readonly run: () => void | Promise<void>;
  /** The command line that does the same, shown by `?`. */
  readonly command?: string;
}

/** Binds a spec to what it does now. */
export function bind(
  spec: ActionSpec,
  run: () => void | Promise<void>,
  more: { readonly disabled?: string | false | undefined; readonly command?: string } = {},
): Action {
  const { disabled, command } = more;
  return {
    ...spec,
    run,
    ...(disabled ? { disabled } : {}),
    ...(command === undefined ? {} : { command }),
  };
}

/** The same action with a hint: where the way back is not seen, it is told. */
export function told(action: Action): Action {
  return { ...action, quiet: false };
}

/** Why a need is not met, or undefined. */
export function unmetNeed(
  needs: readonly Need[] | undefined,
  { readOnly, isRoot }: { readonly readOnly: boolean; readonly isRoot: boolean },
): string | undefined {
  if (needs?.includes("write") && readOnly) return "castellan runs with --read-only";
  if (needs?.includes("root") && !isRoot) return "only root may do this";
  return undefined;
}
