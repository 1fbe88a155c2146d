import { describe, expect, it } from "vitest";
import { ALICE, AS_ALICE, CONSOLE, ED25519, HASH, sshdMissing, sshHost } from "./support.ts";

const missing = sshdMissing();
const BOB = { name: "bob", uid: 1001, hash: HASH, keys: ED25519 };
const MAIN =
  "Include /etc/ssh/sshd_config.d/*.conf\nPort 22\nUsePAM yes\nKbdInteractiveAuthentication no\nPasswordAuthentication no\n";

/** How alice, who comes from 198.51.100.7, and bob, of whom nothing is known, fare. */
async function fare(config: string, files: Record<string, string> = {}, operator = AS_ALICE) {
  const host = sshHost({
    logins: [ALICE, BOB],
    sudo: ["alice", "bob"],
    files: { "/etc/ssh/sshd_config": `${MAIN}${config}`, ...files },
  });
  const { people } = await host.ssh.read(operator);
  return Object.fromEntries(people.map(({ login, ways, unsure }) => [login, [ways, unsure] as const]));
}

const IN = [["publickey"], []];
const OUT = [[], []];

describe.skipIf(missing !== null)(`who gets in from where${missing === null ? "" : ` (${missing})`}`, () => {
  it("is certain only where every address that a Match names lets in", async () => {
    const config = "Match Address 198.51.100.0/24\nPubkeyAuthentication no\nPasswordAuthentication yes\n";
    const { alice, bob } = await fare(config);
    expect(alice).toEqual([["password"], []]);
    expect(bob?.[0]).toEqual([]);
    expect(bob?.[1]).toEqual([
      "publickey: only from some addresses (Match)",
      "password: only from some addresses (Match)",
    ]);
  });

  it("goes by the port that somebody may choose, and by the operator's own", async () => {
    const config = "Port 2222\nMatch LocalPort 22\nPubkeyAuthentication no\n";
    const { alice, bob } = await fare(config);
    expect(alice).toEqual(OUT);
    expect(bob).toEqual(IN);
    const both = await fare(`${config}PasswordAuthentication yes\n`);
    expect(new Set(both["bob"]?.[0])).toEqual(new Set(["publickey", "password"]));
    const one = await fare("Match LocalPort 2222\nPubkeyAuthentication no\n");
    expect(one["bob"]).toEqual(IN);
  });

  it("hangs on lists with addresses", async () => {
    const allowed = await fare("AllowUsers alice@198.51.100.* bob@198.51.100.*\n");
    expect(allowed["alice"]).toEqual(IN);
    expect(allowed["bob"]).toEqual([[], ["publickey: AllowUsers bob@198.51.100.*: only from there"]]);
    const denied = await fare("DenyUsers *@10.0.0.0/8 alice@198.51.100.7\n");
    expect(denied["alice"]).toEqual(OUT);
    expect(denied["bob"]).toEqual([[], ["publickey: DenyUsers *@10.0.0.0/8: not from there"]]);
  });

  it("is nobody where sshd listens on loopback only, but who comes from there", async () => {
    const { alice, bob } = await fare("ListenAddress ::1\n");
    expect([alice, bob]).toEqual([OUT, OUT]);
    const near = await fare("ListenAddress ::1\n", {}, { ...AS_ALICE, address: "::1", connection: null });
    expect(near["alice"]).toEqual(IN);
    const six = await fare("AddressFamily inet6\n");
    expect(six["alice"]).toEqual(OUT);
    expect(six["bob"]?.[1]).toEqual(["publickey: only over IPv6"]);
  });

  it("is not known behind rules of PAM's, hosts.deny or options of sshd's", async () => {
    const cases: Record<string, string>[] = [
      { "/etc/hosts.deny": "sshd: ALL\n" },
      { "/etc/default/ssh": "SSHD_OPTS='-o PubkeyAuthentication=no'\n" },
      {
        "/etc/pam.d/sshd": "account required pam_access.so\n",
        "/etc/security/access.conf": "-:bob:ALL\n",
      },
    ];
    for (const files of cases) expect((await fare("", files))["bob"]?.[0], Object.keys(files)[0]).toEqual([]);
    expect((await fare("", { "/etc/default/ssh": "SSHD_OPTS=\n" }))["bob"]).toEqual(IN);
    const allowed = { "/etc/hosts.deny": "ALL: ALL\n", "/etc/hosts.allow": "sshd: ALL\n" };
    expect((await fare("", allowed))["bob"]).toEqual(IN);
  });
});

describe.skipIf(missing !== null)(`what is not known${missing === null ? "" : ` (${missing})`}`, () => {
  const CA = { "/etc/ssh/ca.pub": `${ED25519}\n` };
  const NO_KEY = { name: "alice", uid: 1000, hash: "*" };
  const certified = () =>
    sshHost({
      logins: [NO_KEY],
      files: { "/etc/ssh/sshd_config": `${MAIN}TrustedUserCAKeys /etc/ssh/ca.pub\n`, ...CA },
    });

  it("is no way in, and refuses at the console", async () => {
    const plan = await certified().plan({ maxauthtries: "3" }, CONSOLE);
    expect(plan.after.every(({ ways }) => ways.length === 0)).toBe(true);
    expect(plan.refusals[0]).toMatch(/^nobody .* certificates of \/etc\/ssh\/ca\.pub cannot be known/);
  });

  it("is proven by the operator's own connection as long as the change leaves it as it is", async () => {
    const host = certified();
    const kept = await host.plan({ maxauthtries: "3" });
    expect(kept.refusals).toEqual([]);
    expect(kept.notes).toContainEqual(
      expect.stringContaining("castellan cannot know whether anybody gets in"),
    );
    const lost = await host.plan({ pubkeyauthentication: "no" });
    expect(lost.refusals).toHaveLength(2);
  });

  it("does not replace a way that was certain", async () => {
    const host = sshHost({
      logins: [{ ...NO_KEY, hash: HASH }],
      files: {
        "/etc/ssh/sshd_config": `${MAIN.replace("PasswordAuthentication no", "PasswordAuthentication yes")}TrustedUserCAKeys /etc/ssh/ca.pub\n`,
        ...CA,
      },
    });
    const plan = await host.plan({ passwordauthentication: "no" });
    expect(plan.lost).toEqual(["alice"]);
    expect(plan.refusals).toHaveLength(2);
  });
});
