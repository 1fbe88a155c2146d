import { ScureBase32Plugin } from "otplib";
import { codeAt } from "../../src/twofactor/codes.ts";
import { stepOf } from "../../src/twofactor/steps.ts";
import { GOOD, HOST_ROOT, type TestRoom } from "../accounts/room.ts";

/** An authenticator app that knows a secret. */
export class Device {
  readonly #secret: Uint8Array;
  readonly #room: TestRoom;

  constructor(secret: string, room: TestRoom) {
    this.#secret = new ScureBase32Plugin().decode(secret);
    this.#room = room;
  }

  /** The code that it shows when its clock is this many seconds off. */
  code(driftSeconds = 0): string {
    return codeAt(this.#secret, stepOf(this.#room.clock.now() + driftSeconds * 1000));
  }
}

/** A code that is right at no time near now, on none of these devices. */
export function wrongCode(...devices: Device[]): string {
  const right = new Set<string>();
  for (const device of devices) {
    for (let drift = -1200; drift <= 1200; drift += 30) right.add(device.code(drift));
  }
  let guess = 0;
  while (right.has(String(guess).padStart(6, "0"))) guess += 1;
  return String(guess).padStart(6, "0");
}

/** An account with an active factor, one step after its confirmation. */
export async function enrolled(room: TestRoom, name = "alice") {
  const account = await room.accounts.create(HOST_ROOT, {
    name,
    role: "customer",
    email: `${name}@mail.example`,
    password: GOOD,
  });
  const { secret } = await room.twoFactor.enrol(HOST_ROOT, name);
  const device = new Device(secret, room);
  const { backupCodes } = await room.twoFactor.confirm(HOST_ROOT, name, device.code());
  room.clock.advance(30_000);
  return { account, device, backupCodes, secret };
}
