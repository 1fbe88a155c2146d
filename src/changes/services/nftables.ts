import type { Service, ServiceParts } from "./service.ts";

export function openNftablesService(_parts: ServiceParts): Service {
  return {
    name: "nftables",
    check: async () => [],
    verify: async () => [],
    activate: async () => {},
    probe: async () => [],
  };
}
