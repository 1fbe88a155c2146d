import { execArgument, specifierSafe } from "./systemd-text.ts";

export const RECOVER_UNIT = "castellan-recover.service";
export const RECOVER_PATH = `/etc/systemd/system/${RECOVER_UNIT}`;

/**
 * The unit that rolls back at boot what nobody had confirmed when the machine went down: before sshd listens and
 * before castellan's own rules are loaded. All of late boot waits for it: systemd is then surely in early boot, where
 * `isEarlyBoot` tells the services to be left alone. It is there only while a change waits.
 */
export function recoverUnit(state: string, program: readonly string[]): string {
  const command = [...program, "change", "settle", "--state", state].map(execArgument).join(" ");
  return `# Written by castellan while a change waits for confirmation; it goes with it.
[Unit]
Description=castellan: take back what was not confirmed before the reboot
ConditionDirectoryNotEmpty=${specifierSafe(state)}/changes/open
RequiresMountsFor=${execArgument(state)} ${execArgument(program.at(0) ?? "/")}
After=local-fs.target systemd-sysctl.service
Before=sysinit.target ssh.service sshd.service ssh.socket castellan-firewall.service network-pre.target
DefaultDependencies=no
Conflicts=shutdown.target
Before=shutdown.target

[Service]
Type=oneshot
ExecStart=${command}
TimeoutStartSec=120

[Install]
WantedBy=sysinit.target
`;
}
