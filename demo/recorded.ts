import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { CastellanError } from "../src/errors.ts";
import type { Command, CommandResult, RunCommand } from "../src/host/command.ts";
import { answerFail2ban } from "./fail2ban.ts";
import { answerSshd } from "./sshd.ts";

/** Command line → what a real program said; `.txt`, `.json` and `.out` are files of `demo/host/said`. */
const ANSWERS: Readonly<Record<string, string | Partial<CommandResult>>> = {
  "nft -j list ruleset": "nft.json",
  "nft list chain inet castellan input": {
    exitCode: 1,
    stderr: "Error: No such file or directory\nlist chain inet castellan input\n                ^^^^^^^^^\n",
  },
  "ip -j -4 route show": "route4.json",
  "ip -j -6 route show": "route6.json",
  "ss -H -tulpn": "ss.txt",
  "apt-config dump": "apt-config.txt",
  "chronyc -c tracking": {
    stdout:
      "C0000235,192.0.2.53,2,1795291200.104,0.000021043,0.000004127,0.000038190,-8.204,0.001,0.020,0.011,0.001,64.2,Normal\n",
  },
  "timedatectl show --property=NTPSynchronized --value": { stdout: "yes\n" },
  [`dpkg-query -W -f ${["Package", "Version", "db:Status-Status"].map((name) => `$\{${name}}`).join(" ")}\\n php*-common`]:
    "dpkg-query.txt",
  "ssh-keygen -l -f /etc/ssh/ssh_host_rsa_key": {
    stdout: "3072 SHA256:lQqQGYBvbT4mhCbhUINzQVereX8LahnuIlZw0HVTdiA root@web1 (RSA)\n",
  },
  "ssh-keygen -l -f /etc/ssh/ssh_host_ecdsa_key": {
    stdout: "256 SHA256:/BztMwSZlNue6E9nHoj3nj8WlSqLG1dWeoI46KH1SsM root@web1 (ECDSA)\n",
  },
  "ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key": {
    stdout: "256 SHA256:hlzAftftztWKzJZr3A7+CMhvnZIWqQ3erlQsj3A+Bz8 root@web1 (ED25519)\n",
  },
  "nginx -t": {
    stderr:
      "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n",
  },
  "visudo -c": { stdout: "/etc/sudoers: parsed OK\n/etc/sudoers.d/deploy: parsed OK\n" },
  "pwck -r -q": {},
  "grpck -r": {},
};

/** Programs that the made-up host has. Nothing of them but their name is there. */
export const PROGRAMS: readonly string[] = [
  ...["/usr/sbin/sshd", "/usr/sbin/nft", "/usr/sbin/nginx", "/usr/sbin/visudo", "/usr/sbin/pwck"],
  ...["/usr/sbin/grpck", "/usr/sbin/logrotate", "/usr/sbin/rsyslogd", "/usr/bin/sudo", "/usr/bin/ss"],
  ...["/usr/bin/ip", "/usr/bin/chronyc", "/usr/bin/fail2ban-client", "/usr/bin/apt-config", "/usr/bin/curl"],
  ...["/usr/bin/openssl", "/usr/bin/ssh-keygen", "/usr/bin/dpkg-query", "/usr/bin/gcc", "/bin/bash"],
  ...["/usr/bin/journalctl", "/usr/bin/timedatectl"],
];

/** Where the recorded answers lie. */
const SAID = new URL("../demo/host/said/", import.meta.url);

/** What was recorded under that name. */
export function recorded(name: string): string {
  return readFileSync(new URL(name, SAID), "utf8");
}

/**
 * Stands in for the programs of the made-up host below `root`: recorded answers of real ones, and for sshd and
 * fail2ban a small model, because their answers must follow what is changed. No program of this machine is ever run.
 */
export function playPrograms(root: string): RunCommand {
  const sshd = { root, defaults: recorded("sshd-T.txt") };
  return async (command) => {
    const program = basename(command.file);
    if (program === "sshd") return answerSshd(sshd, command.args);
    const jails = program === "fail2ban-client" ? answerFail2ban({ root, now: Date.now }, command) : null;
    if (jails !== null) return jails;
    // A staged configuration needs a host key to be asked about; this sshd needs none.
    if (program === "ssh-keygen" && command.args.includes("-N")) return answer({});
    const known = ANSWERS[[program, ...command.args].join(" ")];
    if (known === undefined) throw unrecorded(command);
    return answer(typeof known === "string" ? { stdout: recorded(known) } : known);
  };
}

function answer(given: Partial<CommandResult>): CommandResult {
  return { exitCode: 0, stdout: "", stderr: "", ...given };
}

function unrecorded({ file, args }: Command): CastellanError {
  const program = basename(file);
  if (PROGRAMS.some((path) => basename(path) === program)) {
    const line = [program, ...args].join(" ").slice(0, 60);
    return new CastellanError("command_failed", `the demo has no recorded answer of: ${line}`);
  }
  return new CastellanError("command_missing", `${program} is not installed`);
}
