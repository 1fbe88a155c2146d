import type { SignInCase } from "./try.ts";

const set = (text: string): string => `printf '%b' '${text}' > /etc/ssh/sshd_config.d/10-case.conf`;
/** Behind everything else, where a Match can do no harm to what follows. */
const add = (text: string): string => `printf '%b' '${text}' >> /etc/ssh/sshd_config`;
const ALL = ["key alice", "password alice", "key root", "key toor"] as const;

/** What sshd's configuration decides: Match, Include, Allow and Deny lists, methods, addresses and ports. */
export const CONFIG_CASES: readonly SignInCase[] = [
  { name: "as it is", make: "", tries: ALL },
  {
    name: "Match User",
    make: add("Match User alice\\nPubkeyAuthentication no\\n"),
    tries: ["key alice", "password alice"],
  },
  {
    name: "Match Group",
    make: add("Match Group sudo\\nPasswordAuthentication no\\n"),
    tries: ["key alice", "password alice"],
  },
  {
    name: "Match Address of here",
    make: add("Match Address 198.51.100.0/24\\nPubkeyAuthentication no\\n"),
    unsure: ["key alice"],
  },
  {
    name: "Match with a negation",
    make: add("Match User *,!alice\\nPubkeyAuthentication no\\n"),
    tries: ["key alice", "key root"],
  },
  {
    name: "several Match, the first counts",
    make: add("Match User alice\\nPubkeyAuthentication no\\nMatch Group sudo\\nPubkeyAuthentication yes\\n"),
  },
  {
    name: "Match LocalPort of the port",
    make: `${set("Port 2222\\n")}; ${add("Match LocalPort 2222\\nPubkeyAuthentication no\\n")}`,
    port: 2222,
  },
  { name: "Match LocalPort of another", make: add("Match LocalPort 2222\\nPubkeyAuthentication no\\n") },
  {
    name: "Match LocalPort of one of two",
    make: `${set("Port 22\\nPort 2222\\n")}; ${add("Match LocalPort 22\\nPubkeyAuthentication no\\n")}`,
    port: 2222,
  },
  {
    name: "Match LocalAddress",
    make: add("Match LocalAddress 198.51.100.1\\nPubkeyAuthentication no\\n"),
    unsure: ["key alice"],
  },
  {
    name: "Match Host",
    make: add("Match Host 198.51.100.*\\nPubkeyAuthentication no\\n"),
    unsure: ["key alice"],
  },
  {
    name: "Match in an included file ends with it",
    make: `${set("Match User alice\\nX11Forwarding no\\n")}; printf 'PubkeyAuthentication no\\n' > /etc/ssh/sshd_config.d/20-next.conf`,
    tries: ["key alice", "key root"],
  },
  {
    name: "Match before the Include",
    make: `sed -i '1i Match User root\\nPubkeyAuthentication no\\nMatch all' /etc/ssh/sshd_config`,
    tries: ["key alice", "key root"],
  },
  {
    name: "Include below Match",
    make: `printf 'PubkeyAuthentication no\\n' > /etc/ssh/only-root; ${add("Match User root\\nInclude only-root\\n")}`,
    tries: ["key alice", "key root"],
  },
  {
    name: "globs in their order",
    make: `printf 'PubkeyAuthentication no\\n' > /etc/ssh/sshd_config.d/20-b.conf; ${set("PubkeyAuthentication yes\\n")}`,
  },
  {
    name: "AllowUsers with CIDR",
    make: set("AllowUsers alice@198.51.100.0/24 root\\n"),
    tries: ["key alice", "key root"],
    unsure: ["key alice"],
  },
  {
    name: "AllowUsers with CIDR from elsewhere",
    make: set("AllowUsers alice@10.0.0.0/8 root\\n"),
    unsure: ["key alice"],
  },
  {
    name: "AllowUsers from everywhere but",
    make: set("AllowUsers alice@!10.0.0.0/8,*\\n"),
    tries: ["key alice", "key root"],
  },
  {
    name: "AllowUsers with a negation",
    make: set("AllowUsers alice@!198.51.100.11,198.51.100.0/24\\n"),
    unsure: ["key alice"],
  },
  { name: "DenyUsers from everywhere", make: set("DenyUsers alice@*\\n"), tries: ["key alice", "key root"] },
  { name: "DenyUsers from all of IPv4", make: set("DenyUsers alice@0.0.0.0/0\\n") },
  { name: "DenyUsers from here", make: set("DenyUsers alice@198.51.100.0/24\\n"), unsure: ["key alice"] },
  {
    name: "DenyUsers from a network elsewhere",
    make: set("DenyUsers alice@10.0.0.0/8\\n"),
    unsure: ["key alice"],
  },
  {
    name: "names that the host looks up",
    make: set("UseDNS yes\\nAllowUsers *@*.example.org\\n"),
    unsure: ["key alice"],
  },
  { name: "DenyGroups of the primary group", make: set("DenyGroups alice\\n") },
  {
    name: "AllowGroups of another",
    make: `groupadd ssh-admins; ${set("AllowGroups ssh-admins\\n")}`,
    tries: ["key alice", "key root"],
  },
  {
    name: "AllowGroups by a second name of a group",
    make: `groupadd -o -g 27 twin; ${set("AllowGroups twin\\n")}`,
  },
  { name: "PermitRootLogin yes", make: set("PermitRootLogin yes\\n"), tries: ALL },
  {
    name: "PermitRootLogin forced-commands-only",
    make: set("PermitRootLogin forced-commands-only\\n"),
    tries: ALL,
  },
  { name: "PermitRootLogin no", make: set("PermitRootLogin no\\n"), tries: ALL },
  {
    name: "publickey,password",
    make: set("AuthenticationMethods publickey,password\\n"),
    tries: ["key alice", "password alice"],
    unsure: [],
  },
  { name: "publickey,publickey with one key", make: set("AuthenticationMethods publickey,publickey\\n") },
  {
    name: "publickey,keyboard-interactive",
    make: set("KbdInteractiveAuthentication yes\\nAuthenticationMethods publickey,keyboard-interactive\\n"),
  },
  {
    name: "keyboard-interactive of a device that is not there",
    make: set("KbdInteractiveAuthentication yes\\nAuthenticationMethods keyboard-interactive:skey\\n"),
    tries: ["password alice"],
  },
  {
    name: "keyboard-interactive",
    make: set("KbdInteractiveAuthentication yes\\nPasswordAuthentication no\\n"),
    tries: ["key alice", "password alice"],
  },
  { name: "UsePAM no", make: set("UsePAM no\\n"), tries: ALL },
  { name: "ForceCommand that is no shell", make: set("ForceCommand /bin/true\\n"), unsure: ["key alice"] },
  {
    name: "ForceCommand that is one",
    make: set('ForceCommand /bin/sh -c "$SSH_ORIGINAL_COMMAND"\\n'),
    unsure: ["key alice"],
  },
  { name: "ChrootDirectory", make: set("ChrootDirectory /srv\\n") },
  { name: "MaxSessions 0", make: set("MaxSessions 0\\n") },
  { name: "MaxAuthTries 0", make: set("MaxAuthTries 0\\n") },
  { name: "MaxAuthTries 1", make: set("MaxAuthTries 1\\n") },
  { name: "a host key algorithm without a key", make: set("HostKeyAlgorithms ecdsa-sha2-nistp521\\n") },
  { name: "only ciphers that clients refuse", make: set("Ciphers aes128-cbc,3des-cbc\\n") },
  {
    name: "only key exchanges that clients refuse",
    make: set("KexAlgorithms diffie-hellman-group1-sha1\\n"),
  },
  { name: "only MACs that clients refuse", make: set("Ciphers aes128-ctr\\nMACs hmac-md5\\n") },
  { name: "RevokedKeys that are not there", make: set("RevokedKeys /etc/ssh/revoked\\n") },
  {
    name: "RevokedKeys with the key",
    make: `${set("RevokedKeys /etc/ssh/revoked\\n")}; cp /root/gate.pub /etc/ssh/revoked`,
  },
  {
    name: "RevokedKeys with another",
    make: `${set("RevokedKeys /etc/ssh/revoked\\n")}; cp /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/revoked`,
  },
  {
    name: "RevokedKeys in a KRL",
    make: `${set("RevokedKeys /etc/ssh/revoked\\n")}; ssh-keygen -q -k -f /etc/ssh/revoked /root/gate.pub`,
    unsure: ["key alice"],
  },
  { name: "ListenAddress ::1", make: set("ListenAddress ::1\\n") },
  { name: "ListenAddress 127.0.0.1", make: set("ListenAddress 127.0.0.1\\n") },
  { name: "ListenAddress of one network", make: set("ListenAddress 198.51.100.1\\n") },
  { name: "AddressFamily inet6", make: set("AddressFamily inet6\\n"), unsure: ["key alice"] },
  {
    name: "the port is closed",
    make: "nft add table inet t; nft 'add chain inet t i { type filter hook input priority 0; }'; nft add rule inet t i tcp dport 22 drop",
  },
  {
    name: "the port is closed for IPv4",
    make: "nft add table ip t; nft 'add chain ip t i { type filter hook input priority 0; }'; nft add rule ip t i tcp dport 22 drop",
    unsure: ["key alice"],
  },
  {
    name: "the port is closed for IPv6",
    make: "nft add table ip6 t; nft 'add chain ip6 t i { type filter hook input priority 0; }'; nft add rule ip6 t i tcp dport 22 drop",
  },
  {
    name: "the port is open for one network",
    make: "nft add table inet t; nft 'add chain inet t i { type filter hook input priority 0; policy drop; }'; nft add rule inet t i ip saddr 10.0.0.0/8 tcp dport 22 accept",
  },
  {
    name: "some are banned",
    make: "nft add table inet t; nft 'add set inet t s { type ipv4_addr; elements = { 203.0.113.9 } }'; nft 'add chain inet t i { type filter hook input priority 0; }'; nft add rule inet t i tcp dport 22 ip saddr @s drop",
  },
  { name: "hosts.deny", make: "echo 'sshd: ALL' > /etc/hosts.deny", unsure: ["key alice"] },
  { name: "ssh.socket", make: "systemctl stop ssh; systemctl start ssh.socket; mkdir -p /run/sshd" },
  {
    name: "ssh.socket on loopback",
    make: "mkdir -p /etc/systemd/system/ssh.socket.d; printf '[Socket]\\nListenStream=\\nListenStream=127.0.0.1:22\\n' > /etc/systemd/system/ssh.socket.d/x.conf; systemctl daemon-reload; systemctl stop ssh; systemctl start ssh.socket; mkdir -p /run/sshd",
  },
  {
    name: "options before the configuration",
    make: "echo 'SSHD_OPTS=\"-o PubkeyAuthentication=no\"' > /etc/default/ssh",
    unsure: ["key alice"],
  },
];
