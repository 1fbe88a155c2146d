import type { FixCase } from "./case.ts";

const DROP_IN = "/etc/ssh/sshd_config.d/50-weak.conf";

/** A drop-in of somebody else that sets these, and takes the place of castellan's. */
function weak(check: string, ...lines: readonly string[]): FixCase {
  return {
    check,
    break: `rm -f /etc/ssh/sshd_config.d/00-castellan.conf
printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} > ${DROP_IN}
systemctl reload ssh`,
    restore: `rm -f ${DROP_IN}; systemctl reload ssh`,
  };
}

/** SSH-28 (penalties) needs OpenSSH 9.8: it does not concern a Debian 12. */
export const FIX_CASES: readonly FixCase[] = [
  weak("SSH-01", "PermitRootLogin yes"),
  weak("SSH-02", "PasswordAuthentication yes", "KbdInteractiveAuthentication yes"),
  weak("SSH-03", "PermitEmptyPasswords yes"),
  weak("SSH-04", "MaxAuthTries 10"),
  weak("SSH-05", "LoginGraceTime 0"),
  // sshd's own 10:30:100. Of MaxStartups the last line counts: one of somebody else's cannot be beaten.
  weak("SSH-06", "PrintMotd no"),
  weak("SSH-07", "MaxSessions 50"),
  weak("SSH-08", "ClientAliveInterval 0"),
  {
    check: "SSH-09",
    // A list is only made where nobody else uses SSH: bob would be shut out.
    break: `rm -f /etc/ssh/sshd_config.d/00-castellan.conf ${DROP_IN}
usermod -s /usr/sbin/nologin bob
systemctl reload ssh`,
    restore: "usermod -s /bin/bash bob",
  },
  weak("SSH-11", "X11Forwarding yes"),
  weak("SSH-12", "AllowTcpForwarding yes", "GatewayPorts yes", "PermitTunnel yes"),
  weak("SSH-13", "PermitUserEnvironment yes"),
  weak("SSH-14", "HostbasedAuthentication yes", "IgnoreRhosts no"),
  weak("SSH-15", "GSSAPIAuthentication yes"),
  weak("SSH-16", "UsePAM no"),
  weak("SSH-17", "StrictModes no"),
  weak("SSH-18", "LogLevel QUIET"),
  weak("SSH-19", "Ciphers +aes128-cbc,3des-cbc"),
  weak("SSH-20", "MACs +hmac-md5,hmac-sha1-96"),
  weak("SSH-21", "KexAlgorithms +diffie-hellman-group14-sha1,diffie-hellman-group1-sha1"),
  {
    check: "SSH-24",
    break: "chmod 0644 /etc/ssh/ssh_host_rsa_key",
    restore: "chmod 0600 /etc/ssh/ssh_host_rsa_key",
  },
  {
    check: "SSH-25",
    break: `printf 'PrintMotd no\\n' > ${DROP_IN}; chmod 0666 ${DROP_IN}`,
    restore: `rm -f ${DROP_IN}`,
  },
  weak("SSH-27", "RequiredRSASize 1024"),
];
