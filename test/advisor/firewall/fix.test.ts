import { expect, test } from "vitest";
import { FIREWALL_CHECKS } from "../../../src/advisor/areas/firewall.ts";
import type { Fix } from "../../../src/advisor/check.ts";
import { openFactRun } from "../../../src/advisor/gather.ts";
import { inputRules, readInputRules } from "../../../src/changes/own/input-policy.ts";
import { OWN_FILES } from "../../../src/changes/own/paths.ts";
import { type FixtureSpec, fixtureHost } from "../../support/advised-host.ts";
import { firewallHost } from "../cases/firewall-host.ts";

async function fixOf(id: string, spec: FixtureSpec): Promise<Fix | null> {
  const check = FIREWALL_CHECKS.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  const run = openFactRun(fixtureHost(spec));
  return check.fix(await Promise.all(check.facts.map((fact) => run.know(fact))));
}

function policyOf(fix: Fix | null) {
  const files = fix?.via === "change" ? (fix.draft.files ?? []) : [];
  return readInputRules(files.find(({ path }) => path === OWN_FILES.inputRules)?.content ?? "");
}

const OWN_POLICY = inputRules({ tcpPorts: [80, 443], udpPorts: [], sshPorts: [22], logDrops: true });
const REDIS =
  'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))\n' +
  'tcp LISTEN 0 128 0.0.0.0:2222 0.0.0.0:* users:(("sshd",pid=1,fd=4))\n' +
  'tcp LISTEN 0 128 0.0.0.0:6379 0.0.0.0:* users:(("redis-server",pid=2,fd=3))\n' +
  "udp UNCONN 0 0 0.0.0.0:51820 0.0.0.0:*\n";

test("a new policy leaves every port open that is in use", async () => {
  expect(policyOf(await fixOf("FW-01", firewallHost("none", { ss: REDIS })))).toEqual({
    tcpPorts: [22, 2222, 6379],
    udpPorts: [51_820],
    logDrops: true,
  });
});

test("a data base that the internet reaches is closed, SSH never", async () => {
  const policy = policyOf(await fixOf("FW-06", firewallHost("none", { ss: REDIS })));
  expect(policy?.tcpPorts).toEqual([22, 2222]);
});

test("where sshd's port is held by systemd it stays open", async () => {
  const ss = 'tcp LISTEN 0 4096 *:22 *:* users:(("systemd",pid=1,fd=80))\n';
  expect(policyOf(await fixOf("FW-01", firewallHost("none", { ss })))?.tcpPorts).toEqual([22]);
});

test("no policy is offered without knowing where SSH listens, nor beside another manager", async () => {
  const none = 'tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=1,fd=3))\n';
  expect(await fixOf("FW-01", firewallHost("none", { ss: none }))).toBeNull();
  expect(await fixOf("FW-01", firewallHost("none", { ss: "missing" }))).toBeNull();
  expect(await fixOf("FW-01", firewallHost("rules-only"))).toBeNull();
});

test("ports of castellan's own policy stay, in use or not", async () => {
  const own = firewallHost("own", { ss: REDIS, files: { [OWN_FILES.inputRules]: OWN_POLICY } });
  expect(policyOf(await fixOf("FW-06", own))).toBeNull();
  const open = firewallHost("castellan", { ss: REDIS, files: { [OWN_FILES.inputRules]: OWN_POLICY } });
  expect(policyOf(await fixOf("FW-01", open))?.tcpPorts).toEqual([22, 80, 443, 2222, 6379]);
});
