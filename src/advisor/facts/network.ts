import { OWN_FILES } from "../../changes/own/paths.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { attempt } from "./attempt.ts";

/** Kernel settings of the network, as they are in force (networking/ip-sysctl). */
export interface NetworkSettings {
  /** Dotted names; what the kernel does not have is left out. */
  readonly values: ReadonlyMap<string, string>;
  /** Interfaces with settings of their own, loopback and ends of containers left out. */
  readonly interfaces: readonly string[];
}

const CONF4 = [
  "accept_redirects",
  "accept_source_route",
  "log_martians",
  "rp_filter",
  "secure_redirects",
  "send_redirects",
];
const CONF6 = ["accept_redirects", "accept_source_route"];
const SINGLE = [
  "net.ipv4.icmp_echo_ignore_broadcasts",
  "net.ipv4.icmp_ignore_bogus_error_responses",
  "net.ipv4.ip_forward",
  "net.ipv4.tcp_syncookies",
  "net.ipv6.conf.all.disable_ipv6",
  "net.ipv6.conf.all.forwarding",
];
const SYS = "/proc/sys";
/** Made by the dozen for containers; no host on the internet is behind them. */
const GUESTS = /^(veth|cali|lxc|vnet|tap|fwpr|fwln)/;

export const NETWORK_SETTINGS = defineFact("network settings", async (host): Promise<NetworkSettings> => {
  const names = await host.list(`${SYS}/net/ipv4/conf`);
  if (names === null) throw new Error(`${SYS}/net/ipv4/conf is not there`);
  const interfaces = names.filter(
    (name) => name !== "all" && name !== "default" && name !== "lo" && !GUESTS.test(name),
  );
  const groups = ["all", "default", ...interfaces];
  const paths = [
    ...groups.flatMap((group) => CONF4.map((name) => `net/ipv4/conf/${group}/${name}`)),
    ...groups.flatMap((group) => CONF6.map((name) => `net/ipv6/conf/${group}/${name}`)),
    ...SINGLE.map((name) => name.replaceAll(".", "/")),
  ];
  const values = new Map<string, string>();
  await Promise.all(
    paths.map(async (path) => {
      const value = await host.text(`${SYS}/${path}`);
      // sysctl(8) writes a dot in an interface's name as a slash.
      const key = path.replaceAll(".", "\0").replaceAll("/", ".").replaceAll("\0", "/");
      if (value !== null) values.set(key, value.trim());
    }),
  );
  return { values, interfaces };
});

/** castellan's own sysctl file; undefined: it may not be read. Never unknown itself. */
export const OWN_SYSCTL = defineFact("castellan's sysctl file", async (host) => {
  const own = await attempt(() => host.text(OWN_FILES.sysctl));
  return own.known ? own.value : undefined;
});

/** Why this host would forward packets: networks of guests and tunnels, by their interfaces. */
export const FORWARDING_NEEDS = defineFact("reasons to forward", async (host) => {
  const text = await host.text("/proc/net/dev");
  if (text === null) throw new Error("/proc/net/dev is not there");
  const names = text.split("\n").flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
  return names.filter((name) => NEEDING.test(name));
});

const NEEDING =
  /^(docker|br-|cni|flannel|cali|cilium|virbr|lxcbr|lxdbr|incusbr|podman|wg|tun|tap|tailscale|veth|vmbr|zt|nebula|ppp|ipsec|xfrm)/;

/** Protocols that servers on the web do not speak, and whose code few have looked at. */
export const RARE_PROTOCOLS = ["dccp", "rds", "sctp", "tipc"] as const;

export interface RareProtocol {
  readonly name: string;
  readonly state: "loaded" | "loadable" | "off" | "absent";
  /** Where that was seen. */
  readonly evidence: string;
}

export const RARE_PROTOCOL_STATES = defineFact("kernel modules", async (host): Promise<RareProtocol[]> => {
  const [loaded, release, rules, locked] = await Promise.all([
    host.text("/proc/modules"),
    host.text("/proc/sys/kernel/osrelease"),
    readModprobeRules(host),
    host.text("/proc/sys/kernel/modules_disabled"),
  ]);
  if (release === null) throw new Error("/proc/sys/kernel/osrelease is not there");
  const tree = `/lib/modules/${release.trim()}`;
  // A kernel without /proc/modules loads none at all; one with it loads a container's from its host.
  if (loaded !== null && (await host.list(tree)) === null)
    throw new Error(`${tree} is not there: in a container modules are its host's`);
  const builtIn = (await host.text(`${tree}/modules.builtin`)) ?? "";
  return await Promise.all(
    RARE_PROTOCOLS.map(async (name): Promise<RareProtocol> => {
      if (new RegExp(`^${name} `, "m").test(loaded ?? ""))
        return { name, state: "loaded", evidence: `/proc/modules: ${name}` };
      if (builtIn.includes(`/${name}.ko`))
        return { name, state: "loaded", evidence: `${name} is built into the kernel` };
      const files = (await host.list(`${tree}/kernel/net/${name}`)) ?? [];
      if (!files.some((file) => file.startsWith(`${name}.ko`))) {
        return { name, state: "absent", evidence: `no module ${name} in ${tree}` };
      }
      if (locked?.trim() === "1") return { name, state: "off", evidence: "kernel.modules_disabled is 1" };
      const rule = rules.find(({ module }) => module === name);
      if (rule !== undefined) return { name, state: "off", evidence: `${rule.file}: ${rule.line}` };
      return { name, state: "loadable", evidence: `${tree}/kernel/net/${name}` };
    }),
  );
});

interface ModprobeRule {
  readonly module: string;
  readonly file: string;
  readonly line: string;
}

/** Lines of modprobe.d(5) that keep a module out. A blacklist alone stops the kernel, but not `modprobe NAME`. */
async function readModprobeRules(host: AdvisedHost): Promise<ModprobeRule[]> {
  const folders = ["/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"];
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = ((await host.list(folder)) ?? []).filter((name) => name.endsWith(".conf"));
      return await Promise.all(
        names.map(async (name) => rulesIn(`${folder}/${name}`, (await host.text(`${folder}/${name}`)) ?? "")),
      );
    }),
  );
  return found.flat(2);
}

function rulesIn(file: string, text: string): ModprobeRule[] {
  return text.split("\n").flatMap((line) => {
    const module = /^\s*install\s+(\S+)\s+\/(?:usr\/)?bin\/(?:false|true)\b/.exec(line)?.[1];
    return module === undefined ? [] : [{ module, file, line: line.trim() }];
  });
}

/** castellan's own module file; undefined: it may not be read. Never unknown itself. */
export const OWN_MODPROBE = defineFact("castellan's module file", async (host) => {
  const own = await attempt(() => host.text(OWN_FILES.modprobe));
  return own.known ? own.value : undefined;
});
