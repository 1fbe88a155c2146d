import { SERVICES, type ServiceName } from "../../src/changes/change.ts";
import type { Service, Services } from "../../src/changes/services/service.ts";

/** Services that find everything in order; some of them as given. */
export function standingServices(own: Partial<Record<ServiceName, Partial<Service>>> = {}): Services {
  const services = SERVICES.map((name): [ServiceName, Service] => [
    name,
    {
      name,
      check: async () => [],
      verify: async () => [],
      activate: async () => {},
      probe: async () => [],
      ...own[name],
    },
  ]);
  return Object.fromEntries(services) as Services;
}
