import type { FixCase } from "./case.ts";

const PERIODIC = "/etc/apt/apt.conf.d/20auto-upgrades";
const TIMERS = "apt-daily.timer apt-daily-upgrade.timer";

export const FIX_CASES: readonly FixCase[] = [
  {
    check: "SYS-02",
    break: `cp ${PERIODIC} /root/auto-upgrades
printf 'APT::Periodic::Update-Package-Lists "0";\\nAPT::Periodic::Unattended-Upgrade "0";\\n' > ${PERIODIC}
systemctl unmask ${TIMERS}; systemctl enable ${TIMERS}`,
    restore: `mv /root/auto-upgrades ${PERIODIC}; systemctl disable ${TIMERS}; systemctl mask ${TIMERS}`,
  },
  {
    check: "SYS-07",
    break:
      "mkdir -p /etc/systemd/journald.conf.d; printf '[Journal]\\nStorage=volatile\\n' > /etc/systemd/journald.conf.d/aa.conf",
    restore: "rm -rf /etc/systemd/journald.conf.d",
  },
  {
    check: "SYS-11",
    // The kernel talks to one auditd only, and to none in a container.
    needsKernel: true,
    break: `printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d
dpkg -i --force-unsafe-io /var/lib/later/*.deb
rm /usr/sbin/policy-rc.d; systemctl disable auditd`,
    restore: "dpkg --purge auditd libauparse0",
  },
  {
    check: "SYS-13",
    // As Debian 12 leaves the kernel, it is not green.
    break: "true",
    needsKernel: true,
  },
  { check: "SYS-14", break: "rm -f /etc/security/limits.d/*.conf" },
  {
    check: "SYS-15",
    // Debian's /var/tmp is part of /: a mount of its own is nothing that castellan makes.
    break: "mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs /var/tmp; chmod 0777 /tmp",
    restore: "chmod 1777 /tmp; umount /var/tmp",
  },
  {
    check: "SYS-20",
    break: "printf '#\\n' > /etc/cron.d/backup; chmod 0666 /etc/cron.d/backup",
    restore: "rm -f /etc/cron.d/backup",
  },
];
