import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { InboundPacket } from "../../src/firewall/inbound.ts";
import { readInboundFilter } from "../../src/firewall/inbound-read.ts";
import { randomRuleset } from "./inbound-random.ts";
import { randomSaved } from "./inbound-random-saved.ts";
import { openRange, PORTS, type Range, SENDERS } from "./inbound-range.ts";
import { HAND_WRITTEN } from "./inbound-rulesets.ts";
import { titled, whyNoNamespace } from "./network-namespace.ts";

const PACKETS: readonly Required<InboundPacket>[] = PORTS.flatMap((port) =>
  (["tcp", "udp"] as const).flatMap((protocol) =>
    ([4, 6] as const).flatMap((family) =>
      (["public", "private"] as const).map((kind) => ({
        protocol,
        port,
        family,
        from: SENDERS[family][kind],
      })),
    ),
  ),
);

/** More with RUNS=200. */
const RUNS = Number(process.env["RUNS"] ?? 12);
const NO_RULES = "*filter\nCOMMIT\n*mangle\nCOMMIT\n";

const whyNoIptables =
  spawnSync("iptables-legacy-restore", ["--version"]).status === 0 ? null : "needs iptables(8)";

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

describe.skipIf(whyNoNamespace !== null)(titled("what the rules let in, against real packets"), () => {
  let range: Range;
  beforeAll(async () => {
    range = await openRange();
  });
  afterAll(() => range.close());

  /** Loads rules, sends every packet, and tells where the verdict is not what the kernel did. */
  async function compare(
    load: { file: string; input: string }[],
  ): Promise<{ wrong: string[]; unclear: string[] }> {
    await range.run({ file: "nft", args: ["flush", "ruleset"] });
    for (const { file, input } of load) {
      const [program = "", ...args] = file.split(" ");
      const result = await range.run({ file: program, args, input });
      if (result.exitCode !== 0) throw new Error(`${file}: ${result.stderr}`);
    }
    const filter = await readInboundFilter(range.run);
    const passed = await range.ask(PACKETS);
    const wrong: string[] = [];
    const unclear: string[] = [];
    for (const [index, packet] of PACKETS.entries()) {
      const verdict = filter.verdict(packet);
      const text = `${packet.protocol} ${packet.port} from ${packet.from}: ${verdict}`;
      if (verdict === "unclear") unclear.push(text);
      else if ((verdict === "open") !== passed[index])
        wrong.push(`${text}, but the kernel ${passed[index] ? "let it in" : "did not"}`);
    }
    return { wrong, unclear };
  }

  test.each(HAND_WRITTEN)("$name", async ({ rules, unclear }) => {
    const found = await compare([{ file: "nft -f -", input: rules }]);
    expect(found.wrong).toEqual([]);
    expect(found.unclear.length).toBe(unclear ?? 0);
  });

  test("random rules of nft", { timeout: 600_000 }, async () => {
    const unclear: number[] = [];
    await fc.assert(
      fc.asyncProperty(randomRuleset, async (rules) => {
        const refused = await range.run({ file: "nft", args: ["-c", "-f", "-"], input: rules });
        fc.pre(refused.exitCode === 0);
        const found = await compare([{ file: "nft -f -", input: rules }]);
        expect(found.wrong).toEqual([]);
        unclear.push(found.unclear.length);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    // Not by calling everything unclear: only marks and lifetimes cannot be told.
    expect(average(unclear)).toBeLessThan(PACKETS.length / 4);
  });

  test.skipIf(whyNoIptables !== null).each(["nft", "legacy"])(
    `random rules of iptables-%s${whyNoIptables === null ? "" : ` [skipped: ${whyNoIptables}]`}`,
    { timeout: 600_000 },
    async (kind) => {
      const unclear: number[] = [];
      await fc.assert(
        fc.asyncProperty(randomSaved, async (saved) => {
          const found = await compare([
            { file: `iptables-${kind}-restore`, input: saved[4] },
            { file: `ip6tables-${kind}-restore`, input: saved[6] },
          ]);
          expect(found.wrong).toEqual([]);
          unclear.push(found.unclear.length);
        }),
        { numRuns: RUNS / 2, endOnFailure: true },
      );
      await compare([
        { file: `iptables-${kind}-restore`, input: NO_RULES },
        { file: `ip6tables-${kind}-restore`, input: NO_RULES },
      ]);
      expect(average(unclear)).toBeLessThan(PACKETS.length / 4);
    },
  );
});
