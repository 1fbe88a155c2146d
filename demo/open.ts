import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openScreens } from "../screens/open.tsx";
import { createAttack } from "./attack.ts";
import { makeDemo } from "./make.ts";

const TURN_MS = 1_000;
/** The first lockouts come fast, so that there is something to see. */
const RUSH_TURNS = 30;

/** `npm run demo`: a made-up host in a temporary folder under attack. Touches nothing of this machine. */
export async function openDemo(options: {
  readonly ascii: boolean;
  readonly engineThread: URL;
}): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "castellan-demo-"));
  try {
    const { state, root, played } = await makeDemo(folder);
    const stop = attackHost(join(root, "var/log/auth.log"));
    try {
      return await openScreens({ ...options, state, root, readOnly: false, plain: false, demo: played });
    } finally {
      stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets the attack go on until the answer is called. */
function attackHost(log: string): () => void {
  const attack = createAttack(Math.random);
  const write = (): void => {
    const lines = attack.next(Date.now());
    if (lines.length > 0) appendFileSync(log, `${lines.join("\n")}\n`);
  };
  const timer = setInterval(write, TURN_MS);
  const rush = setInterval(write, 60);
  const calm = setTimeout(() => clearInterval(rush), 60 * RUSH_TURNS);
  return () => {
    clearInterval(timer);
    clearInterval(rush);
    clearTimeout(calm);
  };
}
