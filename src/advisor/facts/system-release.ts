import { defineFact } from "../fact.ts";

/** The release that runs (os-release(5)). */
export interface OsRelease {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  /** Last day with security updates, epoch ms; null: not known. */
  readonly endsAt: number | null;
  /** Where the date is from. */
  readonly from: string;
}

/** Debian: the end of its long-term support. As of 2026-11. */
const ENDS: Readonly<Record<string, string>> = {
  "debian 9": "2022-06-30",
  "debian 10": "2024-06-30",
  "debian 11": "2026-08-31",
  "debian 12": "2028-06-30",
  "debian 13": "2030-06-30",
  "ubuntu 16.04": "2021-04-30",
  "ubuntu 18.04": "2023-05-31",
  "ubuntu 20.04": "2025-05-31",
  "ubuntu 22.04": "2027-04-30",
  "ubuntu 24.04": "2029-05-31",
  "ubuntu 24.10": "2025-07-10",
  "ubuntu 25.04": "2026-01-15",
  "ubuntu 25.10": "2026-07-31",
  "ubuntu 26.04": "2031-05-31",
  "centos 7": "2024-06-30",
  "centos 8": "2021-12-31",
  "almalinux 8": "2029-05-31",
  "almalinux 9": "2032-05-31",
  "almalinux 10": "2035-05-31",
  "rocky 8": "2029-05-31",
  "rocky 9": "2032-05-31",
  "rocky 10": "2035-05-31",
};

export const OS_RELEASE = defineFact("/etc/os-release", async (host): Promise<OsRelease> => {
  const text = (await host.text("/etc/os-release")) ?? (await host.text("/usr/lib/os-release"));
  if (text === null) throw new Error("/etc/os-release is not there");
  const value = (name: string): string => new RegExp(`^${name}=["']?([^"'\n]*)`, "m").exec(text)?.[1] ?? "";
  const release = { id: value("ID"), version: value("VERSION_ID"), name: value("PRETTY_NAME") };
  const listed = await fromDistroInfo(host.text, release.id, release.version);
  if (listed !== null)
    return { ...release, endsAt: listed, from: `/usr/share/distro-info/${release.id}.csv` };
  // RHEL's kin count by their major version alone.
  const major = release.version.split(".")[0] ?? "";
  const date = ENDS[`${release.id} ${release.version}`] ?? ENDS[`${release.id} ${major}`];
  return { ...release, endsAt: date === undefined ? null : Date.parse(date), from: "castellan's own table" };
});

/** distro-info-data(5): its LTS column where it has one, else the general end; null: not told. */
async function fromDistroInfo(
  read: (path: string) => Promise<string | null>,
  id: string,
  version: string,
): Promise<number | null> {
  if (id !== "debian" && id !== "ubuntu") return null;
  const [head = "", ...rows] = ((await read(`/usr/share/distro-info/${id}.csv`)) ?? "").split("\n");
  const columns = head.split(",");
  const row = rows
    .map((line) => line.split(","))
    .find(([release = ""]) => release.replace(/ LTS$/, "") === version);
  if (row === undefined) return null;
  const dates = ["eol-lts", "eol-server", "eol"].map((name) => row[columns.indexOf(name)] ?? "");
  const date = dates.find((text) => /^\d{4}-\d\d-\d\d$/.test(text));
  return date === undefined ? null : Date.parse(date);
}
