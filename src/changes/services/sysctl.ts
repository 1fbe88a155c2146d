import type { Service, ServiceParts } from "./service.ts";

export function openSysctlService(_parts: ServiceParts): Service {
  return {
    name: "sysctl",
    check: async () => [],
    verify: async () => [],
    activate: async () => {},
    probe: async () => [],
  };
}
