import type { EffectiveConfig } from "../changes/services/sshd-effective.ts";
import { effectiveValue } from "../changes/services/sshd-effective.ts";
import type { KeyFile } from "./key-files.ts";
import { hasExpired, type KeyLine, optionValue, unknownOption } from "./key-lines.ts";
import { matchesHosts } from "./patterns.ts";
import { algorithmsOf } from "./public-key.ts";
import type { AuthorizedKey } from "./ssh.ts";

/** Against what a key is judged. */
export interface KeyContext {
  readonly values: EffectiveConfig;
  /** Epoch milliseconds. */
  readonly now: number;
  /** null: from where the person comes is not known; `from=` is then no hindrance. */
  readonly address: string | null;
}

/** The keys of a person's files, each with the reason why sshd would not take it. */
export function judgeKeys(files: readonly KeyFile[], context: KeyContext): AuthorizedKey[] {
  const strict = effectiveValue(context.values, "strictmodes") !== "no";
  return files.flatMap((file) =>
    file.keys.map((line) => ({
      file: file.path,
      line: line.line,
      type: line.key?.type ?? "unreadable",
      bits: line.key?.bits ?? null,
      fingerprint: line.key?.fingerprint ?? "",
      comment: line.comment,
      options: line.options,
      unusable: (strict ? file.loose : null) ?? whyUnusable(line, context),
    })),
  );
}

function whyUnusable({ key, options }: KeyLine, context: KeyContext): string | null {
  if (key === null) return "it is no key that sshd can read";
  return (
    optionProblem(options, context) ??
    algorithmProblem(key.type, context.values) ??
    sizeProblem(key.type, key.bits, context.values)
  );
}

function optionProblem(options: readonly string[], { now, address }: KeyContext): string | null {
  const unknown = unknownOption(options);
  if (unknown !== null) return `sshd does not know its option ${unknown}`;
  if (options.some((option) => option.toLowerCase() === "cert-authority")) {
    return "it signs certificates: which ones cannot be known";
  }
  const expiry = optionValue(options, "expiry-time");
  if (expiry !== null && hasExpired(expiry, now) !== false) return `it expired: ${expiry}`;
  const from = optionValue(options, "from");
  if (from !== null && address !== null && matchesHosts(address, from) !== "matches") {
    return `only from ${from}, not from ${address}`;
  }
  const command = optionValue(options, "command");
  return command === null ? null : `it only runs ${command}`;
}

function algorithmProblem(type: string, values: EffectiveConfig): string | null {
  const accepted = values.get("pubkeyacceptedalgorithms")?.[0]?.split(",");
  if (accepted === undefined || algorithmsOf(type).some((name) => accepted.includes(name))) return null;
  return `PubkeyAcceptedAlgorithms leaves ${type} out`;
}

function sizeProblem(type: string, bits: number | null, values: EffectiveConfig): string | null {
  const least = Number(values.get("requiredrsasize")?.[0] ?? "1024");
  return type === "ssh-rsa" && (bits ?? 0) < least
    ? `RSA with ${bits} bits is below RequiredRSASize ${least}`
    : null;
}
