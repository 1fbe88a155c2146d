import type { FixCase } from "./case.ts";

const CONF = "/etc/nftables.conf";

/** A table that only castellan writes, as it was before it logged. */
const OWN_WITHOUT_LOG = `nft -f - <<'RULES'
flush ruleset
table inet castellan_input {
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    tcp dport { 22, 80 } accept
  }
}
RULES`;

export const FIX_CASES: readonly FixCase[] = [
  { check: "FW-01", break: "nft flush ruleset" },
  {
    check: "FW-02",
    break: `nft flush ruleset
ip -6 address add 2001:db8::5/64 dev "$(ip -o link show up | awk -F'[ :@]+' '$2 != "lo" { print $2; exit }')" nodad`,
    restore: `ip -6 address del 2001:db8::5/64 dev "$(ip -o link show up | awk -F'[ :@]+' '$2 != "lo" { print $2; exit }')"`,
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
  { check: "FW-08", break: OWN_WITHOUT_LOG, restore: "nft flush ruleset" },
];
