import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { INPUT_TABLE, inputPolicyDraft, inputRules } from "../../../src/changes/own/input-policy.ts";
import { OWN_FILES } from "../../../src/changes/own/paths.ts";
import { loadRules, openNftablesService } from "../../../src/changes/services/nftables.ts";
import { parseInputTable } from "../../../src/changes/services/nftables-table.ts";
import { openRange, type Range, SENDERS } from "../../firewall/inbound-range.ts";
import { titled, whyNoNamespace } from "../../firewall/network-namespace.ts";
import { ABOUT } from "../own/builders.ts";
import { draftOf, serviceHost, stagesLeft, verdicts } from "./service-host.ts";

const POLICY = { tcpPorts: [80, 443], udpPorts: [53], sshPorts: [22], logDrops: true };

describe.skipIf(whyNoNamespace !== null)(titled("the input policy, on a host with a network card"), () => {
  let range: Range;
  beforeAll(async () => {
    range = await openRange();
  });
  afterAll(() => range?.close());

  const reach = (protocol: "tcp" | "udp", ports: readonly number[]) =>
    range.ask(
      ports.flatMap((port) =>
        ([4, 6] as const).map((family) => ({ protocol, port, family, from: SENDERS[family].public })),
      ),
    );

  it("would load, which changes nothing; a fault is told by line", async () => {
    const service = openNftablesService(serviceHost({}, range.run).parts);
    expect(verdicts(await service.check(inputPolicyDraft(POLICY, ABOUT)))).toEqual({ "nft -c": true });
    const broken = draftOf({ [OWN_FILES.inputRules]: "table inet castellan_input {\n  nonsense\n}\n" });
    const [check] = await service.check(broken);
    expect(check).toMatchObject({ passed: false });
    expect(check?.lines.join()).toMatch(/\/etc\/castellan\/input\.nft:2/);
    expect((await range.run({ file: "nft", args: ["list", "ruleset"] })).stdout).toBe("");
    expect(stagesLeft()).toEqual([]);
  });

  it("lets in what it names and nothing else, over IPv4 and IPv6, and goes without a trace", async () => {
    const { root } = serviceHost();
    const path = join(root, "input.nft");
    writeFileSync(path, inputRules(POLICY));
    await loadRules(range, path);
    expect(await reach("tcp", [22, 80, 443])).toEqual(Array(6).fill(true));
    expect(await reach("udp", [53])).toEqual([true, true]);
    expect(await reach("tcp", [3306])).toEqual([false, false]);
    expect(await reach("udp", [80])).toEqual([false, false]);

    const listing = await range.run({
      file: "nft",
      args: ["-j", "list", "table", ...INPUT_TABLE.split(" ")],
    });
    const table = parseInputTable(listing.stdout);
    expect(table.value("policy")).toBe("drop");
    expect(table.value("tcp:22")).toBe("accept");
    expect(table.value("tcp:3306")).toBe("drop");
    expect(table.value("udp:53")).toBe("accept");

    writeFileSync(path, inputRules({ ...POLICY, tcpPorts: [3306], udpPorts: [] }));
    await loadRules(range, path);
    expect(await reach("tcp", [22, 3306, 80])).toEqual([true, true, true, true, false, false]);

    await loadRules(range, null);
    expect(await reach("tcp", [80])).toEqual([true, true]);
    await loadRules(range, null);
    expect((await range.run({ file: "nft", args: ["list", "ruleset"] })).stdout).toBe("");
  });

  it("leaves the tables of others as they are, also when it fails to load", async () => {
    await range.run({ file: "nft", args: ["add", "table", "inet", "of_others"] });
    const { root } = serviceHost();
    const path = join(root, "input.nft");
    writeFileSync(path, `${inputRules(POLICY)}add rule inet of_others nothing accept\n`);
    await expect(loadRules(range, path)).rejects.toMatchObject({ code: "change_failed" });
    const { stdout } = await range.run({ file: "nft", args: ["list", "ruleset"] });
    expect(stdout.trim()).toBe("table inet of_others {\n}");
    await range.run({ file: "nft", args: ["delete", "table", "inet", "of_others"] });
  });
});

describe("sshd's ports", () => {
  /** This machine, as far as ss and nft tell of it. */
  const machine = (ss: string) =>
    serviceHost({}, async ({ file }) => ({ exitCode: 0, stdout: file === "ss" ? ss : "", stderr: "" }));
  const check = async (ss: string, sshPorts: readonly number[]) => {
    const { parts } = machine(ss);
    const draft = inputPolicyDraft({ ...POLICY, sshPorts }, ABOUT);
    const checks = await openNftablesService({ ...parts, root: "/" }).check(draft);
    return checks.find(({ name }) => name === "sshd's ports stay open");
  };

  it("are never closed", async () => {
    const ss = 'tcp LISTEN 0 128 0.0.0.0:2222 0.0.0.0:* users:(("sshd",pid=7,fd=3))\n';
    expect(await check(ss, [2222])).toMatchObject({ passed: true });
    expect(await check(ss, [22])).toMatchObject({ passed: false, lines: ["port 2222 would be closed"] });
  });

  it("are unknown when ss does not tell", async () => {
    expect(await check("nonsense\n", [22])).toMatchObject({ passed: null });
  });
});

describe("what nft tells of the table", () => {
  it.each(["", "{}", '{"nftables": 1}', "nonsense"])("is refused when it is %j", (text) => {
    expect(() => parseInputTable(text)).toThrow(expect.objectContaining({ code: "source_unreadable" }));
  });
});
