import { diskImage, machineMissing } from "./image.ts";

/** Builds the disk once, before the suites that boot it at the same time. */
export async function setup(): Promise<void> {
  if (machineMissing() === null) await diskImage();
}
