import type { ChangeDraft } from "../../../src/changes/change.ts";
import type { Changes } from "../../../src/changes/changes.ts";
import { CastellanError } from "../../../src/errors.ts";
import type { Ssh, SshPerson, SshPlan, SshSetting, SshState, SshWanted } from "../../../src/ssh/ssh.ts";

function setting(
  title: string,
  value: string,
  recommended: string,
  more: Partial<SshSetting> = {},
): SshSetting {
  return {
    keyword: title.toLowerCase(),
    title,
    value,
    recommended,
    rating: value === recommended ? "passed" : "warning",
    origin: null,
    shadowed: [],
    differsFor: [],
    why: `why ${title} matters`,
    ...more,
  };
}

function person(login: string, more: Partial<SshPerson> = {}): SshPerson {
  return {
    login,
    uid: login === "root" ? 0 : 1_000,
    becomesRoot: login === "root" ? "is root" : "sudo with a password",
    keys: [],
    hasPassword: true,
    ways: ["password"],
    unsure: [],
    hindrances: [],
    isOperator: false,
    ...more,
  };
}

/** An administrator with a key, who sits here. */
export const ALICE = person("alice", {
  ways: ["publickey", "password"],
  isOperator: true,
  keys: [
    {
      file: "/home/alice/.ssh/authorized_keys",
      line: 1,
      type: "ssh-ed25519",
      bits: 256,
      fingerprint: "SHA256:alicealicealice",
      comment: "alice@laptop",
      options: [],
      unusable: null,
      doubt: null,
    },
  ],
});
export const BOB = person("bob", { hindrances: ["no key in /home/bob/.ssh/authorized_keys"] });
export const ROOT = person("root");

const CLOUD = {
  file: "/etc/ssh/sshd_config.d/50-cloud-init.conf",
  line: 1,
  value: "yes",
  match: null,
};

/** sshd as a cloud image brings it: passwords on, by a drop-in that comes before the file that says no. */
export const STOCK: SshState = {
  version: "OpenSSH_9.2p1",
  settings: [
    setting("MaxAuthTries", "6", "3"),
    setting("PermitRootLogin", "yes", "no", {
      rating: "critical",
      origin: { file: "/etc/ssh/sshd_config", line: 33, value: "yes", match: null },
    }),
    setting("PasswordAuthentication", "yes", "no", {
      rating: "critical",
      origin: CLOUD,
      shadowed: [{ file: "/etc/ssh/sshd_config", line: 57, value: "no", match: null }],
      differsFor: [{ login: "backup", value: "no" }],
    }),
    setting("X11Forwarding", "no", "no"),
    setting("Port", "22", "22"),
  ],
  people: [ALICE, BOB, ROOT],
  ports: [22],
  socketActivated: false,
  notes: ["50-cloud-init.conf:1 PasswordAuthentication yes wins over sshd_config:57"],
  operatorMethod: "publickey SHA256:alicealicealice",
};

/** An sshd that the test plays; what it plans is written for real into the test's root. */
export class PlayedSsh implements Ssh {
  state: SshState = STOCK;
  failure: CastellanError | null = null;
  after: readonly SshPerson[] = STOCK.people;
  lost: readonly string[] = [];
  refusals: readonly string[] = [];
  confirmSeconds: number | undefined = 300;
  /** What was planned, oldest first. */
  readonly planned: SshWanted[] = [];
  readonly #changes: Changes;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  async read() {
    if (this.failure !== null) throw this.failure;
    return this.state;
  }

  recommended({ settings }: SshState): SshWanted {
    const wrong = settings.filter(({ value, recommended }) => value !== recommended);
    return { settings: Object.fromEntries(wrong.map(({ keyword, recommended }) => [keyword, recommended])) };
  }

  async plan(_operator: unknown, wanted: SshWanted): Promise<SshPlan> {
    this.planned.push(wanted);
    const { lost, refusals, after, confirmSeconds } = this;
    const lines = Object.entries(wanted.settings).map(([keyword, value]) => `${keyword} ${value}\n`);
    const draft: ChangeDraft = {
      kind: "ssh.harden",
      title: "Harden SSH",
      reason: "asked for on the screen",
      files: [{ path: "/etc/ssh/sshd_config.d/00-castellan.conf", content: lines.join("") }],
      services: [],
      ...(confirmSeconds === undefined ? {} : { confirmSeconds }),
    };
    const notes = ["MaxAuthTries 3: an agent with more than 3 keys is cut off"];
    const change = await this.#changes.plan(draft);
    return { change, wanted, before: this.state.people, after, lost, notes, refusals };
  }

  async apply(
    actor: Parameters<Ssh["apply"]>[0],
    { connection }: Parameters<Ssh["apply"]>[1],
    { change, lost }: SshPlan,
    { accept = [], ...options }: Parameters<Ssh["apply"]>[3],
  ) {
    if (lost.some((login) => !accept.includes(login))) {
      throw new CastellanError("confirmation_needed", `would be shut out: ${lost.join(", ")}`);
    }
    return this.#changes.apply(actor, change, { ...options, connection });
  }
}
