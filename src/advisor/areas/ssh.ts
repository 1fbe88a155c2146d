import type { Check } from "../check.ts";
import { allowedLogins, banner, port } from "./ssh/access.ts";
import { conflicts } from "./ssh/conflicts.ts";
import { moduli, terrapin } from "./ssh/cryptography.ts";
import { sftpCustomers } from "./ssh/customers.ts";
import { configModes, hostKeyModes, hostKeys } from "./ssh/files.ts";
import { authorizedKeys } from "./ssh/keys.ts";
import { passwordLogin } from "./ssh/passwords.ts";
import * as setting from "./ssh/settings.ts";
import { penalties, version } from "./ssh/version.ts";

/** SSH-01 to SSH-33: who gets in over SSH, how, and what the connection is worth. */
export const SSH_CHECKS: readonly Check[] = [
  setting.rootLogin,
  passwordLogin,
  setting.emptyPasswords,
  setting.maxAuthTries,
  setting.loginGrace,
  setting.maxStartups,
  setting.maxSessions,
  setting.clientAlive,
  allowedLogins,
  port,
  setting.x11,
  setting.forwarding,
  setting.userEnvironment,
  setting.hostBased,
  setting.gssapi,
  setting.usePam,
  setting.strictModes,
  setting.logLevel,
  setting.ciphers,
  setting.macs,
  setting.keyExchange,
  terrapin,
  hostKeys,
  hostKeyModes,
  configModes,
  moduli,
  setting.requiredRsaSize,
  penalties,
  version,
  conflicts,
  authorizedKeys,
  sftpCustomers,
  banner,
];
