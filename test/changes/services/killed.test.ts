import { beforeAll, describe, expect, it } from "vitest";
import { onOwnMachine, whyNoMachine } from "./own-machine.ts";
import { titled } from "./service-host.ts";

const WHY = whyNoMachine(["nginx", "nft"]);

/** Service, where castellan was killed, the state of the change once it was settled, and which side the host is on. */
type Row = readonly [service: string, where: string, state: string, side: string];

describe.skipIf(WHY !== null)(titled("a kill once a real service has taken new files", WHY), () => {
  let rows: readonly Row[] = [];

  beforeAll(async () => {
    rows = await onOwnMachine<Row>("killed-scene.ts", 400_000);
  }, 420_000);

  it.each(["nftables", "nginx"])("%s, its files and the journal agree after the next start", (name) => {
    const own = rows.filter(([service]) => service === name);
    expect(own.length).toBeGreaterThan(10);
    const wrong = own.filter(([, , state, side]) => side !== (state === "applied" ? "new" : "old"));
    expect(wrong).toEqual([]);
    const states = new Set(own.map(([, , state]) => state));
    expect(states).toEqual(new Set(["rolled_back", "applied"]));
  });

  it("counts a kill between loading the rules and the journal's next state among them", () => {
    expect(rows).toContainEqual(["nftables", "apply, before probe nftables", "rolled_back", "old"]);
  });
});
