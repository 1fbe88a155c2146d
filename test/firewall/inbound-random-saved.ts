import fc from "fast-check";

const port = fc.constantFrom("22", "53", "80", "443", "3306", "8050");

const saved4 = fc.constantFrom(
  "-s 203.0.113.9/32",
  "! -s 10.9.0.9/32",
  "-s 10.0.0.0/8",
  "-m iprange --src-range 10.0.0.1-10.255.0.0",
  "-d 224.0.0.0/4",
);
const saved6 = fc.constantFrom("-s fd00::/8", "! -s 2001:db8:1::9/128", "-d ff00::/8");
const savedMatch = (addresses: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom("tcp", "udp"), port)
        .map(([of, to]) => `-p ${of} -m ${of} --dport ${to}`),
    },
    fc.constantFrom(
      "-p tcp -m tcp ! --dport 22",
      "-p udp -m udp --dport 50:500",
      "-p tcp -m multiport --dports 22,80,8000:8100",
      "-p udp",
    ),
    fc.constantFrom(
      "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN",
      "-p tcp -m tcp ! --tcp-flags SYN,ACK SYN",
    ),
    addresses,
    fc.constantFrom("-i eth0", "! -i eth0", "-i lo", "-i e+"),
    fc.constantFrom(
      "-m conntrack --ctstate NEW",
      "-m conntrack --ctstate RELATED,ESTABLISHED",
      "-m conntrack ! --ctstate NEW",
      "-m state --state INVALID",
    ),
    fc.constantFrom(
      '-m comment --comment "a \\"b\\" -j DROP"',
      "-m limit --limit 1000/sec --limit-burst 1000",
      "-m addrtype --dst-type LOCAL",
      "-m addrtype ! --dst-type LOCAL",
    ),
    fc.constantFrom(
      "-m mark --mark 0x1",
      "-m hashlimit --hashlimit-above 1000/sec --hashlimit-burst 1000 --hashlimit-name x",
      "-m pkttype --pkt-type broadcast",
    ),
  );
const savedTarget = fc.constantFrom(
  "-j ACCEPT",
  "-j ACCEPT",
  "-j DROP",
  "-j REJECT",
  "-j RETURN",
  "-j LOG",
  "-j one",
  "-g one",
  "",
);

function savedRules(
  chain: string,
  addresses: fc.Arbitrary<string>,
  most: number,
  target: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(savedMatch(addresses), target), { minLength: 1, maxLength: most })
    .map((rules) => rules.map(([asks, then]) => `-A ${chain} ${asks} ${then}`).join("\n"));
}

/** Input for iptables-restore and for ip6tables-restore. */
export const randomSaved: fc.Arbitrary<{ 4: string; 6: string }> = fc
  .tuple(savedTables(saved4), savedTables(saved6))
  .map(([four, six]) => ({ 4: four, 6: six }));

function savedTables(addresses: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom("ACCEPT", "DROP"),
      savedRules("INPUT", addresses, 8, savedTarget),
      savedRules("one", addresses, 3, fc.constantFrom("-j ACCEPT", "-j DROP", "-j RETURN")),
      savedRules("PREROUTING", addresses, 2, fc.constantFrom("-j DROP", "-j ACCEPT", "-j RETURN")),
    )
    .map(
      ([policy, input, one, early]) => `*filter
:INPUT ${policy} [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:one - [0:0]
${input}
${one}
COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
${early}
COMMIT
`,
    );
}
