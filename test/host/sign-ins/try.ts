import type { Machine } from "../machine.ts";

/** Who tries, and by what. */
export type Try = `${"key" | "password"} ${string}`;

/** One way in which a host may be set up, and who tries to get in then. */
export interface SignInCase {
  readonly name: string;
  /** Shell commands that make it so; the host is as it was before each case. */
  readonly make: string;
  /** alice by her key unless told. */
  readonly tries?: readonly Try[];
  /** castellan may say "not known" of these; of all others it has to know. */
  readonly unsure?: readonly Try[];
  /** A password that has to be changed is asked for only at a terminal. */
  readonly terminal?: true;
  /** The private key that is shown; /root/gate unless told. */
  readonly key?: string;
  /** The port where the client calls; 22 unless told. */
  readonly port?: number;
}

/** What castellan says of a try, and what became of it. */
export interface Outcome {
  readonly said: "in" | "out" | "not known";
  readonly got: "in" | "out";
}

/** A host on which people try to get in from outside. */
export interface SignIns {
  readonly outcomes: (about: SignInCase) => Promise<Map<Try, Outcome>>;
}

interface Person {
  readonly login: string;
  readonly ways: readonly string[];
  readonly unsure: readonly string[];
}

const KEPT =
  "etc/ssh etc/pam.d etc/security etc/passwd etc/group etc/shadow etc/sudoers.d etc/shells etc/hosts.allow " +
  "etc/hosts.deny etc/default/ssh etc/systemd/system home root/.ssh opt/keys";
const STORE = "/var/tmp/sign-ins.tar";

/** Gives root, alice and toor (a second uid 0) a key and alice a password, and keeps that as what a case begins with. */
const BEGIN = `systemctl stop fail2ban
useradd -o -u 0 -g 0 -d /root/toor -m -s /bin/bash toor
mkdir -m 700 /root/toor/.ssh
cp /root/gate.pub /root/toor/.ssh/authorized_keys
cp /root/gate.pub /home/alice/.ssh/authorized_keys
chmod 700 /home/alice/.ssh; chmod 600 /home/alice/.ssh/authorized_keys
touch /etc/hosts.allow /etc/hosts.deny; mkdir -p /opt/keys
tar -C / -cpf ${STORE} ${KEPT}`;

/** Restores what the last case changed; links and files that it made go. */
const RESTORE = `rm -rf /home/alice /opt/keys /etc/hosts.deny /etc/hosts.allow /etc/nologin /run/nologin /etc/ssh \
  /etc/pam.d /etc/security /etc/sudoers.d /run/faillock /root/.ssh
nft flush ruleset
systemctl is-active -q ssh.socket && systemctl disable -q --now ssh.socket
rm -rf /etc/systemd/system/ssh.socket.d
tar -C / -xpf ${STORE}`;

const ACTIVATE = `systemctl reset-failed ssh
systemctl is-active -q ssh.socket || systemctl restart ssh`;

/** Readies a host on which the segment outside stands and root has a key of its own (gate.ts). */
export async function openSignIns({ run, must }: Pick<Machine, "run" | "must">): Promise<SignIns> {
  await must(BEGIN);
  return {
    async outcomes(about) {
      await run(RESTORE);
      await must(`set -e\n${about.make}\n${ACTIVATE}`);
      const tries = about.tries ?? ["key alice"];
      const people = JSON.parse((await run("castellan ssh people --json")).stdout) as Person[];
      const entered = await Promise.all(tries.map((attempt) => run(clientFor(attempt, about))));
      return new Map(
        tries.map((attempt, at) => {
          const isIn = entered[at]?.stdout.includes("in-42") === true;
          return [attempt, { said: saidOf(attempt, people), got: isIn ? "in" : "out" }] as const;
        }),
      );
    },
  };
}

/** The client's command line: what it runs inside says in-42. */
function clientFor(attempt: Try, { terminal, key = "/root/gate", port = 22 }: SignInCase): string {
  const [by, login] = attempt.split(" ") as [string, string];
  const byKey = `ssh -i ${key} -o PubkeyAuthentication=yes -o BatchMode=yes -o IdentitiesOnly=yes`;
  const byPassword = "sshpass -p correct-horse ssh -o PreferredAuthentications=password,keyboard-interactive";
  const options = [
    ...["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"],
    ...["ConnectTimeout=3", "NumberOfPasswordPrompts=1", `Port=${port}`, "BindAddress=198.51.100.11"],
  ];
  return [
    // At a terminal PAM waits for an old password that nobody has.
    `timeout ${terminal ? 8 : 12} ip netns exec outside`,
    by === "key" ? byKey : byPassword,
    `-F none ${terminal ? "-tt" : "-n"} ${options.map((option) => `-o ${option}`).join(" ")}`,
    `${login}@198.51.100.1 'echo in-$((40+2))' </dev/null`,
  ].join(" ");
}

function saidOf(attempt: Try, people: readonly Person[]): Outcome["said"] {
  const [by, login] = attempt.split(" ");
  const method = by === "key" ? /^publickey(:|$)/ : /^(password|keyboard-interactive)(:|$)/;
  const person = people.find((one) => one.login === login);
  if (person?.ways.some((way) => method.test(way))) return "in";
  return person?.unsure.some((way) => method.test(way)) ? "not known" : "out";
}
