import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../changes/support.ts";
import { loginMissing, startSshd } from "./real-login.ts";
import { type SshTestHost, sshHost } from "./support.ts";

const missing = loginMissing();
const PASSWORD = "correct-horse-battery";
const LOCAL = { osLogin: "alice", address: "127.0.0.1", connection: null };

/** sha512-crypt of {@link PASSWORD}. */
function hashed(): string {
  return execFileSync("openssl", ["passwd", "-6", "-salt", "castellan", PASSWORD], {
    encoding: "utf8",
  }).trim();
}

function makeKey(kind: readonly string[]): { file: string; line: string } {
  const file = join(temporaryFolder(), "key");
  execFileSync("ssh-keygen", ["-q", "-N", "", "-C", "test", "-f", file, ...kind]);
  return { file, line: readFileSync(`${file}.pub`, "utf8").trim() };
}

interface Scenario {
  readonly name: string;
  readonly config?: string;
  /** Before the key in authorized_keys. */
  readonly options?: string;
  readonly kind?: readonly string[];
  readonly arrange?: (host: SshTestHost) => void;
  readonly hash?: (hash: string) => string;
  /** A password is tried too; each refusal takes PAM two seconds. */
  readonly password?: true;
}

const MAIN = "UsePAM yes\nKbdInteractiveAuthentication no\nPasswordAuthentication yes\n";

const SCENARIOS: readonly Scenario[] = [
  { name: "as it is", password: true },
  { name: "PasswordAuthentication no", password: true, config: "PasswordAuthentication no\n" },
  { name: "PubkeyAuthentication no", password: true, config: "PubkeyAuthentication no\n" },
  { name: "AllowUsers with a pattern", config: "AllowUsers al?c* bob\n" },
  { name: "AllowUsers with a negation, which sshd takes for a letter", config: "AllowUsers !bob\n" },
  { name: "AllowUsers from elsewhere", config: "AllowUsers alice@10.0.0.0/8\n" },
  { name: "AllowUsers from here, but not", config: "AllowUsers alice@!127.0.0.1,127.0.0.0/8\n" },
  { name: "AllowUsers from here", config: "AllowUsers alice@127.0.0.0/8\n" },
  { name: "DenyUsers before AllowUsers", password: true, config: "AllowUsers alice\nDenyUsers a*\n" },
  { name: "AllowGroups", config: "AllowGroups sudo\n" },
  { name: "AllowGroups without", config: "AllowGroups wheel root\n" },
  { name: "DenyGroups", config: "DenyGroups su*\n" },
  { name: "Match", config: "Match User alice Address 127.0.0.1\nPubkeyAuthentication no\n" },
  { name: "Match elsewhere", config: "Match User alice Address 10.0.0.1\nPubkeyAuthentication no\n" },
  { name: "Match all", password: true, config: "Match all\nPasswordAuthentication no\n" },
  {
    name: "AuthenticationMethods of both",
    password: true,
    config: "AuthenticationMethods publickey,password\n",
  },
  { name: "AuthenticationMethods key", config: "AuthenticationMethods publickey\n" },
  { name: "two keys wanted", config: "AuthenticationMethods publickey,publickey\n" },
  { name: "from= elsewhere", options: 'from="10.0.0.*" ' },
  { name: "from= here", options: 'from="!10.0.0.1,127.0.0.0/8",no-pty ' },
  { name: "expired key", options: 'expiry-time="20200101" ' },
  { name: "key that lasts", options: 'expiry-time="20990101",restrict,pty ' },
  { name: "unknown option", password: true, options: "no-such-option " },
  { name: "small RSA", config: "RequiredRSASize 2048\n", kind: ["-t", "rsa", "-b", "1024"] },
  { name: "RSA", kind: ["-t", "rsa", "-b", "2048"] },
  { name: "algorithm left out", config: "PubkeyAcceptedAlgorithms rsa-sha2-512\n" },
  { name: "ECDSA", kind: ["-t", "ecdsa", "-b", "384"] },
  { name: "group-writable key file", arrange: ({ root }) => chmodSync(join(root, KEYS), 0o660) },
  {
    name: "group-writable key file without StrictModes",
    config: "StrictModes no\n",
    arrange: ({ root }) => chmodSync(join(root, KEYS), 0o660),
  },
  { name: "writable home", arrange: ({ root }) => chmodSync(join(root, "home/alice"), 0o777) },
  { name: "key file of root's that alice cannot read", arrange: (host) => host.put(KEYS, "x", 0o600, 0) },
  { name: "AuthorizedKeysFile elsewhere", config: "AuthorizedKeysFile .ssh/none %h/.ssh/authorized_%u\n" },
  { name: "AuthorizedKeysFile by token", config: "AuthorizedKeysFile /home/%u/.ssh/authorized_keys\n" },
  { name: "locked password", password: true, hash: (hash) => `!${hash}` },
  { name: "locked without PAM", config: "UsePAM no\n", hash: (hash) => `!${hash}` },
  { name: "star without PAM", password: true, config: "UsePAM no\n", hash: () => "*" },
  { name: "internal-sftp", config: "ForceCommand internal-sftp\n" },
  { name: "group-writable, and the group has another member", arrange: shareGroup },
];
const KEYS = "/home/alice/.ssh/authorized_keys";

function shareGroup(host: SshTestHost): void {
  chmodSync(join(host.root, KEYS), 0o660);
  host.put("/etc/group", (host.read("/etc/group") ?? "").replace("alice:x:1000:", "alice:x:1000:alice,root"));
}

describe.skipIf(missing !== null)(
  `the simulator against real sign-ins${missing === null ? "" : ` (${missing})`}`,
  () => {
    it.each(SCENARIOS)("$name", async ({ config = "", options = "", arrange, hash, kind, password }) => {
      const key = makeKey(kind ?? ["-t", "ed25519"]);
      const secret = hashed();
      const alice = { name: "alice", uid: 1000, keys: `${options}${key.line}` };
      const host = sshHost({
        logins: [{ ...alice, hash: hash?.(secret) ?? secret }],
        root: { hash: "*" },
        files: {
          "/etc/ssh/sshd_config": `${config.startsWith("Match") ? "" : config}${MAIN}${config.startsWith("Match") ? config : ""}`,
        },
      });
      host.put("/etc/passwd", `${host.read("/etc/passwd")}sshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n`);
      arrange?.(host);
      host.clock.time = Date.now();
      const { people } = await host.ssh.read(LOCAL);
      const ways = people.find(({ login }) => login === "alice")?.ways ?? [];
      const sshd = await startSshd(host.root);
      expect(sshd.byKey("alice", key.file)).toBe(ways.includes("publickey"));
      if (password) expect(sshd.byPassword("alice", PASSWORD)).toBe(ways.includes("password"));
    });

    it("root by PermitRootLogin", async () => {
      const key = makeKey(["-t", "ed25519"]);
      for (const value of ["yes", "prohibit-password", "forced-commands-only", "no"]) {
        const host = sshHost({
          files: {
            "/etc/ssh/sshd_config": `PermitRootLogin ${value}\n${MAIN}AuthorizedKeysFile /etc/ssh/keys.%u\n`,
          },
        });
        host.put("/etc/ssh/keys.root", `${key.line}\n`, 0o644);
        host.put("/etc/passwd", `${host.read("/etc/passwd")}sshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n`);
        const { people } = await host.ssh.read({ ...LOCAL, osLogin: "root" });
        const sshd = await startSshd(host.root);
        expect(people[0]?.ways.includes("publickey"), value).toBe(sshd.byKey("root", key.file));
      }
    });
  },
);
