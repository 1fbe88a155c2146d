import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../src/host/command.ts";
import { titled, whyNot } from "./service-host.ts";

const IN_NAMESPACES = ["--mount", "--net", "--pid", "--fork", "--kill-child"];
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const WHY =
  ["nginx", "nft", "unshare"]
    .map((program) => whyNot(program))
    .concat(whyNoMachine())
    .find((why) => why !== null) ?? null;

function whyNoMachine(): string | null {
  try {
    execFileSync("unshare", [...IN_NAMESPACES, path("running.sh"), "true"], { stdio: "ignore" });
    return null;
  } catch {
    return "needs namespaces and an overlay file system";
  }
}

/** Service, where castellan was killed, the state of the change once it was settled, and which side the host is on. */
type Row = readonly [service: string, where: string, state: string, side: string];

describe.skipIf(WHY !== null)(titled("a kill once a real service has taken new files", WHY), () => {
  let rows: readonly Row[] = [];

  beforeAll(async () => {
    const scene = [process.execPath, path("killed-scene.ts")];
    const done = await runCommand({
      file: "unshare",
      args: [...IN_NAMESPACES, path("running.sh"), ...scene],
      timeoutMs: 170_000,
    });
    expect([done.exitCode, done.exitCode === 0 ? "" : done.stderr]).toEqual([0, ""]);
    const lines = done.stdout.split("\n").filter((line) => line !== "");
    rows = lines.map((line) => JSON.parse(line) as Row);
  }, 180_000);

  it.each(["nftables", "nginx"])("%s, its files and the journal agree after the next start", (name) => {
    const own = rows.filter(([service]) => service === name);
    expect(own.length).toBeGreaterThan(15);
    const wrong = own.filter(([, , state, side]) => side !== (state === "applied" ? "new" : "old"));
    expect(wrong).toEqual([]);
    const states = new Set(own.map(([, , state]) => state));
    expect(states).toEqual(new Set(["rolled_back", "applied"]));
  });

  it("counts a kill between loading the rules and the journal's next state among them", () => {
    expect(rows).toContainEqual(["nftables", "apply, before probe nftables", "rolled_back", "old"]);
  });
});
