import type { Check } from "../check.ts";
import { FOLDER_CHECKS } from "./system-folders.ts";
import { KERNEL_CHECKS } from "./system-kernel.ts";
import { LOG_CHECKS } from "./system-logs.ts";
import { REBOOT_CHECKS } from "./system-reboot.ts";
import { SOFTWARE_CHECKS } from "./system-software.ts";
import { UPDATE_CHECKS } from "./system-updates.ts";

export const SYSTEM_CHECKS: readonly Check[] = [
  ...UPDATE_CHECKS,
  ...REBOOT_CHECKS,
  ...LOG_CHECKS,
  ...KERNEL_CHECKS,
  ...FOLDER_CHECKS,
  ...SOFTWARE_CHECKS,
].sort((a, b) => a.id.localeCompare(b.id));
