import { chainHash, GENESIS } from "../../src/audit/chain.ts";
import type { PanelDatabase } from "../../src/database/open.ts";
import type { AuditRow } from "../../src/database/schema.ts";

/** Whole numbers from 0 to `below` - 1, the same at every run (a linear congruential generator). */
export type Draw = (below: number) => number;

export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

const ACTIONS = [
  ..."auth.sign_in auth.sign_in auth.sign_in auth.sign_out 2fa.check 2fa.check 2fa.enrol 2fa.confirm 2fa.reset".split(
    " ",
  ),
  ..."account.create account.update account.suspend account.resume account.delete password.change".split(" "),
  ..."password.reset allow.add allow.remove policy.update settings.update firewall.apply lockout.lift".split(
    " ",
  ),
  ..."apikey.create apikey.delete impersonation.begin impersonation.end domain.create domain.delete".split(
    " ",
  ),
];

interface Person {
  readonly name: string;
  readonly id: number;
  readonly addresses: readonly string[];
}

/** Who is in the log: five administrators who do half of it, resellers and 2,000 customers. */
function people(draw: Draw): Person[] {
  return Array.from({ length: 2_030 }, (_, at) => ({
    name: at < 5 ? `admin${at}` : at < 30 ? `reseller${at}` : `cust${at}`,
    id: at + 1,
    addresses: [address(draw), address(draw)],
  }));
}

function address(draw: Draw): string {
  return `${1 + draw(223)}.${draw(256)}.${draw(256)}.${1 + draw(254)}`;
}

type Facts = Omit<AuditRow, "seq" | "prev_hash" | "hash">;

function guardRow(draw: Draw, time: number): Facts {
  const details = {
    attempts: 3 + draw(9),
    because: "too many failures",
    expires: time + 900_000,
    scope: "address",
  };
  return {
    time,
    actor: "castellan",
    actor_account: null,
    via: "guard",
    verified: 1,
    on_behalf_of: null,
    action: draw(2) === 0 ? "lockout.add" : "lockout.expire",
    target: address(draw),
    outcome: "done",
    details: JSON.stringify(details),
    address: null,
  };
}

function personRow(draw: Draw, time: number, crowd: readonly Person[]): Facts {
  const pick = (most: number) => crowd[draw(most)] ?? { name: "nobody", id: 0, addresses: [] };
  const person = pick(draw(2) === 0 ? 5 : crowd.length);
  const other = pick(crowd.length);
  const details = {
    email: { new: `${other.name}@example${draw(500)}.net`, old: `${other.name}@mail${draw(50)}.org` },
    session: draw(1_000_000_000).toString(36),
    status: { new: "active", old: "suspended" },
  };
  return {
    time,
    actor: person.name,
    actor_account: person.id,
    via: "screen",
    verified: draw(10) === 0 ? 0 : 1,
    on_behalf_of: draw(500) === 0 ? other.name : null,
    action: ACTIONS[draw(ACTIONS.length)] ?? "",
    target: other.name,
    outcome: draw(10) > 0 ? "done" : draw(5) > 0 ? "refused" : "failed",
    details: JSON.stringify(details),
    address: draw(20) === 0 ? address(draw) : (person.addresses[draw(2)] ?? null),
  };
}

const IN_ONE_TRANSACTION = 10_000;

/** Fills the log with rows of a busy panel, with real hashes, and returns milliseconds per row. */
export function fillAudit({ sqlite }: PanelDatabase, key: Buffer, rows: number): number {
  const draw = seededDraw(1);
  const crowd = people(draw);
  const insert = sqlite.prepare(
    `INSERT INTO audit VALUES (@seq, @time, @actor, @actor_account, @via, @verified, @on_behalf_of, @action, @target,
      @outcome, @details, @address, @prev_hash, @hash)`,
  );
  const begun = performance.now();
  let prev_hash: Buffer = GENESIS;
  let time = 1_600_000_000_000;
  for (let seq = 1; seq <= rows; seq += 1) {
    if (seq % IN_ONE_TRANSACTION === 1) sqlite.exec("BEGIN IMMEDIATE");
    time += draw(20_000);
    const facts = { ...(draw(20) < 7 ? guardRow(draw, time) : personRow(draw, time, crowd)), seq, prev_hash };
    prev_hash = chainHash(key, facts);
    insert.run({ ...facts, hash: prev_hash });
    if (seq % IN_ONE_TRANSACTION === 0 || seq === rows) sqlite.exec("COMMIT");
  }
  return (performance.now() - begun) / rows;
}
