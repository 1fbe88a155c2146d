/**
 * Kills castellan from the moment on when a real service takes new files, on a machine of its own (running.sh), and
 * tells whether the service, the files and the journal agree once a fresh castellan has settled.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { OWN_FILES } from "../../../src/changes/own/paths.ts";
import { GUARD_ACTOR } from "../../../src/host/actor.ts";
import { CHILD, KILLED_DRAFTS, type Killed, openHere, STATE } from "./killed-machine.ts";

const FILES = { nftables: OWN_FILES.inputRules, nginx: OWN_FILES.nginx } as const;

const LOOKS: Readonly<Record<Killed, () => Promise<string>>> = {
  nftables: async () => execFileSync("nft", ["list", "ruleset"], { encoding: "utf8" }),
  async nginx() {
    // Workers of before answer for a moment longer.
    await wait(400);
    const response = await fetch("http://127.0.0.1:8080/", { headers: { connection: "close" } });
    return response.headers.get("server") ?? "";
  },
};

async function look(name: Killed): Promise<string> {
  return `${await LOOKS[name]()}\n${readFileSync(FILES[name], "utf8")}`;
}

/** Resolves with the operations of what a castellan does that nobody kills. */
async function operationsOf(work: (changes: ReturnType<typeof openHere>) => Promise<unknown>) {
  const operations: string[] = [];
  await work(openHere((name) => operations.push(name)));
  return operations;
}

async function apply(which: Killed, side: "old" | "new"): Promise<string[]> {
  return operationsOf(async (changes) => {
    const plan = await changes.plan(KILLED_DRAFTS[which][side]);
    const overwrite = plan.drift.map(({ path }) => path);
    const { id } = await changes.apply(GUARD_ACTOR, plan, { connection: null, overwrite });
    if (side === "old") await changes.confirm(GUARD_ACTOR, id, { connection: null, unproven: true });
  });
}

/** As it was before, with nothing in the journal but the change that made it so. */
async function reset(name: Killed): Promise<void> {
  rmSync(STATE, { recursive: true, force: true });
  rmSync(FILES[name], { force: true });
  mkdirSync(STATE, { mode: 0o700 });
  await apply(name, "old");
}

function dieAt(what: "apply" | "settle", name: Killed, at: number): void {
  const { signal, stderr } = spawnSync(process.execPath, [CHILD, what, name, String(at)], {
    encoding: "utf8",
  });
  if (signal !== "SIGKILL") throw new Error(`${what} of ${name} did not die at ${at}: ${stderr}`);
}

async function settled(): Promise<string | undefined> {
  const changes = openHere(() => {});
  await changes.settle();
  return (await changes.list())[0]?.state;
}

/** Each single write to a record is killed by crash.test.ts: here it is what lies between services and journal that counts. */
const TOLD = /^(activate|probe|audit|create|rename|remove) |^sync \S+\/changes\/\d+$/;

/** The operations to die at, from a service's activation on: their places, and what they are. */
function points(name: Killed, operations: readonly string[]): (readonly [at: number, what: string])[] {
  const activated = operations.indexOf(`activate ${name}`);
  return [...operations.entries()].filter(([at, what]) => at >= activated && TOLD.test(what));
}

async function killEach(name: Killed): Promise<void> {
  await reset(name);
  const before = await look(name);
  const applying = await apply(name, "new");
  const after = await look(name);
  const wholes = new Map([
    [before, "old"],
    [after, "new"],
  ]);
  const tell = async (what: string) => {
    const state = await settled();
    process.stdout.write(
      `${JSON.stringify([name, what, state, wholes.get(await look(name)) ?? "neither"])}\n`,
    );
  };
  for (const [at, operation] of points(name, applying)) {
    await reset(name);
    dieAt("apply", name, at + 1);
    await tell(`apply, before ${operation}`);
  }
  const dieActivated = async () => {
    await reset(name);
    dieAt("apply", name, applying.indexOf(`probe ${name}`) + 1);
  };
  await dieActivated();
  const settling = await operationsOf((changes) => changes.settle());
  for (const [at, operation] of points(name, settling)) {
    await dieActivated();
    dieAt("settle", name, at + 1);
    await tell(`settle, before ${operation}`);
  }
}

writeFileSync(
  "/etc/nginx/nginx.conf",
  "pid /run/nginx.pid;\nevents {}\nhttp { include /etc/nginx/conf.d/*.conf; server { listen 127.0.0.1:8080; } }\n",
);
execFileSync("nginx", { stdio: "ignore" });
for (let tries = 0; !existsSync("/run/nginx.pid") && tries < 100; tries += 1) await wait(50);
await killEach("nftables");
await killEach("nginx");
process.exit(0);
