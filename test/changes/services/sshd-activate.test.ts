import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  activateSshd,
  hangUp,
  parseListen,
  parseSocketListens,
} from "../../../src/changes/services/sshd-activate.ts";
import { findListeningSshd } from "../../../src/changes/services/sshd-listening.ts";
import { readBanner } from "../../../src/changes/services/sshd-probe.ts";
import type { RunCommand } from "../../../src/host/command.ts";
import { until } from "../../support/guard.ts";
import { makeRoot, sshdMissing } from "./sshd-root.ts";

const missing = sshdMissing();

/** A systemd with these units running; tells what it was asked to do. */
function systemd(active: readonly string[], listens: readonly string[]) {
  const done: string[] = [];
  const next = [...listens];
  const run: RunCommand = async ({ args }) => {
    const [verb = "", unit = ""] = [args[0], args.at(-1)];
    if (verb === "is-active") return { exitCode: active.includes(unit) ? 0 : 3, stdout: "", stderr: "" };
    if (verb === "show") {
      const ports = (next.length > 1 ? next.shift() : next[0]) ?? "";
      const stdout = ports
        .split(" ")
        .map((port) => `Listen=[::]:${port} (Stream)\n`)
        .join("");
      return { exitCode: 0, stdout, stderr: "" };
    }
    done.push(args.join(" "));
    return { exitCode: 0, stdout: "", stderr: "" };
  };
  return { run, done };
}

describe("activation under systemd", () => {
  const activate = async (active: readonly string[], listens: readonly string[] = []): Promise<string[]> => {
    const { run, done } = systemd(active, listens);
    await activateSshd({ root: "/", run }, true);
    return done;
  };

  it("reloads the unit that runs", async () => {
    expect(await activate(["ssh.service"])).toEqual(["reload ssh.service"]);
    expect(await activate(["sshd.service"])).toEqual(["reload sshd.service"]);
  });

  it("lets systemd read its units again where a socket holds the port, and opens it anew when that changed", async () => {
    expect(await activate(["ssh.socket"], ["22", "22"])).toEqual(["daemon-reload"]);
    expect(await activate(["ssh.socket"], ["22", "22 2222"])).toEqual([
      "daemon-reload",
      "restart ssh.socket",
    ]);
    expect(await activate(["ssh.socket", "ssh.service"], ["22", "2222"])).toEqual([
      "daemon-reload",
      "stop ssh.service",
      "restart ssh.socket",
      "reload ssh.service",
    ]);
  });

  it("says what failed", async () => {
    const run: RunCommand = async ({ args }) =>
      args[0] === "is-active"
        ? { exitCode: 0, stdout: "", stderr: "" }
        : { exitCode: 1, stdout: "", stderr: "Failed to reload" };
    await expect(activateSshd({ root: "/", run }, true)).rejects.toMatchObject({
      code: "change_failed",
      message: expect.stringContaining("Failed to reload"),
    });
  });

  it("understands how systemd tells where it listens", () => {
    expect(
      parseListen("Listen=[::]:22 (Stream)\nListen=0.0.0.0:2222 (Stream)\nListen=/run/x (Stream)\n"),
    ).toEqual([22, 2222]);
    const listens = "BindIPv6Only=default\nListen=[::]:22 (Stream)\nListen=127.0.0.1:2222 (Stream)\n";
    expect(parseSocketListens(listens)).toEqual([
      { address: "::", port: 22 },
      { address: "0.0.0.0", port: 22 },
      { address: "127.0.0.1", port: 2222 },
    ]);
    expect(parseSocketListens("BindIPv6Only=ipv6-only\nListen=[::]:22 (Stream)\n")).toEqual([
      { address: "::", port: 22 },
    ]);
    expect(parseListen("Listen=22 (Stream)\n")).toEqual([22]);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

describe("a banner", () => {
  const say = async (text: string | null): Promise<string> => {
    const port = await freePort();
    const server = createServer((socket) => {
      socket.on("error", () => {});
      if (text !== null) socket.end(text);
    }).listen(port, "127.0.0.1");
    onTestFinished(() => void server.close());
    return readBanner({ address: "127.0.0.1", port }, 200);
  };

  it("is the first line, and never waited for too long", async () => {
    expect(await say("SSH-2.0-OpenSSH_9.2\r\nmore")).toBe("SSH-2.0-OpenSSH_9.2");
    expect(await say("x".repeat(10_000))).toBe("x".repeat(255));
    expect(await say("")).toBe("");
    expect(await say(null)).toBe("no banner in time");
    expect(await readBanner({ address: "127.0.0.1", port: await freePort() })).toBe("ECONNREFUSED");
  });
});

describe.skipIf(missing !== null)(`a real sshd${missing === null ? "" : ` (${missing})`}`, () => {
  it("is found by what it listens on and takes its configuration on SIGHUP", async () => {
    const [first, second] = [await freePort(), await freePort()];
    const host = makeRoot();
    onTestFinished(host.remove);
    const main = join(host.root, "etc/ssh/sshd_config");
    const config = (port: number) => `Port ${port}\nListenAddress 127.0.0.1\nPidFile none\n`;
    host.write("/etc/ssh/sshd_config", config(first));
    expect(findListeningSshd("/proc", main)).toBeNull();
    const sshd = spawn("/usr/sbin/sshd", ["-D", "-f", main], { stdio: "ignore" });
    onTestFinished(() => void sshd.kill("SIGKILL"));
    const answers = (port: number) => async () =>
      (await readBanner({ address: "127.0.0.1", port })).startsWith("SSH-2.0-");
    await until(answers(first), 10_000, () => "sshd never answered");
    expect(findListeningSshd("/proc", main)).toEqual({ pid: sshd.pid, ports: [first] });
    host.write("/etc/ssh/sshd_config", config(second));
    hangUp(main);
    await until(answers(second), 10_000, () => "sshd did not take its new port");
    expect(findListeningSshd("/proc", main)).toEqual({ pid: sshd.pid, ports: [second] });
  });
});
