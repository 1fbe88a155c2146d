import { describe, expect, it } from "vitest";
import { inputRules } from "../../src/changes/own/input-policy.ts";
import { OWN_FILES } from "../../src/changes/own/paths.ts";
import { configFiles } from "../../src/changes/services/sshd-files.ts";
import { planPorts } from "../../src/ssh/port-change.ts";
import type { Scene } from "../../src/ssh/scene.ts";
import { AS_ALICE, sshdMissing, sshHost } from "./support.ts";

const missing = sshdMissing();
const POLICY = { tcpPorts: [22, 80, 443], udpPorts: [], sshPorts: [22], logDrops: false };

function ports(text: string | null | undefined): string[] {
  return [...(text ?? "").matchAll(/^(?:Port|ListenStream=) ?(\d+)$/gm)].map(([, port]) => port ?? "");
}

describe("another port where ssh.socket holds it", () => {
  const config = { lines: [], includes: [], files: [], faults: [] };
  const before = { config, ports: [22], general: new Map(), valuesOf: new Map(), people: [], others: [] };
  const scene = {
    operator: AS_ALICE,
    filter: null,
    socket: [{ address: "::", port: 22 }],
  } as unknown as Scene;

  it("writes a drop-in for the socket beside that of sshd, in both steps", () => {
    const next = new Map([["port", "2222"]]);
    const { now, later, notes } = planPorts(next, { files: configFiles("/nonexistent"), before, scene });
    const socket = (step: typeof now | null) =>
      step?.files.find(({ path }) => path === OWN_FILES.sshSocket)?.content;
    expect(socket(now)).toMatch(/\n\[Socket\]\nListenStream=\nListenStream=22\nListenStream=2222\n$/);
    expect(socket(later)).toMatch(/\n\[Socket\]\nListenStream=\nListenStream=2222\n$/);
    expect(later?.connectionPort).toBe(2222);
    expect(notes).toContainEqual(expect.stringContaining("ssh.socket holds the port"));
  });

  it("keeps the addresses that the socket listens on", () => {
    const near = {
      ...scene,
      socket: [
        { address: "127.0.0.1", port: 22 },
        { address: "fe80::1", port: 22 },
      ],
    };
    const place = { files: configFiles("/nonexistent"), before, scene: near };
    const { now } = planPorts(new Map([["port", "2222"]]), place);
    const text = now.files.find(({ path }) => path === OWN_FILES.sshSocket)?.content;
    expect(text?.match(/^ListenStream=.+$/gm)).toEqual([
      "ListenStream=127.0.0.1:22",
      "ListenStream=[fe80::1]:22",
      "ListenStream=127.0.0.1:2222",
      "ListenStream=[fe80::1]:2222",
    ]);
  });

  it("closes at once what needs no proof", () => {
    const both = { ...before, ports: [22, 2222] };
    const place = { files: configFiles("/nonexistent"), before: both, scene };
    const { now, later } = planPorts(new Map([["port", "2222"]]), place);
    expect(now.settings.get("port")).toBe("2222");
    expect(later).toBeNull();
  });
});

describe.skipIf(missing !== null)(`another port${missing === null ? "" : ` (${missing})`}`, () => {
  it("comes beside the old one, which is closed once somebody came in by the new one", async () => {
    const plan = await sshHost().plan({ port: "2222" });
    expect(plan.refusals).toEqual([]);
    const { draft } = plan.change;
    expect(ports(draft.files?.[0]?.content)).toEqual(["22", "2222"]);
    expect(draft.expect).toMatchObject({ "sshd:port": "22 2222" });
    expect(draft.followUp?.connectionPort).toBe(2222);
    const closing = draft.followUp?.draft;
    expect(ports(closing?.files?.[0]?.content)).toEqual(["2222"]);
    expect(closing).toMatchObject({ title: "SSH: close port 22", expect: { "sshd:port": "2222" } });
    expect(plan.notes).toContainEqual(expect.stringMatching(/^port 22 stays open until .* ssh -p 2222/));
  });

  it("opens it in castellan's own input policy, and closes the old one there too", async () => {
    const host = sshHost();
    host.put(OWN_FILES.inputRules, inputRules(POLICY));
    const { draft } = (await host.plan({ port: "2222" })).change;
    expect(draft.services).toEqual(["nftables", "sshd"]);
    const rules = (files = draft.files) => files?.find(({ path }) => path === OWN_FILES.inputRules)?.content;
    expect(rules()).toContain("tcp dport { 22, 80, 443, 2222 } accept");
    expect(rules(draft.followUp?.draft.files)).toContain("tcp dport { 80, 443, 2222 } accept");
    expect(draft.expect).toMatchObject({ "nftables:tcp:2222": "accept" });
  });

  it("cannot take away a port that another file sets", async () => {
    const host = sshHost();
    host.put("/etc/ssh/sshd_config.d/10-port.conf", "Port 22\n");
    expect((await host.plan({ port: "2222" })).refusals).toEqual([
      "/etc/ssh/sshd_config.d/10-port.conf:1 sets Port 22, which a drop-in cannot take away: remove that line yourself, then try again",
    ]);
    const both = await host.plan({ port: "22 2222" });
    expect(both.refusals).toEqual([]);
    expect(ports(both.change.draft.files?.[0]?.content)).toEqual(["2222"]);
    expect(both.change.draft.followUp).toBeUndefined();
  });

  it("has no effect where ListenAddress fixes the port, and that is found out before", async () => {
    const host = sshHost();
    host.put("/etc/ssh/sshd_config.d/10-listen.conf", "ListenAddress 10.0.0.5:22\n");
    expect((await host.plan({ port: "2222" })).refusals).toEqual([
      expect.stringMatching(/^\/etc\/ssh\/sshd_config\.d\/10-listen\.conf:1 .*ListenAddress/),
    ]);
  });

  it("is left alone by other changes, and goes back to the default when it is taken out", async () => {
    const host = sshHost();
    host.put(OWN_FILES.sshd, "Port 22\nPort 2222\n");
    const kept = await host.plan({ maxauthtries: "3" });
    expect(ports(kept.change.draft.files?.[0]?.content)).toEqual(["22", "2222"]);
    const gone = await host.ssh.plan(AS_ALICE, { settings: {}, remove: ["port"] });
    expect(gone.change.draft.files?.[0]?.content).toBeNull();
  });
});
