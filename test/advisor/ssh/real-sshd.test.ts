import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SSH_CHECKS } from "../../../src/advisor/areas/ssh.ts";
import { parseOffer, sshOfferFact } from "../../../src/advisor/facts/ssh-offer.ts";
import { openFactRun } from "../../../src/advisor/gather.ts";
import { openAdvisedHost } from "../../../src/advisor/host.ts";
import { readEffective } from "../../../src/changes/services/sshd-effective.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { runCommand } from "../../../src/host/command.ts";
import { fixtureHost, judge } from "../../support/advised-host.ts";
import { asks, saidOf, sshFile, sshHost } from "./host.ts";

const hasSshd = existsSync("/usr/sbin/sshd") && existsSync("/run/sshd");
const isRoot = process.geteuid?.() === 0;

describe.skipIf(!hasSshd)("what a fix wants, by a real sshd's word (needs OpenSSH)", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "castellan-fix-"));
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key")]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const weak = sshFile("weak/sshd_config.d/50-weak.conf").replace(/^(AllowUsers|Port).*$/gm, "");
  const fixable = SSH_CHECKS.filter(
    ({ id }) => !["SSH-02", "SSH-09", "SSH-24", "SSH-25", "SSH-28"].includes(id),
  );

  it.each(fixable.map((check) => [check.id, check] as const))("%s turns green", async (_, check) => {
    const run = openFactRun(fixtureHost(sshHost("weak")));
    const fix = check.fix(await Promise.all(check.facts.map((fact) => run.know(fact))));
    if (fix === null) return;
    if (fix.via !== "ssh") throw new Error(`${check.id} is mended by a change`);
    const main = join(folder, `${check.id}.conf`);
    const drop = Object.entries(fix.wanted.settings).map((pair) => pair.join(" "));
    writeFileSync(main, `${drop.join("\n")}\n${weak}`);
    const values = await readEffective(runCommand, {
      main,
      hostKey: join(folder, "key"),
      named: (text) => text,
    });
    const stdout = [...values].flatMap(([name, lines]) => lines.map((line) => `${name} ${line}\n`)).join("");
    const mended = sshHost("weak", { commands: { [asks("doesnotexist")]: { stdout } } });
    expect(await judge(check, fixtureHost(mended), mended)).toEqual(
      expect.objectContaining({ rating: "passed" }),
    );
  });

  it("mends at least the sixteen settings that the weak configuration breaks", async () => {
    const fixes = await Promise.all(
      fixable.map(async (check) => {
        const run = openFactRun(fixtureHost(sshHost("weak")));
        return check.fix(await Promise.all(check.facts.map((fact) => run.know(fact))));
      }),
    );
    expect(fixes.filter((fix) => fix !== null).length).toBeGreaterThanOrEqual(16);
  });
});

describe.skipIf(!hasSshd || !isRoot)("what the installed sshd offers (needs root and OpenSSH)", () => {
  it("is read from a sshd that no network sees", async () => {
    const door = openAdvisedHost({ root: "/", run: runCommand, clock: systemClock, panel: null, ssh: null });
    const known = await openFactRun(door).know(sshOfferFact);
    expect(known).toEqual({
      known: true,
      value: { banner: expect.stringMatching(/^SSH-2\.0-OpenSSH_/), algorithms: expect.any(Array) },
    });
  });
});

describe("an offer", () => {
  it("is read from what was recorded", () => {
    const offer = parseOffer(saidOf("stock")["/usr/sbin/sshd -i -e"]?.stdout ?? "");
    expect(offer?.banner).toBe("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10");
    expect(offer?.algorithms).toEqual(
      expect.arrayContaining([
        "kex-strict-s-v00@openssh.com",
        "aes256-gcm@openssh.com",
        "umac-64@openssh.com",
      ]),
    );
  });

  it("is none in anything else", () => {
    for (const text of [
      "",
      "SSH-2.0-OpenSSH_9.2p1\r\n",
      "HTTP/1.1 400 Bad Request\r\n\r\ncurve25519-sha256",
    ]) {
      expect(parseOffer(text)).toBeNull();
    }
  });
});
