import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Polling looks for what inotify missed: a network file system, no watches left, a folder put in place anew. */
const POLL_MS = 250;
/** How long until a watch that broke or could not be set is tried again. */
const REARM_MS = 10_000;

/** Calls back when one of some files may have changed. */
export interface FileWake {
  onWake(callback: () => void): void;
  /** Calls back soon without waiting for a change: there is more to do. */
  soon(): void;
  /** Watches these paths' folders from now on. */
  watchPaths(paths: readonly string[]): void;
  close(): void;
}

/**
 * Wakes by inotify on the folders of the watched paths (which tells of writes, renames and new files alike) and every
 * 250 ms in any case. Several changes in one turn of the event loop wake once.
 */
export function openFileWake(): FileWake {
  const callbacks: (() => void)[] = [];
  const watched = new Map<string, { readonly watcher: FSWatcher | null; readonly since: number }>();
  let scheduled: NodeJS.Immediate | null = null;

  const soon = () => {
    scheduled ??= setImmediate(() => {
      scheduled = null;
      for (const callback of callbacks) callback();
    });
  };
  const poll = setInterval(soon, POLL_MS);

  return {
    onWake: (callback) => callbacks.push(callback),
    soon,
    watchPaths(paths) {
      for (const path of paths) {
        const before = watched.get(path);
        const broken = before === undefined || before.watcher === null;
        if (!broken || performance.now() - (before?.since ?? -REARM_MS) < REARM_MS) continue;
        const drop = () => watched.set(path, { watcher: null, since: performance.now() });
        watched.set(path, { watcher: tryWatch(path, soon, drop), since: performance.now() });
      }
    },
    close() {
      clearInterval(poll);
      if (scheduled !== null) clearImmediate(scheduled);
      for (const { watcher } of watched.values()) watcher?.close();
      callbacks.length = 0;
    },
  };
}

function tryWatch(path: string, onChange: () => void, onBroken: () => void): FSWatcher | null {
  const name = basename(path).split(".")[0] ?? "";
  try {
    const watcher = watch(dirname(path), (_event, changed) => {
      if (changed === null || changed.startsWith(name)) onChange();
    });
    watcher.on("error", () => {
      watcher.close();
      onBroken();
    });
    return watcher;
  } catch {
    return null;
  }
}
