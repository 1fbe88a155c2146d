import type { FixCase } from "./case.ts";

/** A jail file of somebody else, which castellan's own comes after. */
const OTHER = "/etc/fail2ban/jail.d/zy.local";
/** Until the server answers: it does not at once. */
const RESTART = `systemctl restart fail2ban
for try in $(seq 50); do fail2ban-client ping >/dev/null 2>&1 && break; sleep 0.2; done`;

function jail(check: string, ...lines: readonly string[]): FixCase {
  return {
    check,
    break: `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} > ${OTHER}\n${RESTART}`,
    restore: `rm -f ${OTHER}\n${RESTART}`,
  };
}

const BLIND = jail(
  "F2B-03",
  "[sshd]",
  "enabled = true",
  "backend = polling",
  "logpath = /var/log/other.log",
  "ignoreself = false",
);

/** F2B-05, an old version, is mended by an update alone. */
export const FIX_CASES: readonly FixCase[] = [
  { check: "F2B-01", break: "systemctl disable --now fail2ban", restore: "systemctl enable fail2ban" },
  jail("F2B-02", "[sshd]", "enabled = false"),
  {
    ...BLIND,
    break: `touch /var/log/other.log
${BLIND.break}
ip link add guess0 type veth peer name guess1
ip link set guess0 up
ip address add 192.0.2.5/24 dev guess0
for try in 1 2 3 4; do
  sshpass -p wrong ssh -o StrictHostKeyChecking=no -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 bob@192.0.2.5 true || true
done`,
    restore: `ip link del guess0; ${BLIND.restore}`,
  },
  jail("F2B-04", "[sshd]", "bantime = 60"),
];
