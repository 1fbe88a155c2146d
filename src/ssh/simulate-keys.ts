import type { EffectiveConfig } from "../changes/services/sshd-effective.ts";
import { effectiveValue } from "../changes/services/sshd-effective.ts";
import type { KeyFile } from "./key-files.ts";
import { badOption, hasExpired, type KeyLine, optionValues } from "./key-lines.ts";
import { matchesOrigin, type Origin } from "./patterns.ts";
import { algorithmsOf } from "./public-key.ts";
import type { RevokedKeys } from "./revoked-keys.ts";
import type { AuthorizedKey } from "./ssh.ts";

/** Against what a key is judged. */
export interface KeyContext {
  readonly values: EffectiveConfig;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly origin: Origin;
  readonly revoked: RevokedKeys;
}

type Judged = Pick<AuthorizedKey, "unusable" | "doubt">;

/** The keys of a person's files, each with the reason why sshd would not, or may not, take it. */
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
      ...judge(line, strict ? file.loose : null, context),
    })),
  );
}

function judge(line: KeyLine, loose: string | null, context: KeyContext): Judged {
  const unusable = loose ?? whyUnusable(line, context);
  return { unusable, doubt: unusable === null ? doubtOf(line, context) : null };
}

function whyUnusable({ key, options }: KeyLine, context: KeyContext): string | null {
  if (key === null) return "it is no key that sshd can read";
  const { values, revoked } = context;
  return (
    optionProblem(options, context) ??
    algorithmProblem(key.type, values) ??
    sizeProblem(key.type, key.bits, values) ??
    revoked.problem(key.fingerprint)
  );
}

function optionProblem(options: readonly string[], { now, origin }: KeyContext): string | null {
  const bad = badOption(options);
  if (bad !== null) return `sshd does not take its option ${bad}`;
  if (optionValues(options, "principals").length > 0 && !signsCertificates(options)) {
    return "principals= belongs to a key that signs certificates";
  }
  const expired = optionValues(options, "expiry-time").find((time) => hasExpired(time, now) !== false);
  if (expired !== undefined) return `it expired: ${expired}`;
  const [from] = optionValues(options, "from");
  if (from !== undefined && matchesOrigin(origin, from) === "none") {
    return `only from ${from}${origin.isKnown ? `, not from ${origin.address}` : ""}`;
  }
  const [command] = optionValues(options, "command");
  return command === undefined ? null : `it only runs ${command}`;
}

/** Why a key that stands there in order may, or may not, let somebody in. */
function doubtOf({ options }: KeyLine, { origin, revoked }: KeyContext): string | null {
  if (signsCertificates(options)) {
    return "it signs certificates: which ones cannot be known";
  }
  const [from] = optionValues(options, "from");
  return from !== undefined && matchesOrigin(origin, from) === "elsewhere"
    ? `only from ${from}`
    : revoked.doubt;
}

function signsCertificates(options: readonly string[]): boolean {
  return options.some((option) => option.toLowerCase() === "cert-authority");
}

function algorithmProblem(type: string, values: EffectiveConfig): string | null {
  const accepted = values.get("pubkeyacceptedalgorithms")?.[0]?.split(",");
  if (accepted === undefined || algorithmsOf(type).some((name) => accepted.includes(name))) return null;
  const sha1 = type === "ssh-rsa" && accepted.includes(type) ? ", but for SHA-1, which clients refuse" : "";
  return `PubkeyAcceptedAlgorithms leaves ${type} out${sha1}`;
}

function sizeProblem(type: string, bits: number | null, values: EffectiveConfig): string | null {
  const least = Number(values.get("requiredrsasize")?.[0] ?? "1024");
  return type === "ssh-rsa" && (bits ?? 0) < least
    ? `RSA with ${bits} bits is below RequiredRSASize ${least}`
    : null;
}
