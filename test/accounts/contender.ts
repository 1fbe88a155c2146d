import { once } from "node:events";
import { HOST_ROOT, openRoom, testClock } from "./room.ts";

/**
 * A process that tries to prove something many times at the same instant as others:
 * `contender.ts FOLDER TIME password|code|confirm NAME TRIES PROOF`. Prints `ready`, waits for a line, tries,
 * prints the reasons as JSON.
 */
const [folder = "", time = "", kind = "", name = "", tries = "", proof = ""] = process.argv.slice(2);
const room = await openRoom({ folder, clock: testClock(Number(time)) });
process.stdout.write("ready\n");
await once(process.stdin, "data");
const reasons = await Promise.all(
  Array.from({ length: Number(tries) }, async () => {
    if (kind === "password") return (await room.accounts.verifyPassword(HOST_ROOT, name, proof)).reason;
    return (await room.twoFactor.check(HOST_ROOT, name, proof)).reason;
  }),
);
await room.close();
process.stdout.write(`${JSON.stringify(reasons)}\n`, () => process.exit(0));
