import type { Service, ServiceParts } from "./service.ts";

export function openFail2banService(_parts: ServiceParts): Service {
  return {
    name: "fail2ban",
    check: async () => [],
    verify: async () => [],
    activate: async () => {},
    probe: async () => [],
  };
}
