import { ACCOUNT_CHECKS } from "./areas/accounts.ts";
import { DATABASE_CHECKS } from "./areas/database.ts";
import { FAIL2BAN_CHECKS } from "./areas/fail2ban.ts";
import { FIREWALL_CHECKS } from "./areas/firewall.ts";
import { MAIL_CHECKS } from "./areas/mail.ts";
import { NETWORK_CHECKS } from "./areas/network.ts";
import { PANEL_CHECKS } from "./areas/panel.ts";
import { PHP_CHECKS } from "./areas/php.ts";
import { SSH_CHECKS } from "./areas/ssh.ts";
import { SYSTEM_CHECKS } from "./areas/system.ts";
import { TLS_CHECKS } from "./areas/tls.ts";
import { WEB_CHECKS } from "./areas/web.ts";
import type { Check } from "./check.ts";

/** Every check, in the order in which they are shown. */
export const CHECKS: readonly Check[] = [
  ...SSH_CHECKS,
  ...ACCOUNT_CHECKS,
  ...PANEL_CHECKS,
  ...FIREWALL_CHECKS,
  ...FAIL2BAN_CHECKS,
  ...NETWORK_CHECKS,
  ...TLS_CHECKS,
  ...WEB_CHECKS,
  ...PHP_CHECKS,
  ...SYSTEM_CHECKS,
  ...DATABASE_CHECKS,
  ...MAIL_CHECKS,
];
