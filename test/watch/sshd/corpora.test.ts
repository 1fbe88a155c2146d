import { describe, expect, test } from "vitest";
import { SSHD_KINDS } from "../../../src/watch/sshd/kinds.ts";
import { eventOf, readCorpus } from "./corpus.ts";

const VICTIM = "198.51.100.77";

describe("lines captured from a live OpenSSH 9.2p1", () => {
  interface Captured {
    readonly line: string;
    readonly rfc3339: string;
    readonly expect: { readonly cls: string; readonly ip: string | null; readonly user: string | null };
  }
  const OUTCOMES: Record<string, string | null> = {
    auth_fail: "failure",
    invalid_user: "failure",
    preauth_close: "probe",
    disconnect_notice: "notice",
    none: null,
  };
  const captured = readCorpus<Captured>("sshd-capture/sample.jsonl");

  test.each(
    captured.flatMap((c) => [
      { ...c, text: c.line },
      { ...c, text: c.rfc3339 },
    ]),
  )("$text", ({ text, expect: label }) => {
    expect(Object.keys(OUTCOMES)).toContain(label.cls);
    const event = eventOf(text, false);
    expect(event?.outcome ?? null).toBe(OUTCOMES[label.cls]);
    expect(event?.address ?? null).toBe(label.ip);
    // A close names the account too, in the child's double escaping; the label leaves it out.
    if (label.cls !== "preauth_close") expect(event?.username ?? null).toBe(label.user);
  });
});

describe("sshguard's own test lines", () => {
  interface Labelled {
    readonly line: string;
    readonly match: boolean;
    readonly service?: number;
    readonly address?: string;
  }
  const SSHD = 100;
  const lines = readCorpus<Labelled>("sshguard/tests.jsonl");
  const isHit = (line: string): string | null => {
    const event = eventOf(line, true);
    return event !== null && (event.outcome === "failure" || event.outcome === "probe")
      ? event.address
      : null;
  };

  test("every attack on sshd is found with its address", () => {
    const attacks = lines.filter((line) => line.service === SSHD);
    expect(attacks.length).toBeGreaterThan(50);
    expect(attacks.filter((line) => isHit(line.line) !== line.address).map((line) => line.line)).toEqual([]);
  });

  test("nothing benign and no other service's line is a hit", () => {
    const others = lines.filter((line) => line.service !== SSHD);
    expect(others.length).toBeGreaterThan(100);
    expect(others.filter((line) => isHit(line.line) !== null).map((line) => line.line)).toEqual([]);
  });
});

describe("adversarial lines", () => {
  interface Sample {
    readonly kind: string;
    readonly sample: "positive" | "negative" | "injection";
    readonly line: string;
    readonly expect: { readonly kind: string; readonly address: string | null } | null;
  }
  const samples = readCorpus<Sample>("sshd-adversarial");

  test.each(samples)("$sample of $kind: $line", ({ line, expect: label }) => {
    const event = eventOf(line, false);
    if (event === null) return expect(label).toBeNull();
    const { outcome, kind, address, username, count } = event;
    expect({ outcome, kind, address, username, count }).toEqual(label);
    expect(address).not.toBe(VICTIM);
  });

  test.each([...SSHD_KINDS, "header"])("%s has a positive, a negative and an injection sample", (kind) => {
    const own = samples.filter((sample) => sample.kind === kind);
    const positives = own.filter((sample) => sample.sample === "positive");
    expect(positives.length).toBeGreaterThan(0);
    if (kind !== "header")
      expect(positives.map((sample) => sample.expect?.kind)).toEqual(positives.map(() => kind));
    const negatives = own.filter((sample) => sample.sample === "negative");
    expect(negatives.length).toBeGreaterThan(0);
    expect(negatives.map((sample) => sample.expect)).toEqual(negatives.map(() => null));
    const injections = own.filter((sample) => sample.sample === "injection");
    expect(injections.length).toBeGreaterThan(0);
    if (kind !== "header") expect(injections.some((sample) => sample.line.includes(VICTIM))).toBe(true);
  });

  test("no sample is about a kind that does not exist", () => {
    expect(
      samples
        .map((sample) => sample.kind)
        .filter((kind) => kind !== "header" && !(SSHD_KINDS as readonly string[]).includes(kind)),
    ).toEqual([]);
  });
});
