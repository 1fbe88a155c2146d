import { CastellanError } from "../errors.ts";
import type { Changes } from "./changes.ts";
import type { ChangesParts } from "./parts.ts";

/** Opens the one way in which castellan writes to the system. Reads and writes nothing yet. */
export function openChanges(parts: ChangesParts): Changes {
  const unready = async (): Promise<never> => {
    throw new CastellanError("change_refused", `nothing can be changed below ${parts.root} yet`);
  };
  return {
    plan: unready,
    apply: unready,
    confirm: unready,
    rollBack: unready,
    planUndo: unready,
    list: async () => [],
    get: unready,
    waiting: async () => null,
    freshLogin: () => null,
    drift: async () => [],
    keep: unready,
    settle: async () => [],
  };
}
