import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { createWake, type Wake } from "./wake.ts";

/** Polling finds what inotify misses: a network file system, no watches left, a folder put in place anew. */
const POLL_MS = 250;
/** How often the watches themselves are looked at: broken ones, and those on a folder that was replaced. */
const REARM_MS = 10_000;

/** Calls back when one of some files may have changed. */
export interface FileWake extends Omit<Wake, "soon"> {
  /** Also looks at this path's folder from now on. */
  watchPath(path: string): void;
}

/**
 * Wakes by inotify on the folders of the watched paths (which tells of writes, renames and new files alike), and
 * every 250 ms in any case.
 */
export function openFileWake(): FileWake {
  const wake = createWake();
  const folders = new Map<string, FolderWatch>();
  const timers = [
    setInterval(wake.soon, POLL_MS),
    setInterval(() => {
      for (const folder of folders.values()) void folder.renew();
    }, REARM_MS),
  ];
  return {
    onWake: wake.onWake,
    watchPath(path) {
      const folder = dirname(path);
      const known = folders.get(folder) ?? new FolderWatch(folder, wake.soon);
      folders.set(folder, known);
      known.add(basename(path));
    },
    close() {
      for (const timer of timers) clearInterval(timer);
      for (const folder of folders.values()) folder.close();
      wake.close();
    },
  };
}

/** A watch on one folder, for files whose names begin like a log's (its older ones do too). */
class FolderWatch {
  readonly #folder: string;
  readonly #onChange: () => void;
  readonly #stems = new Set<string>();
  #watcher: FSWatcher | null = null;
  #ino: number | null = null;
  #closed = false;

  constructor(folder: string, onChange: () => void) {
    this.#folder = folder;
    this.#onChange = onChange;
    this.#arm();
    void this.renew();
  }

  add(name: string): void {
    this.#stems.add(name.split(".")[0] ?? "");
  }

  /** Sets the watch again when it is broken or when another folder stands there now. */
  async renew(): Promise<void> {
    const ino = await stat(this.#folder).then(
      (stats) => stats.ino,
      () => null,
    );
    const replaced = this.#ino !== null && ino !== this.#ino;
    this.#ino = ino;
    if (this.#closed || (this.#watcher !== null && !replaced)) return;
    this.#disarm();
    this.#arm();
  }

  close(): void {
    this.#closed = true;
    this.#disarm();
  }

  #arm(): void {
    try {
      this.#watcher = watch(this.#folder, (_event, name) => {
        if (name === null || this.#concerns(name)) this.#onChange();
      });
      this.#watcher.on("error", () => this.#disarm());
    } catch {
      // No such folder yet, or no inotify watches left: polling serves until the next try.
      this.#watcher = null;
    }
  }

  #disarm(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #concerns(name: string): boolean {
    for (const stem of this.#stems) if (name.startsWith(stem)) return true;
    return false;
  }
}
