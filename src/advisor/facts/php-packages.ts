import { CastellanError } from "../../errors.ts";
import { defineFact } from "../fact.ts";
import { PHP_PLACES } from "./php.ts";
import { distributionEnd, upstreamEnd } from "./php-versions.ts";

/** A version of PHP that serves the web here, and until when it is mended. */
export interface PhpRelease {
  readonly version: string;
  /** `8.2.36-1~deb12u1`; null: no package of that name. */
  readonly package: string | null;
  readonly upstreamEnd: ReturnType<typeof upstreamEnd>;
  /** null: it is not the distribution's own package. */
  readonly distributionEnd: number | null;
  /** `Debian 12`. */
  readonly distribution: string;
  /** When it was read, epoch ms. */
  readonly now: number;
}

/** dpkg-query(1), --showformat. */
const FORMAT = ["Package", "Version", "db:Status-Status"].map((field) => `$\{${field}}`).join(" ");
/** deb.sury.org and other builds beside the distribution's carry a build date or a backport's mark in their version. */
const FOREIGN_BUILD = /\+0~\d{8}|gbp[0-9a-f]{4}|sury|ppa/i;

/** The versions of PHP that serve the web; null: no PHP is installed. */
export const PHP_RELEASES = defineFact<readonly PhpRelease[] | null>("PHP versions", async (host) => {
  const places = await host.fact(PHP_PLACES);
  if (places === null) return null;
  const versions = [...new Set(places.map(({ version }) => version))];
  if (versions.length === 0) return [];
  const release = (await host.text("/etc/os-release")) ?? (await host.text("/usr/lib/os-release"));
  if (release === null) throw new CastellanError("command_failed", "there is no /etc/os-release");
  const field = (name: string): string =>
    new RegExp(`^${name}=["']?([^"'\n]*)`, "m").exec(release)?.[1] ?? "";
  const packages = await host.run({
    file: "dpkg-query",
    args: ["-W", "-f", `${FORMAT}\\n`, "php*-common"],
  });
  const now = host.clock.now();
  return versions.map((version) => {
    const installed = new RegExp(`^php${version.replace(".", "\\.")}-common (\\S+) installed$`, "m");
    const found = installed.exec(packages.stdout)?.[1] ?? null;
    const isOwn = found !== null && !FOREIGN_BUILD.test(found);
    return {
      version,
      package: found,
      upstreamEnd: upstreamEnd(version),
      distributionEnd: isOwn ? distributionEnd(field("ID"), field("VERSION_ID"), version) : null,
      distribution: `${field("NAME").replace(" GNU/Linux", "")} ${field("VERSION_ID")}`.trim(),
      now,
    };
  });
});
