import type { Directive } from "./nginx-tree.ts";

/** A block with those around it: where a directive's effect is looked up. */
export interface Scope {
  readonly directive: Directive | null;
  readonly parent: Scope | null;
  readonly block: readonly Directive[];
}

export function scopeOf(directive: Directive, parent: Scope): Scope {
  return { directive, parent, block: directive.block ?? [] };
}

const INDEXES = new WeakMap<readonly Directive[], Map<string, Directive[]>>();
const NONE: readonly Directive[] = [];

/** The directives of a name in a block. Thousands of sites ask the same http block, so it is sorted by name once. */
export function named(block: readonly Directive[], name: string): readonly Directive[] {
  const index = INDEXES.get(block) ?? Map.groupBy(block, (directive) => directive.name);
  INDEXES.set(block, index);
  return index.get(name) ?? NONE;
}

/**
 * The directives of a name that count in a scope: those of the nearest block that has any. So nginx inherits simple
 * values and lists (`add_header`, `allow`) alike.
 */
export function effective(scope: Scope | null, name: string): readonly Directive[] {
  for (let at = scope; at !== null; at = at.parent) {
    const here = named(at.block, name);
    if (here.length > 0) return here;
  }
  return NONE;
}

/** The one directive that counts, or undefined. */
export function setting(scope: Scope, name: string): Directive | undefined {
  return effective(scope, name)[0];
}

/** All directives of a name at any depth below. */
export function within(block: readonly Directive[], name: string): Directive[] {
  return block.flatMap((directive) => [
    ...(directive.name === name ? [directive] : []),
    ...(directive.block === null ? [] : within(directive.block, name)),
  ]);
}

/** `/etc/nginx/nginx.conf:12: server_tokens on`, for evidence. */
export function shown(directive: Directive): string {
  const text = [directive.name, ...directive.args].join(" ");
  return `${at(directive)}: ${text.length > 120 ? `${text.slice(0, 117)}...` : text}`;
}

export function at(directive: Directive): string {
  return `${directive.file}:${directive.line}`;
}
