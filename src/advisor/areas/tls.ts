import type { Check } from "../check.ts";
import { TLS_CERTIFICATE_CHECKS } from "./tls-certificates.ts";
import { TLS_MAIL_CHECKS } from "./tls-mail.ts";
import { TLS_PROTOCOL_CHECKS } from "./tls-protocols.ts";

export const TLS_CHECKS: readonly Check[] = [
  ...TLS_CERTIFICATE_CHECKS,
  ...TLS_PROTOCOL_CHECKS,
  ...TLS_MAIL_CHECKS,
];
