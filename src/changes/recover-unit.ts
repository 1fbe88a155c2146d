import { createHash } from "node:crypto";
import { execArgument, specifierSafe } from "./systemd-text.ts";

/**
 * Names of the units that come and go with a change. A state folder elsewhere has its own: two castellans must not
 * take each other's away.
 */
export function unitNames(state: string): { readonly recover: string; readonly rollBack: string } {
  const hash = createHash("sha256").update(state).digest("hex").slice(0, 8);
  const mark = state === "/var/lib/castellan" ? "" : `-${hash}`;
  return { recover: `castellan-recover${mark}.service`, rollBack: `castellan-rollback${mark}` };
}

/** Where the unit {@link recoverUnit} lies. */
export function recoverPath(state: string): string {
  return `/etc/systemd/system/${unitNames(state).recover}`;
}

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
