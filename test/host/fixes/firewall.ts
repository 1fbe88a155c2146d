import type { FixCase } from "./case.ts";

const CONF = "/etc/nftables.conf";

export const FIX_CASES: readonly FixCase[] = [
  { check: "FW-01", break: "nft flush ruleset" },
  {
    check: "FW-02",
    break: `nft flush ruleset
ip link add six0 type veth peer name six1
ip link set six0 up
ip -6 address add 2001:db8::5/64 dev six0 nodad`,
    restore: "ip link del six0",
  },
  {
    check: "FW-05",
    break: `cp ${CONF} /root/nftables.conf
printf '%s\\n' 'flush ruleset' 'table inet filter {' 'chain input { type filter hook input priority 0; policy drop;' \\
  'iif lo accept' 'ct state established,related accept' 'tcp dport 22 accept' '}' '}' > ${CONF}
nft -f ${CONF}
systemctl disable nftables`,
    restore: `nft flush ruleset; mv /root/nftables.conf ${CONF}`,
  },
  {
    check: "FW-06",
    break: `nft flush ruleset
systemd-run -q --unit=open-port python3 -m http.server 6379
for try in $(seq 50); do ss -Hltn | grep -q :6379 && break; sleep 0.1; done`,
    restore: "systemctl stop open-port",
  },
];
