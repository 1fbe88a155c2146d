import type { Service, ServiceParts } from "./service.ts";

export function openPhpFpmService(_parts: ServiceParts): Service {
  return {
    name: "php-fpm",
    check: async () => [],
    verify: async () => [],
    activate: async () => {},
    probe: async () => [],
  };
}
