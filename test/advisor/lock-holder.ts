// Holds the Advisor's lock of a state folder until it is killed.
import { alone } from "../../src/advisor/run-lock.ts";

await alone(process.argv[2] ?? "", async () => {
  process.stdout.write("held\n");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
