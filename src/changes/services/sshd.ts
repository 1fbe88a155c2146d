import { type CastellanError, codeOf } from "../../errors.ts";
import type { ChangeDraft, CheckResult } from "../change.ts";
import { OWN_FILES } from "../own/paths.ts";
import { isThisMachine } from "./programs.ts";
import { asked, failed, judged, unasked } from "./result.ts";
import type { Service, ServiceParts } from "./service.ts";
import { activateSshd } from "./sshd-activate.ts";
import { readSshdConfig, type SshdConfig } from "./sshd-config.ts";
import { type AskedConfig, LIVE_CONFIG, readEffective, testSyntax } from "./sshd-effective.ts";
import { checkExpectations, expectationsOf } from "./sshd-expect.ts";
import { configFiles } from "./sshd-files.ts";
import { probePorts } from "./sshd-probe.ts";
import { withStaged } from "./sshd-stage.ts";

const NOTHING: ChangeDraft = { kind: "", title: "", reason: "", services: [] };

/** OpenSSH's daemon: judged by itself before anything is written, reloaded without ending a connection. */
export function openSshdService(parts: ServiceParts): Service {
  return {
    name: "sshd",
    check: (draft) => judge(parts, draft, "sshd -t on a copy"),
    verify: () => judgeInPlace(parts, NOTHING),
    activate: async () => {
      if (isThisMachine(parts)) await activateSshd(parts);
    },
    async probe(draft) {
      const values = await judgeInPlace(parts, draft);
      return isThisMachine(parts) ? [...(await probePorts(parts)), ...values] : values;
    },
  };
}

/** Asks sshd about the configuration as it would be with the draft's files in place. */
function judge(parts: ServiceParts, draft: ChangeDraft, name: string): Promise<readonly CheckResult[]> {
  return askedSshd(name, () => {
    const files = configFiles(parts.root, draft.files);
    const config = readSshdConfig(files);
    return withStaged({ files, run: parts.run, root: parts.root }, (staged) =>
      judgeCandidate(parts, draft, { name, config, staged }),
    );
  });
}

/** The same of what lies there. On this machine sshd reads its own files, not copies of them. */
function judgeInPlace(parts: ServiceParts, draft: ChangeDraft): Promise<readonly CheckResult[]> {
  const name = "sshd -t";
  if (!isThisMachine(parts)) return judge(parts, draft, name);
  return askedSshd(name, async () => {
    const config = readSshdConfig(configFiles(parts.root));
    return judgeCandidate(parts, draft, { name, config, staged: LIVE_CONFIG });
  });
}

function askedSshd(
  name: string,
  ask: () => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  return asked("sshd", name, async () => {
    try {
      return await ask();
    } catch (error) {
      const code = codeOf(error);
      if (code !== "needs_root" && code !== "not_found") throw error;
      return [unasked("sshd", name, (error as CastellanError).message)];
    }
  });
}

interface Candidate {
  readonly name: string;
  readonly config: SshdConfig;
  readonly staged: AskedConfig;
}

async function judgeCandidate(
  { run }: ServiceParts,
  draft: ChangeDraft,
  { name, config, staged }: Candidate,
): Promise<CheckResult[]> {
  const { passed, lines } = await testSyntax(run, staged);
  const syntax = judged("sshd", name, passed, lines);
  if (!passed) return [syntax];
  const expected = expectationsOf(draft);
  const values =
    expected.size === 0 ? [] : checkExpectations(expected, await readEffective(run, staged), config);
  return [syntax, ...checkReached(draft, config), ...values];
}

/** A drop-in that no Include reads would change nothing. */
function checkReached(draft: ChangeDraft, config: SshdConfig): CheckResult[] {
  const own = draft.files?.find(({ path, content }) => path === OWN_FILES.sshd && content !== null);
  if (own === undefined) return [];
  const name = `${OWN_FILES.sshd} is read`;
  const include = config.includes.find(({ files }) => files.includes(OWN_FILES.sshd));
  if (include === undefined) {
    return [
      failed("sshd", name, [
        `no Include line reads ${OWN_FILES.sshd}`,
        "put this line at the top of /etc/ssh/sshd_config: Include /etc/ssh/sshd_config.d/*.conf",
      ]),
    ];
  }
  const where = `${include.file}:${include.line}`;
  if (include.match === null) return [judged("sshd", name, true, [where])];
  return [unasked("sshd", name, `${where} reads it only below Match ${include.match}`)];
}
