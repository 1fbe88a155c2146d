import { settingCheck } from "./setting.ts";

/** Ways in. */
export const rootLogin = settingCheck({
  id: "SSH-01",
  title: "root does not sign in over SSH",
  why: "Every attacker knows the name root and guesses its password first; and a log that says root does not say who it was.",
  source: "CIS 5.1.20, Lynis SSH-7408, brief",
  gives: ["passed", "warning", "critical"],
  settings: ["PermitRootLogin"],
});

export const emptyPasswords = settingCheck({
  id: "SSH-03",
  title: "Empty passwords open nothing",
  why: "An account whose password field is empty would be open to everybody who knows its name.",
  source: "CIS 5.1.19",
  gives: ["passed", "warning", "critical"],
  settings: ["PermitEmptyPasswords"],
});

export const maxAuthTries = settingCheck({
  id: "SSH-04",
  title: "Few tries in one connection",
  why: "Each connection is worth as many guesses as it allows, and half of them are never logged.",
  source: "brief, CIS 5.1.16, Lynis SSH-7408",
  gives: ["passed", "warning", "critical"],
  settings: ["MaxAuthTries"],
});

export const loginGrace = settingCheck({
  id: "SSH-05",
  title: "Time to sign in is short",
  why: "Connections that never sign in hold a slot each: with 0 (no limit) a few hundred of them shut everybody else out.",
  source: "CIS 5.1.13; Lynis rates 0 as good",
  gives: ["passed", "warning", "critical"],
  settings: ["LoginGraceTime"],
});

export const maxStartups = settingCheck({
  id: "SSH-06",
  title: "Unfinished sign-ins are limited",
  why: "Without a limit somebody who opens connections and says nothing takes the memory of the host.",
  source: "CIS 5.1.18",
  gives: ["passed", "warning", "critical"],
  settings: ["MaxStartups"],
});

export const maxSessions = settingCheck({
  id: "SSH-07",
  title: "Sessions per connection are limited",
  why: "Many sessions in one connection hide what is done in them: only the first one signs in.",
  source: "CIS 5.1.17, Lynis SSH-7408",
  gives: ["passed", "warning"],
  settings: ["MaxSessions"],
});

export const clientAlive = settingCheck({
  id: "SSH-08",
  title: "Dead connections end",
  why: "A session whose client is gone stays open for whoever takes over the line, or sits down at the terminal.",
  source: "CIS 5.1.7; Lynis rates 0 as good",
  gives: ["passed", "warning"],
  settings: ["ClientAliveInterval", "ClientAliveCountMax"],
});

/** What a session may carry. */
export const x11 = settingCheck({
  id: "SSH-11",
  title: "No X11 forwarding",
  why: "Whoever is root here could read the keyboard of everybody who signs in with it.",
  source: "Lynis SSH-7408, CIS 5.1.12",
  gives: ["passed", "warning"],
  settings: ["X11Forwarding"],
});

export const forwarding = settingCheck({
  id: "SSH-12",
  title: "No tunnels through this host",
  why: "A customer with forwarding reaches what listens on loopback only (databases, Redis) and sends mail from this address; GatewayPorts and tunnels put others into your network.",
  source: "CIS 5.1.8, Lynis SSH-7408",
  gives: ["passed", "warning", "critical"],
  settings: ["AllowTcpForwarding", "AllowAgentForwarding", "PermitTunnel", "GatewayPorts"],
});

export const userEnvironment = settingCheck({
  id: "SSH-13",
  title: "Users set no environment for sshd",
  why: "LD_PRELOAD from a user's file runs their code before every restriction (ForceCommand, sftp only) takes hold.",
  source: "CIS 5.1.21, Lynis SSH-7408",
  gives: ["passed", "warning", "critical"],
  settings: ["PermitUserEnvironment"],
});

export const hostBased = settingCheck({
  id: "SSH-14",
  title: "No other host vouches for users",
  why: "Who owns one of the trusted hosts, or writes a .rhosts, signs in here under any name without a secret.",
  source: "CIS 5.1.10, 5.1.11",
  gives: ["passed", "warning", "critical"],
  settings: ["HostbasedAuthentication", "IgnoreRhosts"],
});

export const gssapi = settingCheck({
  id: "SSH-15",
  title: "No Kerberos where none is used",
  why: "It is code before the sign-in that attackers reach and nobody needs.",
  source: "CIS 5.1.9",
  gives: ["passed", "warning"],
  settings: ["GSSAPIAuthentication"],
});

export const usePam = settingCheck({
  id: "SSH-16",
  title: "PAM has its say",
  why: "Without PAM expired accounts, access times, limits and account locks do not count over SSH.",
  source: "CIS 5.1.22",
  gives: ["passed", "warning"],
  settings: ["UsePAM"],
});

export const strictModes = settingCheck({
  id: "SSH-17",
  title: "Keys that others may write are refused",
  why: "With a home or a key file that others can write to, they add a key of their own and sign in as that user.",
  source: "Lynis SSH-7408",
  gives: ["passed", "warning", "critical"],
  settings: ["StrictModes"],
});

export const logLevel = settingCheck({
  id: "SSH-18",
  title: "sshd writes down who tries",
  why: "Below INFO attacks leave no line and every lockout is blind; only VERBOSE tells which key opened the door and which were refused.",
  source: "CIS 5.1.14, Mozilla",
  gives: ["passed", "warning", "critical"],
  settings: ["LogLevel"],
});

/** Cryptography, by RFC 9142 and ssh-audit's policies. */
export const ciphers = settingCheck({
  id: "SSH-19",
  title: "Ciphers are strong",
  why: "CBC leaks parts of the plain text to somebody on the line who can make the connection fail often.",
  source: "CIS 5.1.6, ssh-audit",
  gives: ["passed", "warning", "critical"],
  settings: ["Ciphers"],
});

export const macs = settingCheck({
  id: "SSH-20",
  title: "Integrity codes are strong",
  why: "A short or broken code lets somebody on the line change packets; codes over the plain text tell them how it decrypts.",
  source: "CIS 5.1.15, ssh-audit",
  gives: ["passed", "warning", "critical"],
  settings: ["MACs"],
});

export const keyExchange = settingCheck({
  id: "SSH-21",
  title: "Key exchanges are strong",
  why: "What is recorded today is decrypted the day its key exchange is broken; SHA-1 and the 1024-bit group are within reach of states.",
  source: "CIS 5.1.12, ssh-audit, RFC 9142",
  gives: ["passed", "warning", "critical"],
  settings: ["KexAlgorithms"],
});

export const requiredRsaSize = settingCheck({
  id: "SSH-27",
  title: "Short RSA keys are refused",
  why: "A 1024-bit key of a user or host is within reach of factoring: whoever has its public half signs in.",
  source: "sshd_config(5), OpenSSH",
  gives: ["passed", "warning"],
  settings: ["RequiredRSASize"],
});
