import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { hostKeysFact } from "../../../src/advisor/facts/ssh-host-keys.ts";
import { fixtureHost } from "../../support/advised-host.ts";
import { HOST_KEY_NAMES, saidOf, sshHost } from "./host.ts";

const folder = mkdtempSync(join(tmpdir(), "castellan-host-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));
const [PATH = ""] = HOST_KEY_NAMES;

/** A host whose first host key has that beside it; ssh-keygen(1) says that it is of 1234 bits. */
function hostWith(beside: string | null) {
  const files = beside === null ? {} : { [`${PATH}.pub`]: beside };
  const said = {
    ...saidOf("stock"),
    [`ssh-keygen -l -f ${PATH}`]: { stdout: "1234 SHA256:x root@h (RSA)\n" },
  };
  return fixtureHost(sshHost("stock", { files, commands: said }));
}

async function firstKey(beside: string | null) {
  const { type, bits } = (await hostWith(beside).fact(hostKeysFact))?.[0] ?? {};
  return { type, bits };
}

describe.skipIf(!existsSync("/usr/bin/ssh-keygen"))("a host key's public half (needs ssh-keygen)", () => {
  it.each([
    ["rsa", 1024],
    ["rsa", 3072],
    ["ecdsa", 256],
    ["ecdsa", 521],
    ["ed25519", 256],
  ])("of %s with %i bits tells what ssh-keygen tells", async (type, size) => {
    const file = join(folder, `${type}-${size}`);
    execFileSync("ssh-keygen", [
      "-q",
      "-t",
      type,
      "-b",
      String(size),
      "-N",
      "",
      "-C",
      "root@host",
      "-f",
      file,
    ]);
    const said = execFileSync("ssh-keygen", ["-l", "-f", file], { encoding: "utf8" });
    const [, bits, kind] = /^(\d+) .*\((\S+)\)$/m.exec(said) ?? [];
    expect(await firstKey(readFileSync(`${file}.pub`, "utf8"))).toEqual({ type: kind, bits: Number(bits) });
  });
});

it.each([
  ["is not there", null],
  ["is empty", ""],
  ["is no key", "ssh-rsa AAAA root@host\n"],
  ["is of a kind that no host key has", tokenKey()],
])("ssh-keygen is asked where the public half %s", async (_, beside) => {
  expect(await firstKey(beside)).toEqual({ type: "RSA", bits: 1234 });
});

/** A key on a token: PROTOCOL.u2f of OpenSSH, with a public key of zeros. */
function tokenKey(): string {
  const type = "sk-ssh-ed25519@openssh.com";
  const fields = [Buffer.from(type), Buffer.alloc(32), Buffer.from("ssh:")];
  const blob = Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field.length);
      return [length, field];
    }),
  );
  return `${type} ${blob.toString("base64")} token\n`;
}
