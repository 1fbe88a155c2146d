/** When a branch of PHP stops getting security fixes upstream. https://www.php.net/supported-versions, eol.php (2026-11-21) */
const UPSTREAM_END: Readonly<Record<string, string>> = {
  "5.6": "2018-12-31",
  "7.0": "2019-01-10",
  "7.1": "2019-12-01",
  "7.2": "2020-11-30",
  "7.3": "2021-12-06",
  "7.4": "2022-11-28",
  "8.0": "2023-11-26",
  "8.1": "2025-12-31",
  "8.2": "2026-12-31",
  "8.3": "2027-12-31",
  "8.4": "2028-12-31",
  "8.5": "2029-12-31",
};
const NEWEST_KNOWN = 8.5;

/** A distribution's release, the PHP that it brings, and until when it mends it (without paid support). */
interface Maintained {
  readonly id: string;
  readonly release: string;
  readonly php: string;
  readonly until: string;
}

/** https://wiki.debian.org/LTS, https://ubuntu.com/about/release-cycle (2026-11-21) */
const MAINTAINED: readonly Maintained[] = [
  { id: "debian", release: "10", php: "7.3", until: "2024-06-30" },
  { id: "debian", release: "11", php: "7.4", until: "2026-08-31" },
  { id: "debian", release: "12", php: "8.2", until: "2028-06-30" },
  { id: "debian", release: "13", php: "8.4", until: "2030-06-30" },
  { id: "ubuntu", release: "20.04", php: "7.4", until: "2025-05-31" },
  { id: "ubuntu", release: "22.04", php: "8.1", until: "2027-06-01" },
  { id: "ubuntu", release: "24.04", php: "8.3", until: "2029-05-31" },
  { id: "ubuntu", release: "26.04", php: "8.5", until: "2031-05-31" },
];

/** Epoch ms of the last moment with fixes upstream; `"ended"`: older than the table; null: newer than the table. */
export function upstreamEnd(version: string): number | "ended" | null {
  const known = UPSTREAM_END[version];
  if (known !== undefined) return endOf(known);
  return Number(version) > NEWEST_KNOWN || !/^\d\.\d$/.test(version) ? null : "ended";
}

/** Until when the distribution itself mends this PHP; null: it is not the one that it brings. */
export function distributionEnd(id: string, release: string, version: string): number | null {
  const found = MAINTAINED.find((each) => each.id === id && each.release === release && each.php === version);
  return found === undefined ? null : endOf(found.until);
}

function endOf(day: string): number {
  return Date.parse(`${day}T23:59:59Z`);
}
