import { openAptService } from "./apt.ts";
import { openFail2banService } from "./fail2ban.ts";
import { openNftablesService } from "./nftables.ts";
import { openNginxService } from "./nginx.ts";
import { openPhpFpmService } from "./php-fpm.ts";
import type { ServiceParts, Services } from "./service.ts";
import { openSshdService } from "./sshd.ts";
import { openSysctlService } from "./sysctl.ts";
import { openSystemdService } from "./systemd.ts";

/** All services whose configuration castellan writes, by name. */
export function openServices(parts: ServiceParts): Services {
  return {
    sshd: openSshdService(parts),
    nftables: openNftablesService(parts),
    fail2ban: openFail2banService(parts),
    nginx: openNginxService(parts),
    "php-fpm": openPhpFpmService(parts),
    sysctl: openSysctlService(parts),
    apt: openAptService(parts),
    systemd: openSystemdService(parts),
  };
}
