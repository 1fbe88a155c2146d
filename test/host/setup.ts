import { diskImage, machineMissing } from "./image.ts";
import { clearLeftovers } from "./leftovers.ts";

/** Builds the disk once, before the suites that boot it at the same time. */
export async function setup(): Promise<void> {
  if (machineMissing() !== null) return;
  await clearLeftovers();
  await diskImage();
}
