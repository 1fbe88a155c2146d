import { describe, expect, it } from "vitest";
import { DATABASE_CHECKS } from "../../../src/advisor/areas/database.ts";
import { MAIL_CHECKS } from "../../../src/advisor/areas/mail.ts";
import { PHP_CHECKS } from "../../../src/advisor/areas/php.ts";
import { TLS_CHECKS } from "../../../src/advisor/areas/tls.ts";
import { WEB_CHECKS } from "../../../src/advisor/areas/web.ts";
import { openFactRun } from "../../../src/advisor/gather.ts";
import type { ChangeDraft } from "../../../src/changes/change.ts";
import { type CheckCase, type FixtureSpec, fixtureHost, judge } from "../../support/advised-host.ts";
import { loadCases } from "../load-cases.ts";

const CHECKS = [...TLS_CHECKS, ...WEB_CHECKS, ...PHP_CHECKS, ...DATABASE_CHECKS, ...MAIL_CHECKS];
const OWN = new Set(CHECKS.map(({ id }) => id));
const cases = (await loadCases()).filter(
  ({ check, rating }) => OWN.has(check) && (rating === "warning" || rating === "critical"),
);

async function draftOf({
  check,
  host,
}: CheckCase): Promise<{ spec: FixtureSpec; draft: ChangeDraft | null }> {
  const spec = typeof host === "function" ? await host() : host;
  const found = CHECKS.find(({ id }) => id === check);
  const run = openFactRun(fixtureHost(spec));
  const known = await Promise.all((found?.facts ?? []).map((fact) => run.know(fact)));
  const fix = found?.fix(known) ?? null;
  return { spec, draft: fix?.via === "change" ? fix.draft : null };
}

/** The host as the draft leaves it. */
function applied(spec: FixtureSpec, draft: ChangeDraft): FixtureSpec {
  const files = { ...spec.files };
  for (const { path, content } of draft.files ?? []) if (content !== null) files[path] = content;
  for (const { path, mode } of draft.modes ?? []) {
    const file = files[path];
    if (file !== undefined) files[path] = { ...(typeof file === "string" ? { text: file } : file), mode };
  }
  return { ...spec, files };
}

const planned = await Promise.all(cases.map(async (each) => ({ each, ...(await draftOf(each)) })));
const fixable = planned.flatMap(({ each, spec, draft }) => (draft === null ? [] : [{ each, spec, draft }]));

describe("a fix that is offered", () => {
  it.each(fixable.map((one) => [one.each.check, one.each.about, one] as const))(
    "%s turns green: %s",
    async (id, _, { spec, draft }) => {
      const check = CHECKS.find((each) => each.id === id);
      const after = applied(spec, draft);
      // openssl is asked about the new list.
      const commands = { ...after.commands, ...answersFor(draft) };
      const verdict = check ? await judge(check, fixtureHost({ ...after, commands }), after) : null;
      expect(verdict).toEqual(expect.objectContaining({ rating: "passed" }));
    },
  );

  it("is there for the checks that castellan can mend by itself", () => {
    expect([...new Set(fixable.map(({ each }) => each.check))].sort()).toEqual([
      "PHP-02",
      "PHP-03",
      "PHP-04",
      "PHP-05",
      "PHP-06",
      "PHP-07",
      "PHP-09",
      "TLS-03",
      "TLS-04",
      "TLS-06",
      "WEB-02",
      "WEB-05",
    ]);
  });

  it("touches nothing but castellan's own files and permissions", () => {
    const paths = fixable.flatMap(({ draft }) => (draft.files ?? []).map(({ path }) => path));
    expect(paths.filter((path) => !path.includes("castellan"))).toEqual([]);
  });
});

function answersFor(draft: ChangeDraft): FixtureSpec["commands"] {
  const list = /ssl_ciphers ([^;]+);/.exec(draft.files?.[0]?.content ?? "")?.[1];
  const stdout =
    "ECDHE-RSA-AES256-GCM-SHA384    TLSv1.2 Kx=ECDH     Au=RSA   Enc=AESGCM(256)            Mac=AEAD\n";
  return list === undefined ? {} : { [`openssl ciphers -s -v ${list}`]: { stdout } };
}
