import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openScreens } from "../screens/open.tsx";
import { type Castellan, openCastellan } from "../src/castellan.ts";
import type { Actor } from "../src/host/actor.ts";
import { type Attack, createAttack } from "./attack.ts";

const TURN_MS = 1_000;
/** The attack began this long before the demo opens; told in coarse turns. */
const HISTORY_MS = 50 * 60_000;
const HISTORY_TURN_MS = 12_000;
/** The first lockouts come fast, so that there is something to see. */
const RUSH_TURNS = 30;

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

/** `npm run demo`: a made-up host in a temporary folder under attack. Touches nothing of this machine. */
export async function openDemo(options: {
  readonly ascii: boolean;
  readonly engineThread: URL;
}): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "castellan-demo-"));
  const root = join(folder, "host");
  const state = join(folder, "state");
  const log = join(root, "var/log/auth.log");
  mkdirSync(join(root, "var/log"), { recursive: true });
  mkdirSync(join(root, "etc"), { recursive: true });
  mkdirSync(state, { mode: 0o700 });
  writeFileSync(
    join(root, "etc/passwd"),
    "root:x:0:0:root:/root:/bin/bash\nmaria:x:1000:1000::/home/maria:/bin/bash\n",
  );
  const attack = createAttack(Math.random);
  writeFileSync(log, historyOf(attack, Date.now()));
  await furnish(state, root);
  const write = (): void => {
    const lines = attack.next(Date.now());
    if (lines.length > 0) appendFileSync(log, `${lines.join("\n")}\n`);
  };
  const timer = setInterval(write, TURN_MS);
  const rush = setInterval(write, 60);
  setTimeout(() => clearInterval(rush), 60 * RUSH_TURNS);
  try {
    return await openScreens({ ...options, state, root, readOnly: false, plain: false, demo: true });
  } finally {
    clearInterval(timer);
    clearInterval(rush);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What has happened before: shown, counted in the chart, and locking nobody. */
function historyOf(attack: Attack, now: number): string {
  const lines: string[] = [];
  for (let time = now - HISTORY_MS; time < now - HISTORY_TURN_MS; time += HISTORY_TURN_MS)
    lines.push(...attack.next(time));
  return lines.map((line) => `${line}\n`).join("");
}

/** A small company: people with and without a second factor, and a policy that wants it of admins. */
async function furnish(state: string, root: string): Promise<void> {
  const castellan = await openCastellan({ state, root, readOnly: false, sandbox: true });
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
