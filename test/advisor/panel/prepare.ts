import { ScureBase32Plugin } from "otplib";
import type { AdvisedPanel } from "../../../src/advisor/fact.ts";
import { codeAt } from "../../../src/twofactor/codes.ts";
import { stepOf } from "../../../src/twofactor/steps.ts";
import type { FixtureSpec } from "../../support/advised-host.ts";
import { ALICE, openPanelRoom, type PanelRoom } from "../room.ts";

/** `correct horse battery staple` by bcryptjs, and by `openssl passwd -6`. */
export const BCRYPT_12 = "$2b$12$MbAlXUGG/LnfHqsGYePXSuCts.EMXlzwJYj6Dt6wzF6cRuGR1LGwW";
export const SHA512 =
  "$6$saltsaltsaltsalt$csoGsaC3yxEIvMdVpxO2zEQlhCHi/6pnPVKHT3nfribhRDnEOL4O5nnsAETH/r6rG0vxiN/wRElsAf4u8CK4d.";

/** A panel in which `prepare` was done. */
export function panel(
  prepare: (room: PanelRoom) => Promise<unknown>,
  change: (made: AdvisedPanel) => AdvisedPanel = (made) => made,
): () => Promise<FixtureSpec> {
  return async () => {
    const room = await openPanelRoom();
    await prepare(room);
    return { panel: change(room.panel), now: room.time.now };
  };
}

export const nothing = async (): Promise<void> => {};
/** Without a panel nothing of it is known. */
export const NOT_OPEN: FixtureSpec = { panel: null };

export async function account(
  { castellan }: PanelRoom,
  name: string,
  role: "admin" | "reseller" | "customer",
  passwordHash: string | null = BCRYPT_12,
): Promise<void> {
  await castellan.accounts.create(ALICE, { name, role, passwordHash });
}

export async function withFactor(room: PanelRoom, name: string): Promise<void> {
  const { secret } = await room.castellan.twoFactor.enrol(ALICE, name);
  const code = codeAt(new ScureBase32Plugin().decode(secret), stepOf(room.time.now));
  await room.castellan.twoFactor.confirm(ALICE, name, code);
}

export const set = (room: PanelRoom, sql: string): unknown => room.castellan.database.sqlite.exec(sql);
