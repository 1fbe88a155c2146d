import { CastellanError, codeOf } from "../errors.ts";
import type { Command, CommandResult, RunCommand } from "../host/command.ts";
import { TABLE } from "./script.ts";

/** nft(8), reduced to what castellan needs of it. */
export interface Nft {
  /**
   * Runs a script as one transaction.
   * @returns what nft complained of, or null when it was done
   */
  run(script: string): Promise<string | null>;
  /** Our table as JSON; null when it is not there. */
  list(): Promise<string | null>;
  /** Our table as JSON without elements; null when it is not there. */
  listTerse(): Promise<string | null>;
}

/** `su` without `-` leaves a PATH without the folders of system programs. */
const PROGRAMS = ["nft", "/usr/sbin/nft", "/sbin/nft"];
/** 130,000 elements in JSON take about 9 MiB. */
const LISTING_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** All failures but a refused script are `firewall_unavailable`, with the reason a person can act on. */
export function openNft(run: RunCommand, isRoot: boolean, whyNot = "needs root"): Nft {
  async function start(args: readonly string[], input?: string): Promise<CommandResult> {
    if (!isRoot) throw unavailable(whyNot);
    const result = await runFirst(run, {
      args,
      timeoutMs: TIMEOUT_MS,
      maxBytes: LISTING_BYTES,
      ...(input === undefined ? {} : { input }),
    });
    if (result.exitCode !== 0 && /not permitted/i.test(result.stderr)) {
      throw unavailable("permission denied in this namespace");
    }
    return result;
  }

  async function list(options: readonly string[]): Promise<string | null> {
    const result = await start([...options, "list", "table", ...TABLE.split(" ")]);
    if (result.exitCode === 0) return result.stdout;
    if (/No such file or directory/.test(result.stderr)) return null;
    throw unavailable(complaint(result));
  }

  return {
    async run(script) {
      const result = await start(["-f", "-"], script);
      return result.exitCode === 0 ? null : complaint(result);
    },
    list: () => list(["-j"]),
    listTerse: () => list(["-j", "-t"]),
  };
}

/** Runs the first of {@link PROGRAMS} that is there. */
async function runFirst(run: RunCommand, command: Omit<Command, "file">): Promise<CommandResult> {
  for (const file of PROGRAMS) {
    try {
      return await run({ file, ...command });
    } catch (error) {
      if (codeOf(error) !== "command_missing") {
        throw unavailable(`nft did not run: ${(error as Error).message}`, error);
      }
    }
  }
  throw unavailable("nft is not installed");
}

/** The error for a firewall that cannot be had, with what to do where that is known. */
export function unavailable(reason: string, cause?: unknown): CastellanError {
  const hints: Record<string, string> = {
    "needs root": "run castellan as root",
    "nft is not installed": "install the package nftables",
    "permission denied in this namespace": "give the process CAP_NET_ADMIN",
  };
  return new CastellanError("firewall_unavailable", reason, hints[reason] ?? "", { cause });
}

/** The first line that nft wrote, short; the rest only repeats our script. */
function complaint({ stderr, exitCode }: CommandResult): string {
  const [line = ""] = stderr.split("\n");
  const said = line.replace(/^\S+: Error: /, "").slice(0, 200);
  if (said.includes("Too many open files in system")) return "the kernel's set is full";
  return said === "" ? `nft ended with ${exitCode}` : said;
}
