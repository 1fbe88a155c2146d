import { expect, test } from "vitest";
import { JAIL_CHECKS } from "../../../src/advisor/areas/fail2ban-jails.ts";
import { host, recorded } from "../cases/fail2ban.ts";
import { askingOf } from "../verdict-of.ts";

const { fixOf, verdictOf } = askingOf(JAIL_CHECKS);
const MAIL = { running: ["dovecot.service", "postfix.service"] };

async function jailsOf(spec: ReturnType<typeof host>): Promise<string> {
  const fix = await fixOf("F2B-02", spec);
  return fix?.via === "change" ? (fix.draft.files ?? []).map(({ content }) => content).join("\n") : "";
}

test("a jail for dovecot is not set up where its filter could be halted by a line in the log", async () => {
  const old = host("stock", MAIL);
  expect(await jailsOf(old)).toMatch(/\[postfix\]/);
  expect(await jailsOf(old)).not.toMatch(/dovecot/);
  expect((await verdictOf("F2B-02", old))?.evidence.join("\n")).toContain("update fail2ban before: F2B-05");
});

test("it is from the version on that mends it", async () => {
  const answer = { stdout: recorded("stock.out").replace("1.0.2\n", "1.1.1\n") };
  const mended = host("stock", { ...MAIL, answer });
  expect(await jailsOf(mended)).toMatch(/\[dovecot\]/);
});
