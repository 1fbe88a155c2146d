import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readHostAddresses } from "../../src/host/network.ts";

const ROUTE = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0102000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth1\t0000A8C0\t0100A8C0\t0003\t0\t0\t0\t0000FFFF\t0\t0\t0
`;
const ROUTE6 = `fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "castellan-host-"));
  for (const folder of ["proc/net", "etc", "run/systemd/resolve"])
    mkdirSync(join(root, folder), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("the addresses a host cannot do without", () => {
  test("are read from its files", () => {
    writeFileSync(join(root, "proc/net/route"), ROUTE);
    writeFileSync(join(root, "proc/net/ipv6_route"), ROUTE6);
    writeFileSync(
      join(root, "etc/resolv.conf"),
      "# nameserver 9.9.9.9\nsearch example.org\nnameserver 127.0.0.53\nnameserver fe80::53%eth0\nnameserver not-an-address\n",
    );
    writeFileSync(
      join(root, "run/systemd/resolve/resolv.conf"),
      "nameserver 192.0.2.53\nnameserver 127.0.0.53\n",
    );
    expect(readHostAddresses(root, root)).toEqual({
      own: [],
      gateways: ["10.0.2.1", "fe80::1"],
      resolvers: ["127.0.0.53", "fe80::53", "192.0.2.53"],
    });
  });

  test("are unknown where there is nothing, or nothing that can be read", () => {
    expect(readHostAddresses(root, root)).toEqual({ own: [], gateways: [], resolvers: [] });
    writeFileSync(join(root, "proc/net/route"), "\u0000garbage\nx 00000000 zz 0003\n");
    execFileSync("mkfifo", [join(root, "etc/resolv.conf")]);
    expect(readHostAddresses(root, root)).toEqual({ own: [], gateways: [], resolvers: [] });
  });

  test("of this host hold those of its interfaces", () => {
    const own = Object.values(networkInterfaces()).flatMap((entries) =>
      (entries ?? []).map(({ address }) => address),
    );
    expect(readHostAddresses(root, "/").own).toEqual([...new Set(own)]);
  });
});
