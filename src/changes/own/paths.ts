/**
 * castellan's own files in the system: drop-ins beside the distribution's, never the distribution's own. Names sort so
 * that ours wins: first for sshd (the first value counts), last everywhere else.
 */
export const OWN_FILES = {
  sshd: "/etc/ssh/sshd_config.d/00-castellan.conf",
  sshSocket: "/etc/systemd/system/ssh.socket.d/castellan.conf",
  fail2ban: "/etc/fail2ban/jail.d/zz-castellan.local",
  inputRules: "/etc/castellan/input.nft",
  inputUnit: "/etc/systemd/system/castellan-firewall.service",
  sysctl: "/etc/sysctl.d/zz-castellan.conf",
  modprobe: "/etc/modprobe.d/castellan.conf",
  upgrades: "/etc/apt/apt.conf.d/99castellan",
  journald: "/etc/systemd/journald.conf.d/castellan.conf",
  coredump: "/etc/systemd/coredump.conf.d/castellan.conf",
  limits: "/etc/security/limits.d/castellan.conf",
  nginx: "/etc/nginx/conf.d/castellan.conf",
  nginxTls: "/etc/nginx/snippets/castellan-tls.conf",
} as const;

/** Our PHP settings for one version and one way of running it (`fpm`, `cli`, `apache2`). */
export function phpSettingsFile(version: string, sapi: string): string {
  return `/etc/php/${version}/${sapi}/conf.d/99-castellan.ini`;
}
