import type { Key, Paste } from "../../src/terminal/keys.ts";

/** Where a handler stands: a dialog shuts off all below it, a field comes before its pane, global last. */
export type Scope = "dialog" | "field" | "pane" | "global";

/** Returns true when it has used the key up. */
export type KeyHandler = (key: Key) => boolean;

/** Takes pasted text. */
export type PasteHandler = (paste: Paste) => void;

/** One place that wants input. Higher `order` is newer or further inside, and is asked first. */
export interface Listener {
  readonly order: number;
  /** the dialog layer that it stands in; 0 is the screen itself */
  readonly layer: number;
  readonly active: boolean;
}

/** A listener for keys. */
export interface KeyListener extends Listener {
  readonly scope: Scope;
  readonly handler: KeyHandler;
}

/** A listener for pastes: a focused field. */
export interface PasteListener extends Listener {
  readonly handler: PasteHandler;
}

/** Routes keys and pastes. Knows no React. */
export interface Dispatcher {
  /** a number above all earlier ones, for `order` and `layer` */
  nextOrder(): number;
  addKeys(id: symbol, listener: KeyListener): void;
  addPaste(id: symbol, listener: PasteListener): void;
  remove(id: symbol): void;
  /** the layer that is mounted; the newest one shuts off all below it */
  openLayer(layer: number): () => void;
  /** offers the key to dialog, field, pane and global in this order; true when one has used it up */
  key(key: Key): boolean;
  /** gives the paste to the focused field; false when there is none */
  paste(paste: Paste): boolean;
}

const SCREEN_ORDER: Readonly<Record<Scope, number>> = { dialog: 0, field: 1, pane: 2, global: 3 };
/** Inside a dialog its own field comes before its buttons. */
const LAYER_ORDER: Readonly<Record<Scope, number>> = { field: 0, pane: 1, dialog: 2, global: 3 };

const newestFirst = (a: Listener, b: Listener): number => b.order - a.order;

/** Who is asked about a key, in this order. */
function askedFor(listeners: Iterable<KeyListener>, layer: number): KeyListener[] {
  const here = [...listeners].filter((listener) => listener.active && listener.layer === layer);
  const order = layer === 0 ? SCREEN_ORDER : LAYER_ORDER;
  const modal = layer === 0 && here.some((listener) => listener.scope === "dialog");
  return here
    .filter((listener) => !modal || listener.scope === "dialog")
    .sort((a, b) => order[a.scope] - order[b.scope] || newestFirst(a, b));
}

/** Makes a dispatcher. */
export function createDispatcher(): Dispatcher {
  const keys = new Map<symbol, KeyListener>();
  const pastes = new Map<symbol, PasteListener>();
  const layers = new Set<number>();
  let order = 0;
  const top = (): number => Math.max(0, ...layers);
  return {
    nextOrder: () => ++order,
    addKeys: (id, listener) => keys.set(id, listener),
    addPaste: (id, listener) => pastes.set(id, listener),
    remove: (id) => {
      keys.delete(id);
      pastes.delete(id);
    },
    openLayer: (layer) => {
      layers.add(layer);
      return () => layers.delete(layer);
    },
    key: (key) => askedFor(keys.values(), top()).some((listener) => listener.handler(key)),
    paste: (paste) => {
      const layer = top();
      const here = [...pastes.values()].filter((listener) => listener.active && listener.layer === layer);
      const target = here.sort(newestFirst)[0];
      target?.handler(paste);
      return target !== undefined;
    },
  };
}
