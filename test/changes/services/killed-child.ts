/** Applies a change or settles, and ends by SIGKILL before its operation of that number. Arguments: what, which, number. */
import { GUARD_ACTOR } from "../../../src/host/actor.ts";
import { KILLED_DRAFTS, type Killed, openHere } from "./killed-machine.ts";

const [what = "", name = "", killAt = "0"] = process.argv.slice(2);
let count = 0;
const changes = openHere(() => {
  count += 1;
  if (count === Number(killAt)) process.kill(process.pid, "SIGKILL");
});
if (what === "settle") await changes.settle();
else {
  const plan = await changes.plan(KILLED_DRAFTS[name as Killed].new);
  await changes.apply(GUARD_ACTOR, plan, { connection: null });
}
