import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openServices } from "../../src/changes/services/open.ts";
import { runCommand } from "../../src/host/command.ts";
import { openSsh, type SshParts } from "../../src/ssh/open.ts";
import type { Ssh, SshOperator, SshPlan } from "../../src/ssh/ssh.ts";
import { DEBIAN } from "../changes/services/sshd-root.ts";
import { type TestHost, temporaryFolder, testHost } from "../changes/support.ts";

export { sshdMissing } from "../changes/services/sshd-root.ts";

/** A key of nobody's: made once with ssh-keygen, its private half thrown away. */
export const ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKFp8r4Dzcz8qEJX1VTMyXtNUVhVfBpEyBfK1Q4Hf7m";

/** A host in a folder, with real sshd, real sudoers rules and castellan's real changes. */
export interface SshTestHost extends TestHost {
  readonly ssh: Ssh;
  /** Writes a file; `owner` is its uid and gid. */
  readonly put: (path: string, text: string, mode?: number, owner?: number) => void;
  readonly plan: (settings: Record<string, string>, operator?: SshOperator) => Promise<SshPlan>;
}

/** A login of the test host. */
export interface TestLogin {
  readonly name: string;
  readonly uid: number;
  readonly shell?: string;
  /** The field of shadow(5); no password unless told. */
  readonly hash?: string;
  readonly keys?: string;
}

/** yescrypt of nothing in particular. */
export const HASH = "$y$j9T$6QHFsPuv3dGvKX0F5hnYo/$5Yt3dTqN6dLYH2qT0pGv1mGm1zJ0p4yH1p2Vt8dZb2A";

export const ALICE: TestLogin = { name: "alice", uid: 1000, hash: HASH, keys: ED25519 };

/** alice, who sits at 198.51.100.7. */
export const AS_ALICE: SshOperator = {
  osLogin: "alice",
  address: "198.51.100.7",
  connection: { pid: 4711, startTicks: 1, peer: "198.51.100.7", peerPort: 50_022, localPort: 22 },
};

export const CONSOLE: SshOperator = { osLogin: null, address: null, connection: null };

interface Wanted {
  readonly logins?: readonly TestLogin[];
  /** Members of the group sudo. */
  readonly sudo?: readonly string[];
  readonly root?: Partial<TestLogin>;
  readonly files?: Readonly<Record<string, string>>;
  readonly parts?: Partial<SshParts>;
}

export function sshHost({
  logins = [ALICE],
  sudo = ["alice"],
  root = {},
  files = {},
  parts = {},
}: Wanted = {}) {
  const folder = temporaryFolder();
  const services = openServices({
    root: join(folder, "root"),
    run: runCommand,
    clock: { now: () => 0, monotonic: () => performance.now() },
  });
  const host = testHost({ services }, folder);
  const put: SshTestHost["put"] = (path, text, mode = 0o644, owner = 0) => {
    const target = join(host.root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    chmodSync(target, mode);
    chownSync(target, owner, owner);
  };
  put("/etc/ssh/sshd_config", DEBIAN);
  put("/etc/os-release", "ID=debian\n");
  put("/bin/bash", "#!", 0o755);
  put("/usr/sbin/nologin", "#!", 0o755);
  put("/etc/sudoers", "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n", 0o440);
  put("/etc/pam.d/sshd", "@include common-auth\naccount required pam_nologin.so\n");
  put(
    "/etc/pam.d/common-auth",
    "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n",
  );
  const all: TestLogin[] = [{ name: "root", uid: 0, hash: "*", ...root }, ...logins];
  const home = (login: TestLogin): string => (login.uid === 0 ? "/root" : `/home/${login.name}`);
  const lines = (text: (login: TestLogin) => string): string =>
    all.map((login) => `${text(login)}\n`).join("");
  put(
    "/etc/passwd",
    lines((one) => `${one.name}:x:${one.uid}:${one.uid}::${home(one)}:${one.shell ?? "/bin/bash"}`),
  );
  put(
    "/etc/shadow",
    lines((one) => `${one.name}:${one.hash ?? "*"}:19700:0:99999:7:::`),
    0o640,
  );
  put("/etc/group", `${lines((one) => `${one.name}:x:${one.uid}:`)}sudo:x:27:${sudo.join(",")}\n`);
  for (const one of all) {
    put(`${home(one)}/.profile`, "", 0o644, one.uid);
    chownSync(join(host.root, home(one)), one.uid, one.uid);
    chmodSync(join(host.root, home(one)), 0o750);
    if (one.keys !== undefined) putKeys({ put, root: host.root }, one, home(one));
  }
  for (const [path, text] of Object.entries(files)) put(path, text);
  const clock = { now: () => host.clock.time, monotonic: () => performance.now() };
  const ssh = openSsh({
    ...{ root: host.root, run: runCommand, changes: host.changes, isRoot: true, clock, inbound: null },
    ...parts,
  });
  return Object.assign(host, {
    ssh,
    put,
    plan: (settings: Record<string, string>, operator = AS_ALICE) => ssh.plan(operator, { settings }),
  }) satisfies SshTestHost;
}

function putKeys(
  { put, root }: { put: SshTestHost["put"]; root: string },
  { uid, keys = "" }: TestLogin,
  home: string,
): void {
  put(`${home}/.ssh/authorized_keys`, `${keys}\n`, 0o600, uid);
  chownSync(join(root, home, ".ssh"), uid, uid);
  chmodSync(join(root, home, ".ssh"), 0o700);
}
