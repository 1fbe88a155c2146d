import type { Service, ServiceParts } from "./service.ts";

export function openAptService(_parts: ServiceParts): Service {
  return {
    name: "apt",
    check: async () => [],
    verify: async () => [],
    activate: async () => {},
    probe: async () => [],
  };
}
