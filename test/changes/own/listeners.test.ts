import { createServer, type Server } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { listeningPorts, parseListeners, portsInUse } from "../../../src/changes/own/listeners.ts";
import { runCommand } from "../../../src/host/command.ts";

/** As `ss -H -tulpn` of Debian 12 (iproute2 6.1) printed it. */
const DEBIAN = `udp   UNCONN 0      0                      127.0.0.53%lo:53        0.0.0.0:*    users:(("systemd-resolve",pid=512,fd=13))
udp   UNCONN 0      0         [fe80::5054:ff:fe12:3456]%ens3:546          [::]:*    users:(("systemd-network",pid=401,fd=21))
udp   UNCONN 0      0                                0.0.0.0:68        0.0.0.0:*    users:(("dhclient",pid=498,fd=7))
tcp   LISTEN 0      128                              0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=711,fd=3))
tcp   LISTEN 0      511                              0.0.0.0:80        0.0.0.0:*    users:(("nginx",pid=802,fd=6),("nginx",pid=801,fd=6))
tcp   LISTEN 0      64                               0.0.0.0:2049      0.0.0.0:*
tcp   LISTEN 0      128                                 [::]:22           [::]:*    users:(("sshd",pid=711,fd=4))
tcp   LISTEN 0      80                             127.0.0.1:3306      0.0.0.0:*    users:(("mariadbd",pid=650,fd=21))
tcp   LISTEN 0      128                                [::1]:631          [::]:*    users:(("cupsd",pid=33,fd=6))
tcp   LISTEN 0      50                    [::ffff:127.0.0.1]:8005             *:*    users:(("java",pid=900,fd=60))
tcp   LISTEN 0      511                                    *:8080             *:*    users:(("node",pid=901,fd=18))
`;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("listening ports", () => {
  it("reads what ss tells, addresses in their canonical form", () => {
    expect(parseListeners(DEBIAN)).toEqual([
      { protocol: "udp", address: "127.0.0.53", port: 53, process: "systemd-resolve" },
      { protocol: "udp", address: "fe80::5054:ff:fe12:3456", port: 546, process: "systemd-network" },
      { protocol: "udp", address: "*", port: 68, process: "dhclient" },
      { protocol: "tcp", address: "*", port: 22, process: "sshd" },
      { protocol: "tcp", address: "*", port: 80, process: "nginx" },
      { protocol: "tcp", address: "*", port: 2049, process: null },
      { protocol: "tcp", address: "*", port: 22, process: "sshd" },
      { protocol: "tcp", address: "127.0.0.1", port: 3306, process: "mariadbd" },
      { protocol: "tcp", address: "::1", port: 631, process: "cupsd" },
      { protocol: "tcp", address: "127.0.0.1", port: 8005, process: "java" },
      { protocol: "tcp", address: "*", port: 8080, process: "node" },
    ]);
  });

  it("leaves out what only this host itself can reach", () => {
    const ports = portsInUse(parseListeners(DEBIAN)).map(({ protocol, port }) => `${protocol}:${port}`);
    expect(ports).toEqual(["udp:546", "udp:68", "tcp:22", "tcp:80", "tcp:2049", "tcp:22", "tcp:8080"]);
  });

  it.each([
    ["a line it does not know", "tcp   ESTAB  0 0 0.0.0.0:22 0.0.0.0:*"],
    ["a port that is none", "tcp   LISTEN 0 128 0.0.0.0:70000 0.0.0.0:*"],
    ["an address that is none", "tcp   LISTEN 0 128 example.org:22 0.0.0.0:*"],
    ["words of ss", "Cannot open netlink socket: Protocol not supported"],
  ])("refuses %s: a port that was overlooked would be closed", (_, line) => {
    const text = `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n${line}\n`;
    expect(() => parseListeners(text)).toThrow(expect.objectContaining({ code: "source_unreadable" }));
  });

  it.each(['a",pid=1,fd=3))', "a\nb", 'sshd",pid=711,fd=3),("x', "tcp LISTEN 0"])(
    "is not led astray by a process that calls itself %j",
    (name) => {
      const [before, after] = [
        "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*",
        "tcp LISTEN 0 5 0.0.0.0:25 0.0.0.0:*",
      ];
      const text = `${before}\ntcp LISTEN 0 9 0.0.0.0:99 0.0.0.0:* users:(("${name}",pid=9,fd=3))\n${after}\n`;
      expect(parseListeners(text).map(({ port }) => port)).toEqual([22, 99, 25]);
    },
  );

  it("either reads every socket or refuses, whatever names processes have", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 15 }), { maxLength: 5 }), (names) => {
        const lines = names.map(
          (name, at) => `tcp LISTEN 0 9 0.0.0.0:${at + 1} 0.0.0.0:* users:(("${name}",pid=9,fd=3))`,
        );
        const ports = parseListeners(`${lines.join("\n")}\n`).map(({ port }) => port);
        expect(ports).toEqual(names.map((_, at) => at + 1));
      }),
    );
  });

  it("finds a socket of this very process by the real ss", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    servers.push(server);
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const found = await listeningPorts(runCommand);
    expect(found).toContainEqual(expect.objectContaining({ protocol: "tcp", address: "127.0.0.1", port }));
    expect(portsInUse(found).some((listener) => listener.port === port)).toBe(false);
  });
});
