import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { InboundPacket } from "../../src/firewall/inbound.ts";
import type { RunCommand } from "../../src/host/command.ts";
import { type NetworkNamespace, openNamespace, until } from "./network-namespace.ts";

/** Ports on which the host answers. */
export const PORTS = [22, 53, 80, 443, 3306, 8050] as const;
/** Public addresses of the sender, and private ones. */
export const SENDERS = {
  4: { public: "203.0.113.9", private: "10.9.0.9" },
  6: { public: "2001:db8:1::9", private: "fd00:9::9" },
} as const;

/** The host's address in the sender's own network: an answer over UDP comes from there. */
const HOST: Readonly<Record<string, string>> = {
  [SENDERS[4].public]: "203.0.113.1",
  [SENDERS[4].private]: "10.9.0.1",
  [SENDERS[6].public]: "2001:db8:1::1",
  [SENDERS[6].private]: "fd00:9::1",
};
const CARDS = { host: "02:00:00:00:00:01", peer: "02:00:00:00:00:09" } as const;

/** A host with a network card, and somebody at the other end of the cable. */
export interface Range {
  /** Runs a program on the host. */
  readonly run: RunCommand;
  /** Whether real packets get through: a connection that carries data both ways, twice. */
  ask(packets: readonly Required<InboundPacket>[]): Promise<boolean[]>;
  close(): Promise<void>;
}

const ECHO = fileURLToPath(new URL("inbound-echo.mjs", import.meta.url));

export async function openRange(): Promise<Range> {
  const [host, peer] = await Promise.all([openNamespace(), openNamespace()]);
  await wire(host, peer);
  const server = host.start(process.execPath, [ECHO, "serve", ...PORTS.map(String)]);
  const client = peer.start(process.execPath, [ECHO, "ask"]);
  await once(output(server), "data");
  const answers = createInterface({ input: output(client) });
  async function ask(packets: readonly Required<InboundPacket>[]): Promise<boolean[]> {
    const line = once(answers, "line");
    const questions = packets.map((packet) => ({ ...packet, address: HOST[packet.from] }));
    client.stdin?.write(`${JSON.stringify(questions)}\n`);
    return JSON.parse(String((await line)[0])) as boolean[];
  }
  const everybody = ([4, 6] as const).flatMap((family) =>
    Object.values(SENDERS[family]).map(
      (from) => ({ protocol: "tcp", port: PORTS[0], family, from }) as const,
    ),
  );
  await until(async () => (await ask(everybody)).every(Boolean));
  return {
    run: host.run,
    ask,
    async close() {
      server.kill("SIGKILL");
      client.kill("SIGKILL");
      await Promise.all([host.close(), peer.close()]);
    },
  };
}

function output(child: ChildProcess): NonNullable<ChildProcess["stdout"]> {
  if (child.stdout === null) throw new Error("started without a pipe");
  return child.stdout;
}

/** A veth pair, `eth0` on both ends; the host's default routes lead to the peer. */
async function wire(host: NetworkNamespace, peer: NetworkNamespace): Promise<void> {
  const peerPid = await pidOf(peer);
  const ip = async (at: NetworkNamespace, text: string): Promise<void> => {
    const result = await at.run({ file: "ip", args: text.split(" ") });
    if (result.exitCode !== 0) throw new Error(`ip ${text}: ${result.stderr}`);
  };
  await ip(
    host,
    `link add eth0 address ${CARDS.host} type veth peer name eth0 address ${CARDS.peer} netns ${peerPid}`,
  );
  for (const [at, own] of [
    [host, ["203.0.113.1/24", "10.9.0.1/24", "2001:db8:1::1/64", "fd00:9::1/64"]],
    [peer, ["203.0.113.9/24", "10.9.0.9/24", "2001:db8:1::9/64", "fd00:9::9/64"]],
  ] as const) {
    for (const address of own) {
      await ip(at, `addr add ${address} dev eth0${address.includes(":") ? " nodad" : ""}`);
    }
    await ip(at, "link set eth0 up");
  }
  // Rules that stop neighbour discovery would stop everything else with it.
  for (const { public: near, private: far } of Object.values(SENDERS)) {
    for (const address of [near, far]) {
      await ip(host, `neigh replace ${address} lladdr ${CARDS.peer} dev eth0 nud permanent`);
    }
  }
  for (const address of Object.values(HOST)) {
    await ip(peer, `neigh replace ${address} lladdr ${CARDS.host} dev eth0 nud permanent`);
  }
  await ip(host, "route add default via 203.0.113.9");
  await ip(host, "-6 route add default via 2001:db8:1::9");
}

/** A process inside, for the time it takes to lay the cable. */
async function pidOf(namespace: NetworkNamespace): Promise<string> {
  const holder = namespace.start("sh", ["-c", "echo $$; exec sleep 10"]);
  const [line] = (await once(output(holder), "data")) as [Buffer];
  return line.toString().trim();
}
