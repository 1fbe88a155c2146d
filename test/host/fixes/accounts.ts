import type { FixCase } from "./case.ts";

export const FIX_CASES: readonly FixCase[] = [
  {
    check: "ACC-06",
    break: "chmod 0644 /etc/shadow; chmod 0666 /etc/group; chown bob /etc/gshadow",
    restore: "chown root:shadow /etc/shadow /etc/gshadow; chmod 0640 /etc/shadow /etc/gshadow",
  },
  {
    check: "ACC-07",
    // alice's NOPASSWD would leave a warning that no mode can mend.
    break: "printf 'alice ALL=(ALL) ALL\\n' > /etc/sudoers.d/alice; chmod 0666 /etc/sudoers.d/alice",
    restore:
      "printf 'alice ALL=(ALL) NOPASSWD:ALL\\n' > /etc/sudoers.d/alice; chmod 0440 /etc/sudoers.d/alice",
  },
];
