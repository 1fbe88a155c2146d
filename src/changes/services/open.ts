import type { ServiceName } from "../change.ts";
import type { Service, ServiceParts, Services } from "./service.ts";

/** All services whose configuration castellan writes, by name. Each is loaded when it is first asked. */
export function openServices(parts: ServiceParts): Services {
  return {
    sshd: late("sshd", async () => (await import("./sshd.ts")).openSshdService(parts)),
    nftables: late("nftables", async () => (await import("./nftables.ts")).openNftablesService(parts)),
    fail2ban: late("fail2ban", async () => (await import("./fail2ban.ts")).openFail2banService(parts)),
    nginx: late("nginx", async () => (await import("./nginx.ts")).openNginxService(parts)),
    "php-fpm": late("php-fpm", async () => (await import("./php-fpm.ts")).openPhpFpmService(parts)),
    sysctl: late("sysctl", async () => (await import("./sysctl.ts")).openSysctlService(parts)),
    apt: late("apt", async () => (await import("./apt.ts")).openAptService(parts)),
    systemd: late("systemd", async () => (await import("./systemd.ts")).openSystemdService(parts)),
  };
}

/** Every command opens castellan, hardly one changes the system. */
function late(name: ServiceName, load: () => Promise<Service>): Service {
  let opened: Promise<Service> | null = null;
  const service = (): Promise<Service> => {
    opened ??= load();
    return opened;
  };
  return {
    name,
    check: async (draft) => (await service()).check(draft),
    verify: async () => (await service()).verify(),
    activate: async () => (await service()).activate(),
    probe: async (draft) => (await service()).probe(draft),
  };
}
