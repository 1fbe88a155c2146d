import { describe, expect, it } from "vitest";
import { type RatingContext, rateSetting } from "../../src/ssh/ratings.ts";
import { SSH_SETTINGS } from "../../src/ssh/settings.ts";

function context(
  values: Readonly<Record<string, string>> = {},
  more: Partial<RatingContext> = {},
): RatingContext {
  return {
    values: new Map(Object.entries(values).map(([keyword, value]) => [keyword, value.split("\n")])),
    pamTakesPasswords: true,
    guessersLockedOut: null,
    logins: new Set(["root", "alice"]),
    ...more,
  };
}

const rate = (keyword: string, value: string, given = context()) =>
  rateSetting(keyword, value, given)?.rating;

describe("ratings of sshd's values", () => {
  it.each([
    ["permitrootlogin", "no", "passed"],
    ["permitrootlogin", "without-password", "warning"],
    ["permitrootlogin", "forced-commands-only", "warning"],
    ["permitrootlogin", "yes", "critical"],
    ["permitemptypasswords", "yes", "critical"],
    ["maxauthtries", "3", "passed"],
    ["maxauthtries", "6", "warning"],
    ["maxauthtries", "7", "critical"],
    ["logingracetime", "30", "passed"],
    ["logingracetime", "120", "warning"],
    ["logingracetime", "0", "critical"],
    ["maxstartups", "10:30:60", "passed"],
    ["maxstartups", "10:30:100", "warning"],
    ["maxstartups", "100000:1:100000", "critical"],
    ["maxsessions", "11", "warning"],
    ["x11forwarding", "yes", "warning"],
    ["allowtcpforwarding", "local", "passed"],
    ["permittunnel", "point-to-point", "critical"],
    ["gatewayports", "clientspecified", "warning"],
    ["gatewayports", "yes", "critical"],
    ["permituserenvironment", "LANG,LC_*", "warning"],
    ["permituserenvironment", "yes", "critical"],
    ["hostbasedauthentication", "yes", "critical"],
    ["usepam", "no", "warning"],
    ["strictmodes", "no", "critical"],
    ["loglevel", "VERBOSE", "passed"],
    ["loglevel", "INFO", "warning"],
    ["loglevel", "DEBUG3", "warning"],
    ["loglevel", "QUIET", "critical"],
    ["requiredrsasize", "1024", "warning"],
    ["port", "22", "passed"],
    ["ciphers", "aes256-gcm@openssh.com,aes128-ctr", "passed"],
    ["ciphers", "aes256-gcm@openssh.com,aes128-cbc", "critical"],
    ["macs", "hmac-sha2-256-etm@openssh.com,hmac-sha1", "warning"],
    ["macs", "hmac-md5", "critical"],
    ["kexalgorithms", "mlkem768x25519-sha256,curve25519-sha256", "passed"],
    ["kexalgorithms", "ecdh-sha2-nistp256", "warning"],
    ["kexalgorithms", "diffie-hellman-group16-sha512,diffie-hellman-group1-sha1", "critical"],
  ])("%s %s: %s", (keyword, value, wanted) => {
    expect(rate(keyword, value)).toBe(wanted);
  });

  it("passwords count by what stands between them and a guesser", () => {
    const password = (given: RatingContext) => rate("passwordauthentication", "yes", given);
    expect(password(context())).toBe("warning");
    expect(password(context({}, { guessersLockedOut: true }))).toBe("warning");
    expect(password(context({}, { guessersLockedOut: false }))).toBe("critical");
    expect(password(context({ authenticationmethods: "publickey,password publickey" }))).toBe("passed");
    expect(password(context({ authenticationmethods: "publickey,password password" }))).toBe("warning");
  });

  it("keyboard-interactive is the same password, unless PAM asks for none", () => {
    const interactive = (given: RatingContext) => rate("kbdinteractiveauthentication", "yes", given);
    expect(interactive(context({}, { guessersLockedOut: false }))).toBe("critical");
    expect(interactive(context({}, { pamTakesPasswords: false }))).toBe("passed");
    expect(interactive(context({}, { pamTakesPasswords: null }))).toBe("warning");
    expect(interactive(context({ usepam: "no" }))).toBe("passed");
  });

  it("a dead session ends within 15 minutes, and 0 is for ever", () => {
    expect(rate("clientaliveinterval", "300", context({ clientalivecountmax: "3" }))).toBe("passed");
    expect(rate("clientaliveinterval", "300", context({ clientalivecountmax: "4" }))).toBe("warning");
    expect(rate("clientaliveinterval", "0")).toBe("warning");
    expect(rate("clientaliveinterval", "300", context({ clientalivecountmax: "0" }))).toBe("warning");
  });

  it("a list of who may try is a wall, one with a login that is not there is a mistake", () => {
    expect(rate("allowusers", "")).toBe("warning");
    expect(rate("allowusers", "alice", context({ allowusers: "alice" }))).toBe("passed");
    expect(rate("allowusers", "", context({ allowgroups: "ssh-users" }))).toBe("passed");
    expect(rate("allowusers", "alicia", context({ allowusers: "alicia" }))).toBe("critical");
    expect(rate("allowusers", "al*", context({ allowusers: "al*" }))).toBe("passed");
  });

  it("has no opinion on anything else", () => {
    expect(rate("banner", "/etc/issue")).toBeUndefined();
    expect(rate("constructor", "x")).toBeUndefined();
  });

  it("every recommendation passes and may be written", () => {
    for (const { title, recommended, grammar } of SSH_SETTINGS) {
      if (recommended === null) continue;
      expect(recommended, title).toMatch(grammar);
      if (recommended.startsWith("-")) continue;
      expect(rate(title.toLowerCase(), recommended), title).toBe("passed");
    }
  });
});
