import { parentPort, workerData } from "node:worker_threads";
import { openCastellan } from "../castellan.ts";
import { runGuard } from "./run.ts";

/** What a screen hands to the thread that watches for it. */
export interface ThreadOrders {
  readonly state: string;
  readonly root: string;
  readonly sandbox: boolean;
}

/** Entry of the worker thread that runs the engine while a screen is open and no guard is. */
async function main(orders: ThreadOrders): Promise<void> {
  const castellan = await openCastellan({ ...orders, readOnly: false });
  const guard = await runGuard(castellan, "screen");
  parentPort?.on("message", async () => {
    await guard.stop();
    await castellan.close();
    parentPort?.postMessage("stopped");
    parentPort?.close();
  });
}

await main(workerData as ThreadOrders);
