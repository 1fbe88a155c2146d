import type { Check } from "../check.ts";
import { WEB_FILE_CHECKS } from "./web-files.ts";
import { WEB_LOG_CHECKS } from "./web-logs.ts";
import { WEB_SERVER_CHECKS } from "./web-server.ts";
import { WEB_TRUST_CHECKS } from "./web-trust.ts";

export const WEB_CHECKS: readonly Check[] = [
  ...WEB_SERVER_CHECKS,
  ...WEB_FILE_CHECKS,
  ...WEB_LOG_CHECKS,
  ...WEB_TRUST_CHECKS,
].sort((a, b) => a.id.localeCompare(b.id));
