import { type Check, defineCheck } from "../check.ts";
import { PHP_RELEASES, type PhpRelease } from "../facts/php-packages.ts";
import { type Problem, weigh } from "./weigh.ts";

const DAY_MS = 86_400_000;
const SOON_MS = 90 * DAY_MS;

const support = defineCheck({
  id: "PHP-01",
  area: "php",
  title: "PHP versions get security fixes",
  why:
    "A hole that is found in a version without support stays open for good, and its exploit is published with the fix " +
    "for the others.",
  remedy:
    "apt install php8.4-fpm (or what your distribution brings), move the sites over, then: apt purge 'phpOLD-*'. What " +
    "only one site needs can stay behind a pool of its own, for a time.",
  source: "https://www.php.net/supported-versions; brief (PHP Versions)",
  gives: ["passed", "warning", "critical"],
  facts: [PHP_RELEASES],
  judge(releases) {
    if (releases === null || releases.length === 0) return null;
    return weigh(releases.flatMap(supportProblem), {
      summary: releases
        .map(({ version, upstreamEnd }) => `PHP ${version} until ${until(upstreamEnd)}`)
        .join(", "),
      evidence: releases.map(describe),
    });
  },
});

function supportProblem(release: PhpRelease): Problem[] {
  const { version, upstreamEnd, distributionEnd, distribution, now } = release;
  const evidence = describe(release);
  if (upstreamEnd === null) {
    return [{ rating: "unknown", what: `PHP ${version} is newer than castellan's table`, evidence }];
  }
  if (upstreamEnd !== "ended" && upstreamEnd - now >= SOON_MS) return [];
  const over = upstreamEnd === "ended" || upstreamEnd <= now;
  const when = over ? "ended" : `ends ${until(upstreamEnd)}`;
  if (distributionEnd !== null && distributionEnd > now) {
    const what = `PHP ${version}: upstream ${when}, ${distribution} mends it until ${until(distributionEnd)}`;
    return [{ rating: "warning", what, evidence }];
  }
  const what = over ? `PHP ${version} gets no security fixes any more` : `PHP ${version}: support ${when}`;
  return [{ rating: over ? "critical" : "warning", what, evidence }];
}

function describe({
  version,
  package: name,
  upstreamEnd,
  distributionEnd,
  distribution,
}: PhpRelease): string {
  const packaged = name === null ? "no Debian package" : `package ${name}`;
  const own =
    distributionEnd === null
      ? "not mended by the distribution"
      : `${distribution} until ${until(distributionEnd)}`;
  return `PHP ${version} (${packaged}): php.net until ${until(upstreamEnd)}, ${own}`;
}

function until(end: PhpRelease["upstreamEnd"]): string {
  if (end === null) return "an unknown day";
  return end === "ended" ? "long ago" : new Date(end).toISOString().slice(0, 10);
}

export const PHP_VERSION_CHECKS: readonly Check[] = [support];
