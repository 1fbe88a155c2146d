import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ChangeDraft, CheckResult, DraftFile } from "../change.ts";
import { INPUT_TABLE, readInputRules } from "../own/input-policy.ts";
import { listeningPorts, portsInUse } from "../own/listeners.ts";
import { OWN_FILES } from "../own/paths.ts";
import { expectedOf, judgeExpected } from "./expected.ts";
import { parseInputTable } from "./nftables-table.ts";
import { isSystemdBooted, isThisMachine, mustRun, runProgram } from "./programs.ts";
import { asked, failed, judged, outputLines, passed, unasked } from "./result.ts";
import type { Service, ServiceParts } from "./service.ts";
import { withStage } from "./stage.ts";

const FOLDER = "/etc/castellan";
const TABLE_ARGS = INPUT_TABLE.split(" ");

/** castellan's input policy: nft(8), one table that only it names. */
export function openNftablesService(parts: ServiceParts): Service {
  const rules = join(parts.root, OWN_FILES.inputRules);
  return {
    name: "nftables",
    async check(draft) {
      const tested = await testRules(parts, draft.files ?? []);
      return [...tested, ...(await sshPortsStayOpen(parts, draft))];
    },
    verify: () => testRules(parts, []),
    async activate() {
      if (isThisMachine(parts)) await loadRules(parts, existsSync(rules) ? rules : null);
    },
    probe: (draft) => asked("nftables", "nft list table", () => probe(parts, draft, existsSync(rules))),
  };
}

/**
 * Loads the rules of a file, or takes our table away where there is no file.
 * @throws CastellanError `change_failed`
 */
export async function loadRules({ run }: Pick<ServiceParts, "run">, path: string | null): Promise<void> {
  if (path !== null) {
    await mustRun(run, "nft", ["-f", path]);
    return;
  }
  // Added first: deleting what is not there would fail.
  await mustRun(run, "nft", ["add", "table", ...TABLE_ARGS]);
  await mustRun(run, "nft", ["delete", "table", ...TABLE_ARGS]);
}

function testRules(parts: ServiceParts, files: readonly DraftFile[]): Promise<readonly CheckResult[]> {
  return asked("nftables", "nft -c", () =>
    withStage({ root: parts.root, folders: [FOLDER], files }, async (stage) => {
      const path = stage.path(OWN_FILES.inputRules);
      if (!existsSync(path)) return [passed("nftables", "nft -c", ["castellan has no input policy"])];
      const result = await runProgram(parts.run, "nft", ["-c", "-f", path]);
      const lines = outputLines(result).map((line) => line.replaceAll(stage.folder, ""));
      if (/not permitted/i.test(result.stderr))
        return [unasked("nftables", "nft -c", "needs root", ...lines)];
      return [judged("nftables", "nft -c", result.exitCode === 0, lines)];
    }),
  );
}

/** Whether the drafted policy lets in who comes to the ports where sshd listens now. */
function sshPortsStayOpen(parts: ServiceParts, draft: ChangeDraft): Promise<readonly CheckResult[]> {
  const name = "sshd's ports stay open";
  return asked("nftables", name, async () => {
    const content = draft.files?.find(({ path }) => path === OWN_FILES.inputRules)?.content ?? null;
    if (content === null || !isThisMachine(parts)) return [];
    const policy = readInputRules(content);
    if (policy === null) return [failed("nftables", name, ["these are not rules that castellan writes"])];
    const closed = (await sshPorts(parts)).filter((port) => !policy.tcpPorts.includes(port));
    return [
      judged(
        "nftables",
        name,
        closed.length === 0,
        closed.map((port) => `port ${port} would be closed`),
      ),
    ];
  });
}

/** Where sshd can be reached from outside, or systemd for it (ssh.socket). */
async function sshPorts(parts: ServiceParts): Promise<number[]> {
  const listeners = portsInUse(await listeningPorts(parts.run));
  const own = listeners.filter(({ process }) => process === "sshd").map(({ port }) => port);
  const held = new Set(listeners.filter(({ process }) => process === "systemd").map(({ port }) => port));
  const ofSocket = held.size === 0 ? [] : await socketPorts(parts);
  return [...new Set([...own, ...ofSocket.filter((port) => held.has(port))])];
}

/** `Listen=[::]:22 (Stream)`, a line each. */
async function socketPorts(parts: ServiceParts): Promise<number[]> {
  if (!isSystemdBooted(parts)) return [];
  const { stdout } = await runProgram(parts.run, "systemctl", ["show", "-p", "Listen", "--", "ssh.socket"]);
  return [...stdout.matchAll(/:(\d{1,5}) \(Stream\)/g)].map(([, port]) => Number(port));
}

async function probe(
  parts: ServiceParts,
  draft: ChangeDraft,
  wanted: boolean,
): Promise<readonly CheckResult[]> {
  if (!isThisMachine(parts)) return [];
  const { exitCode, stdout } = await runProgram(parts.run, "nft", ["-j", "list", "table", ...TABLE_ARGS]);
  if (!wanted) {
    return [judged("nftables", `no table ${INPUT_TABLE}`, exitCode !== 0, [])];
  }
  if (exitCode !== 0) return [failed("nftables", `table ${INPUT_TABLE}`, ["the kernel does not have it"])];
  const table = parseInputTable(stdout);
  const open = await sshPorts(parts);
  return [
    passed("nftables", `table ${INPUT_TABLE}`),
    ...open.map((port) => judged("nftables", `port ${port} of sshd is open`, table.accepts("tcp", port), [])),
    ...expectedOf(draft, "nftables:").map(([name, value]) =>
      judgeExpected("nftables", name, value, table.value(name)),
    ),
  ];
}
