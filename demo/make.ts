import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlayedHost } from "../screens/open.tsx";
import { type Castellan, openCastellan } from "../src/castellan.ts";
import type { Actor } from "../src/host/actor.ts";
import { type Attack, createAttack } from "./attack.ts";
import { layHost } from "./host.ts";
import { MARIA, mariasSignIn, playSignIns } from "./people.ts";
import { playPrograms } from "./recorded.ts";

/** The attack began this long before the demo opens; told in coarse turns. */
const HISTORY_MS = 50 * 60_000;
const HISTORY_TURN_MS = 12_000;

const DEMO_ACTOR: Actor = {
  name: "root",
  accountId: null,
  role: "root",
  osLogin: "root",
  address: "192.0.2.10",
  via: "screen",
  verified: true,
  onBehalfOf: null,
};

/** A made-up host with its people, and a panel for it. */
export interface Demo {
  readonly state: string;
  readonly root: string;
  readonly played: PlayedHost;
}

/** Makes all of the demo below an empty folder of our own. */
export async function makeDemo(folder: string): Promise<Demo> {
  const now = Date.now();
  const [state, root] = [join(folder, "state"), join(folder, "host")];
  mkdirSync(state, { mode: 0o700 });
  mkdirSync(root);
  layHost(root, now);
  writeFileSync(
    join(root, "var/log/auth.log"),
    `${mariasSignIn(now - HISTORY_MS)}\n${historyOf(createAttack(Math.random), now)}`,
    { mode: 0o640 },
  );
  const played = { run: playPrograms(root), administrators: playSignIns(), operator: MARIA };
  await furnish(state, root, played);
  return { state, root, played };
}

/** What has happened before: shown, counted in the chart, and locking nobody. */
function historyOf(attack: Attack, now: number): string {
  const lines: string[] = [];
  for (let time = now - HISTORY_MS; time < now - HISTORY_TURN_MS; time += HISTORY_TURN_MS)
    lines.push(...attack.next(time));
  return lines.map((line) => `${line}\n`).join("");
}

/** A small company: people with and without a second factor, and a policy that wants it of admins. */
async function furnish(state: string, root: string, played: PlayedHost): Promise<void> {
  const { run, administrators } = played;
  const castellan = await openCastellan({ state, root, readOnly: false, sandbox: true, run, administrators });
  const { accounts, lockouts } = castellan;
  await accounts.create(DEMO_ACTOR, { name: "root", role: "root", email: "root@example.com" });
  await accounts.create(DEMO_ACTOR, {
    name: "maria",
    role: "admin",
    email: "maria@example.com",
    osLogin: "maria",
  });
  await accounts.create(DEMO_ACTOR, { name: "webshop", role: "reseller", email: "hosting@example.net" });
  await accounts.create(DEMO_ACTOR, {
    name: "bakery",
    role: "customer",
    parent: "webshop",
    email: "hello@example.org",
  });
  await accounts.create(DEMO_ACTOR, { name: "florist", role: "customer", parent: "webshop" });
  await lockouts.allow(DEMO_ACTOR, { cidr: "192.0.2.10/32", note: "the office" });
  await requireSecondFactor(castellan);
  await castellan.close();
}

async function requireSecondFactor({ twoFactor }: Castellan): Promise<void> {
  await twoFactor.setPolicy(DEMO_ACTOR, { enforce: "admins" });
}
