import { describe, expect, it } from "vitest";
import { ACCOUNT_CHECKS } from "../../../src/advisor/areas/accounts.ts";
import { SSH_CHECKS } from "../../../src/advisor/areas/ssh.ts";
import { openFactRun } from "../../../src/advisor/gather.ts";
import { judgeAll } from "../../../src/advisor/judge.ts";
import type { Rating } from "../../../src/advisor/rating.ts";
import { type FixtureAnswer, type FixtureSpec, fixtureHost } from "../../support/advised-host.ts";
import { FAIL2BAN_WORKS, sshFile, sshHost } from "./host.ts";

const CHECKS = [...SSH_CHECKS, ...ACCOUNT_CHECKS];
/** A good host on which every one of these files and programs counts. */
const GOOD = sshHost("match", {
  ...FAIL2BAN_WORKS,
  files: {
    "/root/.profile": "umask 077\n",
    "/home/alice/.ssh/authorized_keys": { text: sshFile("keys/ed25519.pub"), uid: 1000, mode: 0o600 },
  },
  folders: { "/home/alice": { uid: 1000 }, "/home/alice/.ssh": { uid: 1000, mode: 0o700 } },
});

async function ratings(spec: FixtureSpec): Promise<Map<string, Rating>> {
  const run = openFactRun(fixtureHost(spec), { limitOf: () => 200 });
  const facts = [...new Set(CHECKS.flatMap((check) => check.facts))];
  const known = new Map(await Promise.all(facts.map(async (fact) => [fact, await run.know(fact)] as const)));
  return new Map(judgeAll(CHECKS, known).map(({ check, verdict }) => [check.id, verdict.rating]));
}

const UNSPOILT = ratings(GOOD);
const BADNESS = { passed: 0, unknown: 1, warning: 2, critical: 3 };

/** A fault never makes anything look better, and (if it matters) something is unknown or worse because of it. */
async function expectHonest(spec: FixtureSpec, matters = true): Promise<void> {
  const [before, after] = [await UNSPOILT, await ratings(spec)];
  const better = [...before].filter(([id, rating]) => {
    const now = after.get(id);
    return (
      now === undefined ||
      (now === "passed" && rating !== "passed") ||
      (rating === "unknown" && now !== rating)
    );
  });
  expect(better).toEqual([]);
  const worse = [...before].filter(([id, rating]) => BADNESS[after.get(id) ?? "passed"] !== BADNESS[rating]);
  if (matters) expect(worse).not.toEqual([]);
}

describe.each(
  Object.keys(GOOD.commands ?? {}).filter((line) => !line.includes("sshd -T") || !/bob|web1/.test(line)),
)("%s", (line) => {
  const faults: readonly (readonly [string, FixtureAnswer])[] = [
    ["is not installed", "missing"],
    ["hangs", "hang"],
    ["fails", { exitCode: 42, stderr: "something went wrong\n" }],
    ["says nothing", { exitCode: 0, stdout: "", stderr: "" }],
  ];
  // Silence is what sshd -t, pwck, grpck and dpkg answer when all is well.
  const silent = /-t -f|pwck|grpck|dpkg/.test(line);

  it.each(faults.filter(([name]) => !(silent && name === "says nothing")))("%s", async (_, answer) => {
    // Not knowing whether guessers are locked out is no worse than the passwords that they guess.
    const matters = !line.startsWith("fail2ban") || answer === "missing";
    await expectHonest({ ...GOOD, commands: { ...GOOD.commands, [line]: answer } }, matters);
  });
});

/** Read for nothing that castellan judges: names of the release, and what only tells when apt last looked. */
const OF_NO_WEIGHT = ["/etc/ssh/ssh_host_", "update-success-stamp", "/etc/gshadow", "/etc/pam.d/other"];

describe.each(
  Object.keys(GOOD.files ?? {}).filter((path) => !OF_NO_WEIGHT.some((part) => path.includes(part))),
)("%s", (path) => {
  it.each(["denied", "hang"] as const)("%s", async (fault) => {
    const file = GOOD.files?.[path];
    const whole = typeof file === "string" ? { text: file } : (file ?? { text: "" });
    await expectHonest({ ...GOOD, files: { ...GOOD.files, [path]: { ...whole, fault } } });
  });
});
