import { defineFact } from "../fact.ts";

/** What systemd starts at boot, and what of it runs. */
export interface Units {
  /** Linked from a `.wants` or `.requires` folder of /etc/systemd/system. */
  readonly enabled: ReadonlySet<string>;
  /** Linked to /dev/null. */
  readonly masked: ReadonlySet<string>;
  /** Services with a process of their own: each has a control group. Of templates the name alone: `postfix@.service`. */
  readonly running: ReadonlySet<string>;
}

const HOME = "/etc/systemd/system";
/** Unified, hybrid and old control groups (systemd.io/CGROUP_DELEGATION). */
const GROUPS = ["", "/unified", "/systemd"].map((way) => `/sys/fs/cgroup${way}/system.slice`);

/** Units by what lies in the file system: no question to systemd, which takes longer than all of this. */
export const UNITS = defineFact("systemd units", async (host): Promise<Units> => {
  const names = await host.list(HOME);
  if (names === null) throw new Error(`${HOME} is not there: no systemd`);
  const folders = names.filter((name) => /\.(wants|requires)$/.test(name));
  const [wanted, groups, links] = await Promise.all([
    Promise.all(folders.map(async (name) => (await host.list(`${HOME}/${name}`)) ?? [])),
    Promise.all(GROUPS.map((path) => host.list(path))),
    Promise.all(
      names
        .filter((name) => /\.(service|socket|timer)$/.test(name))
        .map(async (name) => ({ name, to: await host.link(`${HOME}/${name}`) })),
    ),
  ]);
  const running = groups.find((group) => group !== null);
  if (running === undefined || running === null)
    throw new Error("no control groups of systemd: it does not run here");
  return {
    enabled: new Set(wanted.flat()),
    masked: new Set(links.flatMap(({ name, to }) => (to === "/dev/null" ? [name] : []))),
    running: new Set(running.flatMap(serviceOf)),
  };
});

/** `ssh.service`, and `system-postfix.slice` for what is made from `postfix@.service`. */
function serviceOf(group: string): string[] {
  const template = /^system-(.+)\.slice$/.exec(group)?.[1];
  if (template !== undefined) return [`${template}@.service`];
  return group.endsWith(".service") ? [group] : [];
}
