import { useContext, useLayoutEffect, useState } from "react";
import { LayerContext, useInputRoot } from "./context.ts";
import type { KeyHandler, PasteHandler, Scope } from "./dispatcher.ts";

/**
 * Listens for keys. Order: dialog, field, pane, global; inside a scope the newest (innermost) first; the
 * first handler that returns true has used the key up. Below a dialog nothing is asked.
 */
export function useKeys(scope: Scope, handler: KeyHandler, active = true): void {
  const { dispatcher } = useInputRoot();
  const layer = useContext(LayerContext);
  const [place] = useState(() => ({ id: Symbol(scope), order: dispatcher.nextOrder() }));
  // Without a list of dependencies on purpose: the dispatcher always holds the handler of the last render.
  useLayoutEffect(() => {
    dispatcher.addKeys(place.id, { scope, handler, active, layer, order: place.order });
  });
  useLayoutEffect(() => () => dispatcher.remove(place.id), [dispatcher, place]);
}

/** Takes pasted text while `active`: only the focused field does. Elsewhere a paste is dropped. */
export function usePasteTarget(handler: PasteHandler, active = true): void {
  const { dispatcher } = useInputRoot();
  const layer = useContext(LayerContext);
  const [place] = useState(() => ({ id: Symbol("paste"), order: dispatcher.nextOrder() }));
  useLayoutEffect(() => {
    dispatcher.addPaste(place.id, { handler, active, layer, order: place.order });
  });
  useLayoutEffect(() => () => dispatcher.remove(place.id), [dispatcher, place]);
}

/** A key handler from a table of key names: `bindKeys({ j: down, down: down, "ctrl+d": halfDown })`. */
export function bindKeys(table: Readonly<Record<string, () => void>>): KeyHandler {
  return (key) => {
    if (!Object.hasOwn(table, key.name)) return false;
    table[key.name]?.();
    return true;
  };
}
