import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { accountsHost, without } from "../accounts/host.ts";
import { asks, HOST_KEY_NAMES, saidOf, sshFile, sshHost, type Variant } from "./host.ts";

const OFFER = "/usr/sbin/sshd -i -e";
const RSA = "ssh-keygen -l -f /etc/ssh/ssh_host_rsa_key";

/** A server before 9.6: the recorded offer without the name that the mending brought. */
function withoutStrictKex(variant: Variant): FixtureSpec {
  const stdout = saidOf(variant)[OFFER]?.stdout.replace(",kex-strict-s-v00@openssh.com", "") ?? "";
  return sshHost(variant, { commands: { [OFFER]: { stdout } } });
}

function keygen(name: string): FixtureSpec {
  return sshHost("stock", { commands: { [RSA]: { stdout: sshFile(`keys/${name}.said`) } } });
}

function moduli(name: string): FixtureSpec {
  return sshHost("stock", { files: { "/etc/ssh/moduli": sshFile(name) } });
}

/** dpkg's status with another version of openssh-server. */
function installed(version: string): FixtureSpec {
  const status = sshFile("dpkg-status").replace("1:9.2p1-2+deb12u10", version);
  return sshHost("stock", { files: { "/var/lib/dpkg/status": status } });
}

const LISTS = "/var/lib/apt/lists/deb.debian.org_debian-security_dists_bookworm-security";

function withoutDpkg(more: FixtureSpec): FixtureSpec {
  return without(sshHost("stock", more), "/var/lib/dpkg/status");
}

const terrapin: readonly CheckCase[] = [
  { check: "SSH-22", rating: "passed", about: "strict key exchange is offered", host: sshHost("stock") },
  {
    check: "SSH-22",
    rating: "warning",
    about: "ChaCha20 without strict kex",
    host: withoutStrictKex("stock"),
  },
  { check: "SSH-22", rating: "passed", about: "no strict kex, but only CTR", host: withoutStrictKex("cbc") },
  { check: "SSH-22", rating: "none", about: "no OpenSSH server here", host: accountsHost() },
  {
    check: "SSH-22",
    rating: "unknown",
    about: "sshd ends at once",
    host: sshHost("stock", { commands: { [OFFER]: { exitCode: 255, stderr: "no hostkeys available\n" } } }),
  },
  {
    check: "SSH-22",
    rating: "unknown",
    about: "only the greeting comes",
    host: sshHost("stock", { commands: { [OFFER]: { stdout: "SSH-2.0-OpenSSH_9.2p1\r\n" } } }),
  },
];

const hostKeys: readonly CheckCase[] = [
  { check: "SSH-23", rating: "passed", about: "RSA 3072, ECDSA, Ed25519", host: sshHost("stock") },
  { check: "SSH-23", rating: "warning", about: "RSA 2048", host: keygen("rsa2048") },
  { check: "SSH-23", rating: "critical", about: "RSA 1024", host: keygen("rsa1024") },
  { check: "SSH-23", rating: "critical", about: "DSA", host: keygen("dsa") },
  {
    check: "SSH-23",
    rating: "warning",
    about: "no Ed25519",
    host: without(sshHost("stock"), HOST_KEY_NAMES[2] ?? ""),
  },
  { check: "SSH-23", rating: "none", about: "no OpenSSH server here", host: accountsHost() },
  {
    check: "SSH-23",
    rating: "unknown",
    about: "ssh-keygen is gone",
    host: sshHost("stock", {
      commands: Object.fromEntries(HOST_KEY_NAMES.map((path) => [`ssh-keygen -l -f ${path}`, "missing"])),
    }),
  },
  {
    check: "SSH-23",
    rating: "unknown",
    about: "a host key is no key",
    host: sshHost("stock", { commands: { [RSA]: { exitCode: 255, stderr: "… is not a key file.\n" } } }),
  },

  { check: "SSH-24", rating: "passed", about: "0600", host: sshHost("stock") },
  {
    check: "SSH-24",
    rating: "critical",
    about: "everybody reads one",
    host: sshHost("stock", { files: { [HOST_KEY_NAMES[0] ?? ""]: { text: "", mode: 0o644 } } }),
  },
  {
    check: "SSH-24",
    rating: "critical",
    about: "one belongs to bob",
    host: sshHost("stock", { files: { [HOST_KEY_NAMES[0] ?? ""]: { text: "", mode: 0o600, uid: 1001 } } }),
  },
  { check: "SSH-24", rating: "none", about: "no OpenSSH server here", host: accountsHost() },
  { check: "SSH-24", rating: "unknown", about: "sshd does not say which", host: sshHost("broken") },

  { check: "SSH-25", rating: "passed", about: "stock Debian", host: sshHost("stock") },
  {
    check: "SSH-25",
    rating: "critical",
    about: "the group writes a drop-in",
    host: sshHost("cloud", {
      files: {
        "/etc/ssh/sshd_config.d/50-cloud-init.conf": {
          text: "PasswordAuthentication yes\n",
          mode: 0o664,
          gid: 4,
        },
      },
    }),
  },
  {
    check: "SSH-25",
    rating: "critical",
    about: "everybody adds drop-ins",
    host: sshHost("cloud", { folders: { "/etc/ssh/sshd_config.d": { mode: 0o777 } } }),
  },
  { check: "SSH-25", rating: "none", about: "no OpenSSH server here", host: accountsHost() },
  {
    check: "SSH-25",
    rating: "unknown",
    about: "the main file cannot be read",
    host: sshHost("stock", { files: { "/etc/ssh/sshd_config": { text: "", fault: "denied" } } }),
  },
];

const groups: readonly CheckCase[] = [
  { check: "SSH-26", rating: "warning", about: "Debian's file: 2048 bits", host: moduli("moduli.stock") },
  { check: "SSH-26", rating: "passed", about: "3072 bits and more", host: moduli("moduli.strong") },
  { check: "SSH-26", rating: "critical", about: "1024 bits", host: moduli("moduli.weak") },
  { check: "SSH-26", rating: "passed", about: "group exchange is not offered", host: sshHost("hardened") },
  {
    check: "SSH-26",
    rating: "warning",
    about: "no file",
    host: without(sshHost("stock"), "/etc/ssh/moduli"),
  },
  { check: "SSH-26", rating: "none", about: "no OpenSSH server here", host: accountsHost() },
  {
    check: "SSH-26",
    rating: "unknown",
    about: "the file holds something else",
    host: sshHost("stock", { files: { "/etc/ssh/moduli": "<html>404</html>\n" } }),
  },
  {
    check: "SSH-26",
    rating: "unknown",
    about: "the file cannot be read",
    host: sshHost("stock", { files: { "/etc/ssh/moduli": { text: "", fault: "denied" } } }),
  },
];

/** OpenSSH 9.8 and later tell a line that 9.2 does not know. */
function penalties(value: string): FixtureSpec {
  const stdout = `${saidOf("stock")[asks("doesnotexist")]?.stdout ?? ""}persourcepenalties ${value}\n`;
  return sshHost("stock", { commands: { [asks("doesnotexist")]: { stdout } } });
}

const versions: readonly CheckCase[] = [
  { check: "SSH-28", rating: "none", about: "OpenSSH 9.2 has none", host: sshHost("stock") },
  {
    check: "SSH-28",
    rating: "passed",
    about: "on",
    host: penalties(
      "crash:90.0 authfail:5.0 noauth:1.0 grace-exceeded:10.0 refuseconnection:10.0 max:600.0 min:15.0",
    ),
  },
  { check: "SSH-28", rating: "warning", about: "off", host: penalties("no") },
  { check: "SSH-28", rating: "unknown", about: "sshd refuses its configuration", host: sshHost("broken") },

  { check: "SSH-29", rating: "passed", about: "the newest", host: sshHost("stock") },
  {
    check: "SSH-29",
    rating: "warning",
    about: "a newer one is in the security archive",
    host: installed("1:9.2p1-2+deb12u7"),
  },
  { check: "SSH-29", rating: "critical", about: "regreSSHion", host: installed("1:9.2p1-2+deb12u2") },
  {
    check: "SSH-29",
    rating: "unknown",
    about: "no package lists",
    host: without(sshHost("stock"), `${LISTS}_InRelease`, `${LISTS}_main_binary-amd64_Packages`),
  },
  {
    check: "SSH-29",
    rating: "critical",
    about: "regreSSHion, and no package lists",
    host: without(installed("1:9.2p1-2+deb12u2"), `${LISTS}_InRelease`),
  },
  {
    check: "SSH-29",
    rating: "unknown",
    about: "apt's lists cannot be read",
    host: sshHost("stock", { folders: { "/var/lib/apt/lists": { fault: "denied" } } }),
  },
  {
    check: "SSH-29",
    rating: "unknown",
    about: "dpkg's status cannot be read",
    host: sshHost("stock", { files: { "/var/lib/dpkg/status": { text: "", fault: "denied" } } }),
  },
  {
    check: "SSH-29",
    rating: "unknown",
    about: "no dpkg, and a version that may have been mended",
    host: withoutDpkg({
      commands: {
        "/usr/sbin/sshd -V": { stderr: "OpenSSH_9.9p1, OpenSSL 3.2.2 4 Jun 2024\n" },
      },
    }),
  },
  {
    check: "SSH-29",
    rating: "warning",
    about: "no dpkg, and a version that may have the hole",
    host: withoutDpkg({
      commands: {
        "/usr/sbin/sshd -V": {
          exitCode: 1,
          stderr: "unknown option -- V\nOpenSSH_8.7p1, OpenSSL 3.0.7 1 Nov 2022\n",
        },
      },
    }),
  },
  { check: "SSH-29", rating: "none", about: "no OpenSSH server here", host: accountsHost() },
];

export const SSH_CRYPTO_CASES: readonly CheckCase[] = [...terrapin, ...hostKeys, ...groups, ...versions];
