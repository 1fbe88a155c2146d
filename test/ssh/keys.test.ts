import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type KeyOwner, keyPaths, readKeyFiles } from "../../src/ssh/key-files.ts";
import { badOption, hasExpired, optionValues, parseKeyLines } from "../../src/ssh/key-lines.ts";
import { parsePublicKey } from "../../src/ssh/public-key.ts";
import { temporaryFolder } from "../changes/support.ts";
import { ED25519, sshHost } from "./support.ts";

const isRoot = process.geteuid?.() === 0;
const ALICE: KeyOwner = {
  name: "alice",
  uid: 1000,
  gid: 1000,
  home: "/home/alice",
  gids: [],
  privateGroups: new Map([[1000, true]]),
};

describe("public keys", () => {
  it.each([
    ["ed25519", []],
    ["rsa", ["-b", "2048"]],
    ["rsa", ["-b", "3071"]],
    ["ecdsa", ["-b", "521"]],
  ])("are told as ssh-keygen tells them: %s %j", (type, size) => {
    const file = join(temporaryFolder(), "key");
    execFileSync("ssh-keygen", ["-q", "-N", "", "-t", type, ...size, "-f", file]);
    const [name = "", blob = ""] = readFileSync(`${file}.pub`, "utf8").split(" ");
    const [bits, fingerprint] = execFileSync("ssh-keygen", ["-lf", `${file}.pub`], {
      encoding: "utf8",
    }).split(" ");
    expect(parsePublicKey(name, blob)).toEqual({ type: name, bits: Number(bits), fingerprint });
  });

  it("are none when they are cut, of another type, or no base64", () => {
    const blob = ED25519.split(" ")[1] ?? "";
    expect(parsePublicKey("ssh-ed25519", blob)).not.toBeNull();
    expect(parsePublicKey("ssh-ed25519", blob.slice(0, -4))).toBeNull();
    expect(parsePublicKey("ssh-rsa", blob)).toBeNull();
    expect(parsePublicKey("ssh-ed25519", `${blob}\u001b`)).toBeNull();
  });
});

describe("lines of authorized_keys", () => {
  it("have options with blanks, commas and quotes in them, and a comment", () => {
    const text = [
      "# comment",
      "",
      `from="10.0.0.1,*.example.org",command="echo \\"a, b\\" # x",no-pty ${ED25519} alice@home (old)`,
      `  ${ED25519}`,
      "ssh-ed25519 rubbish \u001b[2Jevil",
      `restrict\t${ED25519}\tx`,
      `command="unended ${ED25519}`,
    ].join("\n");
    const keys = parseKeyLines(text);
    expect(keys.map(({ line, key, comment }) => [line, key !== null, comment])).toEqual([
      [3, true, "alice@home (old)"],
      [4, true, ""],
      [5, false, "\u001b[2Jevil"],
      [6, true, "x"],
      [7, false, ""],
    ]);
    const options = keys[0]?.options ?? [];
    expect(options).toHaveLength(3);
    expect(optionValues(options, "from")).toEqual(["10.0.0.1,*.example.org"]);
    expect(optionValues(options, "command")).toEqual(['echo "a, b" # x']);
    expect(badOption(options)).toBeNull();
    expect(badOption(["no-pty", "whatever"])).toBe("whatever");
  });

  it("expire", () => {
    const now = Date.UTC(2026, 10, 22, 12, 0, 0);
    expect(hasExpired("20261122115959Z", now)).toBe(true);
    expect(hasExpired("202611221201Z", now)).toBe(false);
    expect(hasExpired("20250101", now)).toBe(true);
    expect(hasExpired("soon", now)).toBeNull();
  });
});

describe("key files", () => {
  it("are named by tokens, below the home folder", () => {
    expect(keyPaths(".ssh/authorized_keys /etc/keys/%u-%U%%x %h/k none", ALICE)).toEqual([
      "/home/alice/.ssh/authorized_keys",
      "/etc/keys/alice-1000%x",
      "/home/alice/k",
    ]);
  });

  it.skipIf(!isRoot)("are never waited for, never followed to where the login may not read", () => {
    const host = sshHost();
    const path = "/home/alice/.ssh/authorized_keys";
    const place = join(host.root, path);
    const reasons = (): unknown =>
      readKeyFiles(host.root, ALICE, [path]).map(({ unreadable, keys }) => [unreadable, keys]);
    const swap = (make: () => void): unknown => {
      rmSync(place, { recursive: true, force: true });
      make();
      return reasons();
    };
    expect(swap(() => execFileSync("mkfifo", [place]))).toEqual([["is not a regular file", []]]);
    expect(swap(() => mkdirSync(place))).toEqual([["is not a regular file", []]]);
    expect(swap(() => symlinkSync("/dev/zero", place))).toEqual([
      ["is a link that leads out of this host's files", []],
    ]);
    expect(swap(() => symlinkSync("../../../etc/shadow", place))).toEqual([["alice cannot read it", []]]);
    host.put("/root/secret", ED25519, 0o644);
    expect(swap(() => symlinkSync("../../../root/secret", place))).toEqual([
      ["alice cannot enter /root", []],
    ]);
    expect(swap(() => symlinkSync("authorized_keys", place))).toEqual([["cannot be reached (ELOOP)", []]]);
    expect(swap(() => {})).toEqual([]);
  });

  it.skipIf(!isRoot)("are refused as StrictModes does, up to the home folder", () => {
    const host = sshHost();
    const loose = () => readKeyFiles(host.root, ALICE, ["/home/alice/.ssh/authorized_keys"])[0]?.loose;
    expect(loose()).toBeNull();
    execFileSync("chmod", ["0777", join(host.root, "home")]);
    expect(loose()).toBeNull();
    execFileSync("chmod", ["0702", join(host.root, "home/alice/.ssh")]);
    expect(loose()).toBe("/home/alice/.ssh may be written by others");
    execFileSync("chown", ["-R", "1001", join(host.root, "home/alice/.ssh")]);
    expect(readKeyFiles(host.root, ALICE, ["/home/alice/.ssh/authorized_keys"])[0]?.unreadable).toBe(
      "alice cannot enter /home/alice/.ssh",
    );
  });
});
