/** Calls back soon, and once for many reasons that come in one turn of the event loop. */
export interface Wake {
  onWake(callback: () => void): void;
  soon(): void;
  /** No more calls from now on. */
  close(): void;
}

export function createWake(): Wake {
  const callbacks: (() => void)[] = [];
  let scheduled: NodeJS.Immediate | null = null;
  return {
    onWake: (callback) => callbacks.push(callback),
    soon() {
      scheduled ??= setImmediate(() => {
        scheduled = null;
        for (const callback of callbacks) callback();
      });
    },
    close() {
      if (scheduled !== null) clearImmediate(scheduled);
      callbacks.length = 0;
    },
  };
}
