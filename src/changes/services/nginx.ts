import type { Service, ServiceParts } from "./service.ts";

export function openNginxService(_parts: ServiceParts): Service {
  return {
    name: "nginx",
    check: async () => [],
    verify: async () => [],
    activate: async () => {},
    probe: async () => [],
  };
}
