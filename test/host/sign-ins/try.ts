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
  /** Where the client calls; 198.51.100.1 and port 22 unless told. */
  readonly at?: { readonly address?: string; readonly port?: number };
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
  "etc/ssh etc/pam.d etc/security etc/passwd etc/group etc/shadow etc/sudoers.d etc/shells etc/nologin " +
  "etc/hosts.allow etc/hosts.deny etc/default/ssh etc/systemd/system home root/.ssh opt/keys";
/** Restores what the last case changed; links and files that it made go. */
export const RESTORE = `rm -rf /home/alice /home/bob /opt/keys /etc/hosts.deny /etc/hosts.allow \
  /etc/nologin /run/nologin /etc/ssh /etc/pam.d /etc/security /etc/sudoers.d /run/faillock /root/.ssh;
  nft flush ruleset; systemctl is-active -q ssh.socket && systemctl disable -q --now ssh.socket;
  rm -rf /etc/systemd/system/ssh.socket.d; tar -C / -xpf /var/tmp/sign-ins.tar`;

/** Gives root, alice and toor (a second uid 0) a key and alice a password, and keeps that as what a case begins with. */
export async function openSignIns({ run, must }: Pick<Machine, "run" | "must">): Promise<SignIns> {
  await must(`systemctl stop fail2ban
    useradd -o -u 0 -g 0 -d /root/toor -m -s /bin/bash toor
    mkdir -m 700 /root/toor/.ssh
    ip addr add 2001:db8:66::1/64 dev wall nodad; ip -n outside addr add 2001:db8:66::11/64 dev gate nodad
    cat /root/gate.pub > /root/toor/.ssh/authorized_keys
    chmod 700 /home/alice/.ssh; chmod 600 /home/alice/.ssh/authorized_keys
    touch /etc/hosts.allow /etc/hosts.deny; mkdir -p /opt/keys
    cp /root/gate.pub /home/alice/.ssh/authorized_keys
    tar -C / -cpf /var/tmp/sign-ins.tar ${KEPT.replace("etc/nologin ", "")}`);
  const enter = async (
    attempt: Try,
    { terminal, key = "/root/gate", at = {} }: SignInCase,
  ): Promise<boolean> => {
    const [by, login] = attempt.split(" ") as [string, string];
    const { address = "198.51.100.1", port = 22 } = at;
    const from = address.includes(":") ? "2001:db8:66::11" : "198.51.100.11";
    const client =
      by === "key"
        ? `ssh -i ${key} -o PubkeyAuthentication=yes -o BatchMode=yes -o IdentitiesOnly=yes`
        : "sshpass -p correct-horse ssh -o PreferredAuthentications=password,keyboard-interactive";
    const { stdout } = await run(
      `timeout 12 ip netns exec outside ${client} ${terminal ? "-tt" : "-n"} -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=3 -o NumberOfPasswordPrompts=1 -p ${port} -b ${from} ${login}@${address} 'echo in-$((40+2))' </dev/null`,
    );
    return stdout.includes("in-42");
  };
  return {
    async outcomes(about) {
      await run(RESTORE);
      await must(
        `set -e\n${about.make}\nsystemctl reset-failed ssh\nsystemctl is-active -q ssh.socket || systemctl restart ssh`,
      );
      const tries = about.tries ?? ["key alice"];
      const people = JSON.parse((await run("castellan ssh people --json")).stdout) as Person[];
      const entered = await Promise.all(tries.map((attempt) => enter(attempt, about)));
      return new Map(
        tries.map((attempt, at) => [
          attempt,
          { said: saidOf(attempt, people), got: entered[at] ? "in" : "out" },
        ]),
      );
    },
  };
}

function saidOf(attempt: Try, people: readonly Person[]): Outcome["said"] {
  const [by, login] = attempt.split(" ");
  const method = by === "key" ? /^publickey(:|$)/ : /^(password|keyboard-interactive)(:|$)/;
  const person = people.find((one) => one.login === login);
  if (person?.ways.some((way) => method.test(way))) return "in";
  return person?.unsure?.some((way) => method.test(way)) ? "not known" : "out";
}
