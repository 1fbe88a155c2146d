import fc from "fast-check";

const port = fc.constantFrom("22", "53", "80", "443", "3306", "8050");
const ports = fc.oneof(
  port,
  fc.constantFrom(
    "1-100",
    "400-4000",
    "{ 22, 80 }",
    "{ 53, 8000-8100 }",
    "@web",
    "@wide",
    "!= 22",
    "!= { 53, 80 }",
    "< 400",
    ">= 443",
  ),
);
const source4 = fc.constantFrom(
  ...[
    "203.0.113.9",
    "10.0.0.0/8",
    "!= 10.9.0.9",
    "{ 10.9.0.9, 192.0.2.0/24 }",
    "@some4",
    "!= @some4",
    "203.0.113.0-203.0.113.20",
  ],
);
const source6 = fc.constantFrom(
  "fd00::/8",
  "2001:db8:1::9",
  "!= fd00:9::9",
  "@some6",
  "{ fd00:9::/64, ::1 }",
);
const states = fc.constantFrom("new", "established,related", "{ new, untracked }", "!= new", "invalid");

const match = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom("tcp", "udp", "th"), ports)
      .map(([of, to]) => `${of === "th" ? "meta l4proto { tcp, udp } th" : of} dport ${to}`),
  },
  { weight: 2, arbitrary: source4.map((from) => `ip saddr ${from}`) },
  { weight: 2, arbitrary: source6.map((from) => `ip6 saddr ${from}`) },
  { weight: 2, arbitrary: states.map((state) => `ct state ${state}`) },
  fc.constantFrom("iifname eth0", "iifname != eth0", "iifname { lo, eth1 }", 'iifname "e*"', "iif lo"),
  fc.constantFrom(
    "meta nfproto ipv4",
    "meta nfproto ipv6",
    "meta l4proto tcp",
    "meta l4proto != tcp",
    "ip protocol udp",
    "ip6 nexthdr tcp",
  ),
  fc.constantFrom(
    "tcp flags syn",
    "tcp flags & (fin|syn|rst|ack) == syn",
    "tcp flags != syn",
    "limit rate 1000/second burst 1000 packets",
    "limit rate over 1000/second burst 1000 packets",
  ),
  fc.constantFrom(
    "fib daddr type local",
    "meta pkttype host",
    "ip daddr 224.0.0.0/4",
    "icmp type echo-request",
    "counter",
    "log",
  ),
  fc.constantFrom(
    "ip saddr . tcp dport { 10.0.0.0/8 . 22, 203.0.113.9 . 1-100 }",
    "meta mark 0",
    "ip ttl < 3",
  ),
);
const last = fc.constantFrom(
  "accept",
  "accept",
  "drop",
  "drop",
  "reject",
  "return",
  "continue",
  "counter",
  "jump one",
  "goto one",
  "jump two",
  "goto two",
);
const leaf = fc.constantFrom("accept", "accept", "drop", "reject", "return", "continue");
const maps = fc.constantFrom(
  "tcp dport vmap { 22 : accept, 80-443 : jump two, 3306 : drop }",
  "ip saddr vmap { 10.0.0.0/8 : return, 203.0.113.9 : goto two }",
  "ct state vmap { new : jump two, established : accept }",
  "meta l4proto . th dport vmap { tcp . 22 : accept, udp . 53 : return }",
);

function rulesOf(verdict: fc.Arbitrary<string>, most: number, withMaps: boolean): fc.Arbitrary<string> {
  const plain = fc
    .tuple(fc.array(match, { minLength: 0, maxLength: 2 }), verdict)
    .map(([matches, end]) => ({ words: [...matches, end], bare: matches.length === 0 }));
  const rule = withMaps
    ? fc.oneof(
        { weight: 6, arbitrary: plain },
        { weight: 1, arbitrary: maps.map((text) => ({ words: [text], bare: false })) },
      )
    : plain;
  return fc.array(rule, { minLength: 1, maxLength: most }).map((rules) =>
    rules
      // A rule that holds for everything leaves nothing to be tried behind it, and nft refuses two protocols in one.
      .filter(({ words, bare }) => !(bare && words.length === 1) && !contradicts(words))
      .map(({ words }) => words.join(" "))
      .join("\n"),
  );
}

/** Most of what nft refuses to load: matches of one rule that exclude each other. */
function contradicts(words: readonly string[]): boolean {
  const text = words.join(" ");
  const both = (a: RegExp, b: RegExp): boolean => a.test(text) && b.test(text);
  return (
    both(
      /\btcp (dport|flags)|protocol tcp|nexthdr tcp|l4proto tcp/,
      /\budp dport|protocol udp|icmp |l4proto != tcp/,
    ) ||
    both(/\bip (saddr|protocol|daddr|ttl)|nfproto ipv4|icmp /, /\bip6 |nfproto ipv6/) ||
    both(/icmp type/, /dport|l4proto/)
  );
}

const baseChain = (name: string, hook: "input" | "prerouting", priority: number): fc.Arbitrary<string> =>
  fc.tuple(rulesOf(last, 7, true), fc.constantFrom("accept", "drop")).map(
    ([
      rules,
      policy,
    ]) => `chain ${name} { type filter hook ${hook} priority ${priority}; policy ${hook === "input" ? policy : "accept"};
${rules}
}`,
  );

/** A table with sets, two chains to jump to, and one to three base chains. */
export const randomRuleset: fc.Arbitrary<string> = fc
  .tuple(
    rulesOf(leaf, 4, false),
    rulesOf(leaf, 3, false),
    baseChain("first", "input", -5),
    fc.option(baseChain("second", "input", 5), { nil: "" }),
    fc.option(baseChain("early", "prerouting", -350), { nil: "" }),
  )
  .map(
    ([one, two, ...chains]) => `table inet tried {
set web { type inet_service; elements = { 80, 443 } }
set wide { type inet_service; flags interval; elements = { 22, 3000-9000 } }
set some4 { type ipv4_addr; flags interval; elements = { 10.9.0.0/24, 198.51.100.7 } }
set some6 { type ipv6_addr; elements = { fd00:9::9 } }
chain two {
${two}
}
chain one {
${one}
}
${chains.join("\n")}
}
`,
  );
