import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { canonicalAddress } from "./address.ts";

/** Addresses that this host cannot do without; canonical, without doubles. */
export interface HostAddresses {
  /** Addresses of its own interfaces. */
  readonly own: readonly string[];
  /** Where its default routes lead. */
  readonly gateways: readonly string[];
  /** The name servers it asks. */
  readonly resolvers: readonly string[];
  /** Where its operators are connected from right now, as the kernel says. */
  readonly operators?: readonly string[];
}

/** Read at the most from a file of the host. */
const LARGEST_FILE = 1024 * 1024;
const RTF_GATEWAY = 0x2;

/**
 * Reads own addresses, default gateways (proc_net_route, ipv6_route) and resolvers (resolv.conf(5), and the upstream
 * servers of systemd-resolved). What cannot be read is left out.
 *
 * @param root where the host's files are
 * @param machine `/` for the interfaces and routes of this machine, whose packets the firewall drops; or a folder
 *   that looks like the root of a host (tests, the demo): then its interfaces are unknown
 */
export function readHostAddresses(root: string, machine: string): HostAddresses {
  const read = (path: string): string => readRegular(join(root, path));
  const ask = (path: string): string => readRegular(join(machine, path));
  return {
    own: canonical(machine === "/" ? ownAddresses() : []),
    gateways: canonical([
      ...ipv4Gateways(ask("proc/net/route")),
      ...ipv6Gateways(ask("proc/net/ipv6_route")),
    ]),
    resolvers: canonical([
      ...nameServers(read("etc/resolv.conf")),
      ...nameServers(read("run/systemd/resolve/resolv.conf")),
    ]),
  };
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).map((entry) => entry.address),
  );
}

/** Destination 0.0.0.0/0 with a gateway; numbers are 32-bit words in host (little-endian) order. */
export function ipv4Gateways(text: string): string[] {
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, destination, , flags, , , , mask]) =>
        destination === "00000000" &&
        mask === "00000000" &&
        (Number.parseInt(flags ?? "", 16) & RTF_GATEWAY) !== 0,
    )
    .map(([, , gateway = ""]) =>
      (gateway.match(/../g) ?? [])
        .reverse()
        .map((byte) => Number.parseInt(byte, 16))
        .join("."),
    );
}

/** Destination ::/0 with a next hop. */
export function ipv6Gateways(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([destination = "", length, , , hop = "", , , , flags]) =>
        /^0{32}$/.test(destination) &&
        length === "00" &&
        /^[0-9a-f]{32}$/.test(hop) &&
        (Number.parseInt(flags ?? "", 16) & RTF_GATEWAY) !== 0,
    )
    .map(([, , , , hop = ""]) => (hop.match(/.{4}/g) ?? []).join(":"));
}

function nameServers(text: string): string[] {
  return text
    .split("\n")
    .map((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? "")
    .filter((address) => address !== "");
}

function canonical(addresses: readonly string[]): string[] {
  return [...new Set(addresses.map(canonicalAddress).filter((address) => address !== null))];
}

/** The text of a plain file; empty for anything else. Never waits on a FIFO. */
function readRegular(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(file).isFile()) return "";
    const buffer = Buffer.alloc(LARGEST_FILE);
    let length = 0;
    for (;;) {
      const count = readSync(file, buffer, length, buffer.length - length, null);
      length += count;
      if (count === 0 || length === buffer.length) return buffer.toString("latin1", 0, length);
    }
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
