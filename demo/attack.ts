/** A made-up attack, as sshd would log it: several attackers, a sprayer, a scanner, and people at work. */
export interface Attack {
  /** The lines of the next turn, each ready for auth.log. */
  next(now: number): string[];
}

interface Attacker {
  readonly address: string;
  readonly names: readonly string[];
  /** Chance of a try in one turn. */
  readonly eagerness: number;
}

const COMMON_NAMES = [
  "root",
  "admin",
  "ubuntu",
  "test",
  "oracle",
  "postgres",
  "git",
  "deploy",
  "www-data",
  "mysql",
];
/** Names as real attackers send them, to show that nothing of theirs reaches the terminal. */
const HOSTILE_NAMES = [
  "\\033]52;c;cm0gLXJm\\a",
  "root from 192.0.2.1 port 22",
  "\\342\\200\\256nimda",
  "$(reboot)",
];

/** Documentation addresses only (RFC 5737, RFC 3849): nobody real is ever shown as an attacker. */
const ATTACKERS: readonly Attacker[] = [
  { address: "203.0.113.9", names: ["root"], eagerness: 0.5 },
  { address: "198.51.100.23", names: COMMON_NAMES, eagerness: 0.3 },
  { address: "203.0.113.77", names: ["admin", "administrator"], eagerness: 0.25 },
  { address: "2001:db8:bad:1::a7", names: ["root", "maria"], eagerness: 0.2 },
  { address: "2001:db8:bad:1::b8", names: ["root", "maria"], eagerness: 0.2 },
  { address: "198.51.100.140", names: HOSTILE_NAMES, eagerness: 0.12 },
  { address: "192.0.2.200", names: ["maria"], eagerness: 0.06 },
];

const PEOPLE = ["maria", "deploy"];

/** A turn lasts about a second; `random` gives 0 to 1. Waves come and go over a minute. */
export function createAttack(random: () => number): Attack {
  let pid = 4_000;
  let turn = 0;
  return {
    next(now) {
      turn++;
      const wave = 0.35 + 0.65 * Math.sin((turn / 60) * Math.PI * 2) ** 2;
      const lines: string[] = [];
      const say = (text: string, process: number): void => {
        lines.push(`${new Date(now).toISOString()} web1 sshd[${process}]: ${text}`);
      };
      for (const attacker of ATTACKERS) {
        if (random() < attacker.eagerness * wave) oneTry(attacker, random, ++pid, say);
      }
      if (random() < 0.08) scanner(random, ++pid, say);
      if (random() < 0.03) someoneAtWork(random, ++pid, say);
      return lines;
    },
  };
}

type Say = (text: string, process: number) => void;

function oneTry({ address, names }: Attacker, random: () => number, pid: number, say: Say): void {
  const name = pick(names, random);
  const port = portOf(random);
  const known = name === "root" || PEOPLE.includes(name);
  if (!known) say(`Invalid user ${name} from ${address} port ${port}`, pid);
  say(`Failed password for ${known ? "" : "invalid user "}${name} from ${address} port ${port} ssh2`, pid);
  say(
    `Connection closed by ${known ? "authenticating" : "invalid"} user ${name} ${address} port ${port} [preauth]`,
    pid,
  );
}

function scanner(random: () => number, pid: number, say: Say): void {
  const address = `198.51.100.${200 + Math.floor(random() * 20)}`;
  say(
    `Unable to negotiate with ${address} port ${portOf(random)}: no matching host key type found. Their offer: ssh-dss [preauth]`,
    pid,
  );
}

function someoneAtWork(random: () => number, pid: number, say: Say): void {
  const name = pick(PEOPLE, random);
  say(
    `Accepted publickey for ${name} from 192.0.2.10 port ${portOf(random)} ssh2: ED25519 SHA256:q9xV0l2mJ3bXyU5YpH8Zr1cT6dK4nWfA7sEoGiLtMhQ`,
    pid,
  );
}

function pick(names: readonly string[], random: () => number): string {
  return names[Math.floor(random() * names.length)] ?? "root";
}

function portOf(random: () => number): number {
  return 32_768 + Math.floor(random() * 28_000);
}
