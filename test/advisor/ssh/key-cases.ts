import type { CheckCase, FixtureFile, FixtureSpec } from "../../support/advised-host.ts";
import { accountsHost } from "../accounts/host.ts";
import { sshFile, sshHost } from "./host.ts";

const KEYS = "/home/alice/.ssh/authorized_keys";
const FOLDERS = {
  "/home/alice": { uid: 1000, gid: 1001 },
  "/home/alice/.ssh": { uid: 1000, gid: 1001, mode: 0o700 },
};

type FileMore = Exclude<FixtureFile, string>;

/** alice has these keys. */
function alice(keys: readonly string[], file: Partial<FileMore> = {}, more: FixtureSpec = {}): FixtureSpec {
  const text = keys.map((name) => sshFile(`keys/${name}.pub`)).join("");
  return sshHost("stock", {
    ...more,
    files: { [KEYS]: { text, mode: 0o600, uid: 1000, gid: 1001, ...file } },
    folders: { ...FOLDERS, ...more.folders },
  });
}

export const SSH_KEY_CASES: readonly CheckCase[] = [
  { check: "SSH-31", rating: "passed", about: "Ed25519 and RSA 4096", host: alice(["ed25519", "rsa4096"]) },
  { check: "SSH-31", rating: "passed", about: "nobody has keys", host: sshHost("stock") },
  { check: "SSH-31", rating: "warning", about: "RSA 2048", host: alice(["ed25519", "rsa2048"]) },
  { check: "SSH-31", rating: "warning", about: "no comment", host: alice(["nameless"]) },
  { check: "SSH-31", rating: "critical", about: "RSA 1024", host: alice(["rsa1024"]) },
  { check: "SSH-31", rating: "critical", about: "DSA", host: alice(["dsa"]) },
  {
    check: "SSH-31",
    rating: "critical",
    about: "a weak key behind options",
    host: alice([], { text: `from="10.0.0.0/8",command="echo \\"a b\\"" ${sshFile("keys/dsa.pub")}` }),
  },
  {
    check: "SSH-31",
    rating: "critical",
    about: "everybody writes the file",
    host: alice(["ed25519"], { mode: 0o666 }),
  },
  {
    check: "SSH-31",
    rating: "critical",
    about: "it belongs to bob",
    host: alice(["ed25519"], { uid: 1001 }),
  },
  {
    check: "SSH-31",
    rating: "critical",
    about: "the customers' group writes to the home",
    host: alice(["ed25519"], {}, { folders: { "/home/alice": { uid: 1000, gid: 1000, mode: 0o775 } } }),
  },
  {
    check: "SSH-31",
    rating: "passed",
    about: "alice's own group writes to the home, as Debian allows",
    host: alice(["ed25519"], {}, { folders: { "/home/alice": { uid: 1000, gid: 1001, mode: 0o775 } } }),
  },
  {
    check: "SSH-31",
    rating: "warning",
    about: "web1's folder of keys leads to root's",
    host: sshHost("stock", {
      files: { "/root/.ssh/authorized_keys": { text: sshFile("keys/ed25519.pub"), mode: 0o600 } },
      folders: { "/home/web1": { uid: 1002, gid: 1003 }, "/root/.ssh": { mode: 0o700 } },
      links: { "/home/web1/.ssh": "/root/.ssh" },
    }),
  },
  {
    check: "SSH-31",
    rating: "warning",
    about: "web1's file of keys is a folder",
    host: sshHost("stock", { folders: { "/home/web1/.ssh/authorized_keys": { uid: 1002 } } }),
  },
  {
    check: "SSH-31",
    rating: "unknown",
    about: "a file cannot be read",
    host: alice(["ed25519"], { fault: "denied" }),
  },
  { check: "SSH-31", rating: "unknown", about: "a file hangs", host: alice(["ed25519"], { fault: "hang" }) },
  {
    check: "SSH-31",
    rating: "unknown",
    about: "a file of more than 256 KiB",
    host: alice([], { text: `# ${"x".repeat(300 * 1024)}\n` }),
  },
  { check: "SSH-31", rating: "none", about: "no OpenSSH server here", host: accountsHost() },
];
