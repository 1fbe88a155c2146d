import { type Family, parseAddress } from "../host/address.ts";
import type { RunCommand } from "../host/command.ts";
import { addressSpan } from "./inbound-values.ts";

interface Route {
  readonly first: bigint;
  readonly last: bigint;
  readonly device: string | null;
}

/** By which interface a packet from there comes in: the one that leads back. null: not known. */
export type DeviceOf = (family: Family, from: string | undefined) => string | null;

/** Reads the main routing table (ip-route(8)). Without `ip`, no interface is known. */
export async function readDevices(run: RunCommand): Promise<DeviceOf> {
  const [routes4, routes6] = await Promise.all(([4, 6] as const).map((family) => readRoutes(run, family)));
  return (family, from) => {
    const routes = (family === 4 ? routes4 : routes6) ?? [];
    const value = from === undefined ? undefined : parseAddress(from)?.value;
    const leading = routes.filter(({ first, last }) =>
      value === undefined ? first === 0n && last > BIG : first <= value && value <= last,
    );
    const narrowest = leading.reduce(
      (least, { first, last }) => (last - first < least ? last - first : least),
      ALL,
    );
    const devices = new Set(
      leading.filter(({ first, last }) => last - first === narrowest).map(({ device }) => device),
    );
    const [device = null] = devices;
    return devices.size === 1 ? device : null;
  };
}

const ALL = 1n << 128n;
/** The whole of either family, less one: only a default route is larger. */
const BIG = (1n << 32n) - 2n;

async function readRoutes(run: RunCommand, family: Family): Promise<Route[]> {
  try {
    const result = await run({ file: "ip", args: ["-j", `-${family}`, "route", "show"], timeoutMs: 5_000 });
    return result.exitCode === 0 ? parseRoutes(result.stdout, family) : [];
  } catch {
    return [];
  }
}

/** Parses `ip -j route show`. */
export function parseRoutes(text: string, family: Family): Route[] {
  const entries = JSON.parse(text === "" ? "[]" : text) as { dst?: string; dev?: string; type?: string }[];
  const whole = { first: 0n, last: family === 4 ? (1n << 32n) - 1n : (1n << 128n) - 1n };
  return entries.flatMap(({ dst = "", dev, type = "unicast" }) => {
    const span = dst === "default" ? whole : addressSpan(dst, family);
    return span === null || type !== "unicast" ? [] : [{ ...span, device: dev ?? null }];
  });
}
