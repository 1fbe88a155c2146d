import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inputPolicyDraft, inputRules, readInputRules } from "../../../src/changes/own/input-policy.ts";
import { OWN_FILES } from "../../../src/changes/own/paths.ts";
import { ABOUT } from "./builders.ts";

const POLICY = { tcpPorts: [443, 80], udpPorts: [], sshPorts: [22], logDrops: true };
const port = fc.integer({ min: 1, max: 65_535 });

describe("the input policy", () => {
  it("accepts sshd's ports whatever else it was told, each once and in order", () => {
    expect(readInputRules(inputRules({ ...POLICY, tcpPorts: [443, 80, 80], sshPorts: [2222, 22] }))).toEqual({
      tcpPorts: [22, 80, 443, 2222],
      udpPorts: [],
      logDrops: true,
    });
  });

  it("is read back as it was meant", () => {
    const ports = fc.array(port, { maxLength: 20 });
    const policies = fc.record({
      tcpPorts: ports,
      udpPorts: ports,
      sshPorts: fc.array(port, { minLength: 1, maxLength: 3 }),
      logDrops: fc.boolean(),
    });
    fc.assert(
      fc.property(policies, (policy) => {
        const sorted = (list: readonly number[]): number[] => [...new Set(list)].sort((a, b) => a - b);
        expect(readInputRules(inputRules(policy))).toEqual({
          tcpPorts: sorted([...policy.tcpPorts, ...policy.sshPorts]),
          udpPorts: sorted(policy.udpPorts),
          logDrops: policy.logDrops,
        });
      }),
    );
  });

  it("is not read from rules that somebody has changed", () => {
    const text = inputRules(POLICY);
    expect(readInputRules(text.replace("policy drop", "policy accept"))).toBeNull();
    expect(readInputRules(text.replace("ct state invalid drop\n", "tcp dport 22 drop\n"))).toBeNull();
    expect(readInputRules(`${text}flush ruleset\n`)).toBeNull();
    expect(readInputRules("")).toBeNull();
  });

  it.each([
    ["no port of sshd", { ...POLICY, sshPorts: [] }],
    ["port 0", { ...POLICY, tcpPorts: [0] }],
    ["a port beyond the last", { ...POLICY, udpPorts: [65_536] }],
    ["half a port", { ...POLICY, tcpPorts: [22.5] }],
    ["no number", { ...POLICY, tcpPorts: [Number.NaN] }],
    [
      "text in a number's place",
      { ...POLICY, tcpPorts: ["22 } accept; flush ruleset" as unknown as number] },
    ],
    ["more ports than a policy has", { ...POLICY, tcpPorts: Array.from({ length: 600 }, (_, at) => at + 1) }],
  ])("refuses %s", (_, policy) => {
    expect(() => inputRules(policy)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  it("goes back by itself, starts with the network, and expects sshd's ports to be open", () => {
    const draft = inputPolicyDraft(POLICY, ABOUT);
    expect(draft).toMatchObject({
      confirmSeconds: 120,
      services: ["systemd", "nftables"],
      units: [{ name: "castellan-firewall.service", enabled: true, active: true }],
      expect: { "nftables:policy": "drop", "nftables:tcp:22": "accept" },
    });
    expect(draft.files?.map(({ path }) => path)).toEqual([OWN_FILES.inputRules, OWN_FILES.inputUnit]);
  });

  it("needs no unit where there is no systemd", () => {
    const { files, units, services } = inputPolicyDraft({ ...POLICY, bootUnit: false }, ABOUT);
    expect([files?.length, units, services]).toEqual([1, undefined, ["nftables"]]);
  });
});
