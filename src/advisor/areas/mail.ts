import type { Check } from "../check.ts";
import { RELAY_CHECKS } from "./mail-relay.ts";
import { SENDING_CHECKS } from "./mail-sending.ts";

export const MAIL_CHECKS: readonly Check[] = [...RELAY_CHECKS, ...SENDING_CHECKS];
