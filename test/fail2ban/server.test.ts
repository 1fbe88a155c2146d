import { describe, expect, it } from "vitest";
import { CastellanError } from "../../src/errors.ts";
import { askServer } from "../../src/fail2ban/server.ts";
import type { CommandResult, RunCommand } from "../../src/host/command.ts";

const BANNER =
  "Fail2Ban v1.0.2 reads log file that contains password failure report\nand bans the corresponding IP addresses using firewall rules.\n\n";

/** What fail2ban-client -i of Debian 12 answered, by question. */
const SAID: Readonly<Record<string, string>> = {
  status: "Status\n|- Number of jail:\t2\n`- Jail list:\tsshd, nginx-http-auth",
  version: "1.0.2",
  "status sshd":
    "Status for the jail: sshd\n|- Filter\n|  |- Currently failed:\t3\n|  |- Total failed:\t41\n|  `- File list:\t/var/log/auth.log /var/log/auth.log.1\n" +
    "`- Actions\n   |- Currently banned:\t2\n   |- Total banned:\t7\n   `- Banned IP list:\t203.0.113.7 2001:db8::9",
  "get sshd maxretry": "5",
  "get sshd findtime": "600",
  "get sshd bantime": "3600",
  "get sshd bantime.increment": "True",
  "get sshd ignoreip": "These IP addresses/networks are ignored:\n|- 127.0.0.0/8\n`- ::1",
  "get sshd actions": "The jail sshd has the following actions:\nnftables-multiport, sendmail",
  "get sshd banip --with-time":
    "203.0.113.7 \t2026-11-22 02:55:52 + 3600 = 2026-11-22 03:55:52\n2001:db8::9 \t2026-11-22 02:55:52 + -1 = 9999-12-31 23:59:59",
  "status nginx-http-auth":
    "Status for the jail: nginx-http-auth\n|- Filter\n|  |- Currently failed:\t0\n|  |- Total failed:\t0\n|  `- Journal matches:\t_SYSTEMD_UNIT=nginx.service + _COMM=nginx\n" +
    "`- Actions\n   |- Currently banned:\t1\n   |- Total banned:\t1\n   `- Banned IP list:\t198.51.100.4",
  "get nginx-http-auth maxretry": "3",
  "get nginx-http-auth findtime": "600",
  "get nginx-http-auth bantime": "-1",
  "get nginx-http-auth bantime.increment": "None",
  "get nginx-http-auth ignoreip": "No IP address/network is ignored",
  "get nginx-http-auth actions": "No actions for jail nginx-http-auth",
  // 0.10 does not know the word.
  "get nginx-http-auth banip --with-time": "Invalid command (no get action or not yet implemented)",
};

function answering(said: Readonly<Record<string, string>>, asked: string[] = []): RunCommand {
  return async ({ args, input = "" }): Promise<CommandResult> => {
    expect(args).toEqual(["-i"]);
    const questions = input.trimEnd().split("\n");
    expect(questions.pop()).toBe("exit");
    asked.push(...questions);
    const answers = questions.map((question) => `fail2ban> ${said[question] ?? "Invalid command"}\n`);
    return { exitCode: 0, stdout: `${BANNER}${answers.join("")}fail2ban> `, stderr: "" };
  };
}

const failing =
  (stderr: string): RunCommand =>
  async () => ({ exitCode: 255, stdout: `${BANNER}fail2ban> `, stderr });

describe("what the server of fail2ban says", () => {
  it("is told jail by jail, with who is out and until when", async () => {
    const answer = await askServer(answering(SAID));
    expect(answer).toEqual({
      version: "1.0.2",
      jails: [
        {
          name: "sshd",
          reads: { files: ["/var/log/auth.log", "/var/log/auth.log.1"], journal: null },
          failing: 3,
          failures: 41,
          banned: 7,
          bans: [
            { address: "203.0.113.7", until: new Date(2026, 10, 22, 3, 55, 52).getTime(), forEver: false },
            { address: "2001:db8::9", until: null, forEver: true },
          ],
          maxRetry: 5,
          findSeconds: 600,
          banSeconds: 3_600,
          grows: true,
          ignored: ["127.0.0.0/8", "::1"],
          actions: ["nftables-multiport", "sendmail"],
        },
        {
          name: "nginx-http-auth",
          reads: { files: [], journal: "_SYSTEMD_UNIT=nginx.service + _COMM=nginx" },
          failing: 0,
          failures: 0,
          banned: 1,
          bans: [{ address: "198.51.100.4", until: null, forEver: false }],
          maxRetry: 3,
          findSeconds: 600,
          banSeconds: -1,
          grows: false,
          ignored: [],
          actions: [],
        },
      ],
    });
  });

  it("asks nothing more where no jail runs", async () => {
    const asked: string[] = [];
    const none = { ...SAID, status: "Status\n|- Number of jail:\t0\n`- Jail list:\t" };
    expect(await askServer(answering(none, asked))).toEqual({ version: "1.0.2", jails: [] });
    expect(asked).toEqual(["status", "version"]);
  });

  it("never puts a name into a question that is more than a name", async () => {
    const asked: string[] = [];
    const hostile = { ...SAID, status: "Status\n`- Jail list:\tsshd, x stop, a#b, $(reboot), -h" };
    const answer = await askServer(answering(hostile, asked));
    expect(asked.filter((question) => /stop|#|\$|-h/.test(question))).toEqual([]);
    expect(answer).toMatchObject({ jails: [{ name: "sshd" }] });
  });

  it("takes no address for one that is none", async () => {
    const odd = {
      ...SAID,
      "get sshd banip --with-time": "evil\u001b[2J \t2026-11-22 02:55:52 + 60 = 2026-11-22 02:56:52",
    };
    const answer = await askServer(answering({ ...odd, "status sshd": "Status for the jail: sshd" }));
    expect(answer).toMatchObject({ jails: [{ bans: [] }, {}] });
  });

  it("tells a server that does not run from a program that is missing", async () => {
    const stopped =
      "2026-11-22 03:04:32,612 fail2ban [244]: ERROR   Failed to access socket path: /var/run/fail2ban/fail2ban.sock. Is fail2ban running?";
    expect(await askServer(failing(stopped))).toBe("stopped");
    const missing: RunCommand = async () => {
      throw new CastellanError("command_missing", "fail2ban-client is not installed");
    };
    expect(await askServer(missing)).toBe("absent");
    const refused =
      "2026-11-22 03:04:32 fail2ban [244]: ERROR   Permission denied to socket: /var/run/fail2ban/fail2ban.sock, (you must be root)";
    await expect(askServer(failing(refused))).rejects.toThrow("Permission denied to socket");
  });
});
