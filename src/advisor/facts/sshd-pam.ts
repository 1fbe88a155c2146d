import { type PamStack, readSshdPam } from "../../ssh/pam.ts";
import { defineFact } from "../fact.ts";
import { readThrough } from "./read-through.ts";

/** What PAM asks of somebody who signs in over SSH. */
export const sshdAuthFact = defineFact(
  "PAM for sshd",
  (host): Promise<PamStack> => readThrough(host, readSshdPam),
);
