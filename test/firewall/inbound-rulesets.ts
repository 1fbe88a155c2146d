/** Rules as people write them; `unclear`: of the 48 packets, how many no reader of rules can judge. */
export const HAND_WRITTEN: readonly { name: string; rules: string; unclear?: number }[] = [
  { name: "no rules at all", rules: "" },
  {
    name: "a web server, as the nftables wiki writes it",
    rules: `table inet filter { chain input { type filter hook input priority 0; policy drop;
      ct state invalid drop
      ct state { established, related } accept
      iif lo accept
      ip protocol icmp accept
      meta l4proto ipv6-icmp accept
      tcp dport { 22, 80, 443 } accept
      ip saddr 10.0.0.0/8 tcp dport 3306 accept
      counter
      }
      }`,
  },
  {
    name: "new connections only, nothing for those that stand",
    rules: `table inet filter { chain input { type filter hook input priority 0; policy drop;
      tcp dport { 22, 80 } ct state new accept
      udp dport 53 accept
      icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
      }
      }`,
  },
  {
    name: "zones, as firewalld writes them",
    rules: `table inet firewalld {
      chain filter_INPUT { type filter hook input priority 10; policy accept;
        ct state { established, related } accept
        ct status dnat accept
        iifname "lo" accept
        ct state invalid drop
        jump filter_INPUT_ZONES
        reject with icmpx admin-prohibited
      }
      chain filter_INPUT_ZONES { goto filter_IN_public; }
      chain filter_IN_public { jump filter_IN_public_allow; meta l4proto { icmp, ipv6-icmp } accept
        reject with icmpx admin-prohibited
      }
      chain filter_IN_public_allow { tcp dport 22 accept
        ip6 daddr fe80::/64 udp dport 546 accept
      }
      }`,
  },
  {
    name: "by interface",
    rules: `table inet filter { chain input { type filter hook input priority 0; policy drop;
      meta l4proto icmpv6 accept
      ct state established accept
      iifname "lo" tcp dport 3306 accept
      iifname "eth*" tcp dport 22 accept
      iifname { "eth0", "eth1" } udp dport 53 accept
      iifname != "eth0" tcp dport 80 accept
      iifname "wg0" accept
      }
      }`,
  },
  {
    name: "named sets, with intervals and without, and a verdict map",
    rules: `table inet filter {
      set inside { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.168.0.0/16, 203.0.113.200-203.0.113.220
      } }
      set web { type inet_service; elements = { 80, 443
      } }
      set high { type inet_service; flags interval; elements = { 8000-8100
      } }
      map by_port { type inet_service : verdict; elements = { 22 : jump ssh, 53 : goto dns
      } }
      chain ssh { ip saddr @inside accept; ip6 saddr fd00::/8 accept; return; }
      chain dns { meta l4proto udp accept; }
      chain input { type filter hook input priority 0; policy drop;
        meta l4proto icmpv6 accept
        ct state vmap { established : accept, related : accept, invalid : drop }
        th dport vmap @by_port
        tcp dport @web accept
        tcp dport @high ip saddr != @inside accept
      }
      }`,
  },
  {
    name: "two tables, both must agree, and one that is for IPv4 only",
    rules: `table inet a { chain input { type filter hook input priority 10; policy accept; tcp dport 22 drop
      }
      }
      table inet b { chain input { type filter hook input priority -10; policy accept; tcp dport 80 accept; udp dport 80 reject
      }
      }
      table ip c { chain input { type filter hook input priority 0; policy accept; tcp dport 443 reject with tcp reset
      }
      }
      table inet castellan { set locked4 { type ipv4_addr; size 131072; flags interval, timeout; elements = { 10.9.0.0/24
      } }
        chain input { type filter hook input priority -200; policy accept; ip saddr @locked4 counter drop
      }
      }`,
  },
  {
    name: "drops before connection tracking",
    rules: `table inet raw { chain pre { type filter hook prerouting priority -300; policy accept;
      tcp dport 3306 drop
      udp dport { 53, 443 } notrack
      ip saddr 10.0.0.0/8 tcp dport 8000-8100 drop
      }
      }
      table inet filter { chain input { type filter hook input priority 0; policy drop;
      meta l4proto icmpv6 accept
      ct state established accept
      tcp dport 1-65535 accept
      udp dport 53 ct state untracked accept
      udp dport 443 accept
      }
      }`,
    // Which packets still have a state is not followed from hook to hook.
    unclear: 4,
  },
  {
    name: "limits, counters, logs, counted connections, sets that fill",
    rules: `table inet filter {
      set tries { type ipv4_addr; size 65535; flags dynamic, timeout; timeout 1m; }
      chain input { type filter hook input priority 0; policy drop;
      meta l4proto icmpv6 accept
      ct state established accept
      tcp dport 22 limit rate 1000/second burst 1000 packets accept
      tcp dport 80 limit rate over 100000/second burst 1000 packets drop
      tcp dport 80 counter log prefix "web " accept
      tcp dport 443 ct count over 1000 reject
      tcp dport 443 accept
      tcp dport 3306 add @tries { ip saddr limit rate over 1000/second burst 1000 packets } drop
      tcp dport 3306 update @tries { ip saddr } accept
      udp dport 53 fib daddr type local accept
      udp dport 80 fib saddr . iif oif missing drop
      udp dport 80 accept
      udp dport 443 meta pkttype != host drop
      udp dport 443 ip daddr 224.0.0.0/4 accept
      }
      }`,
    // An element keeps the limit of the rule that added it, also where another rule finds it.
    unclear: 2,
  },
  {
    name: "flags of TCP, fragments, protocols by number",
    rules: `table inet filter { chain input { type filter hook input priority 0; policy drop;
      meta l4proto icmpv6 accept
      tcp flags & (fin|syn|rst|ack) != syn ct state new drop
      tcp flags & (fin|syn) == (fin|syn) drop
      ip frag-off & 0x1fff != 0 drop
      ct state established accept
      ip protocol 6 th dport 22 accept
      ip6 nexthdr tcp tcp dport 22 accept
      tcp flags syn tcp dport 80 accept
      tcp dport < 54 accept
      udp dport >= 8000 accept
      meta nfproto ipv6 udp dport 53 accept
      meta protocol ip udp dport 80 accept
      }
      }`,
  },
  {
    name: "redirected ports, marks and programs cannot be followed",
    rules: `table inet nat { chain pre { type nat hook prerouting priority -100; tcp dport 80 redirect to :443;
      }
      }
      table inet filter { chain input { type filter hook input priority 0; policy accept;
      meta mark 0x1 tcp dport 22 drop
      udp sport < 1024 udp dport 53 drop
      ether saddr 00:11:22:33:44:55 tcp dport 3306 drop
      tcp dport 8000-8100 meta length > 1400 drop
      }
      }`,
    unclear: 20,
  },
  {
    name: "concatenations and catch-all elements",
    rules: `table inet filter {
      set who { type ipv4_addr . inet_service; flags interval; elements = { 10.0.0.0/8 . 3300-3310, 203.0.113.9 . 22
      } }
      chain input { type filter hook input priority 0; policy drop;
      meta l4proto icmpv6 accept
      ct state established accept
      ip saddr . tcp dport @who accept
      iifname . tcp dport { "eth0" . 443, "lo" . 80 } accept
      meta l4proto . th dport vmap { tcp . 8050 : accept, udp . 53 : accept, udp . 80 : drop }
      ip6 saddr vmap { fd00::/8 : accept, * : drop }
      }
      }`,
  },
];
