import { type AdvisedHost, defineFact, type FileFacts } from "../fact.ts";

/** A program that looks for malware, and how old what it knows is. */
export interface MalwareScanner {
  readonly name: string;
  /** Epoch ms; null: it has no signatures yet. */
  readonly signaturesAt: number | null;
}

const SCANNERS = [
  { name: "ClamAV", folder: "/var/lib/clamav", signatures: /^(daily|main)\.(cld|cvd)$/ },
  {
    name: "Linux Malware Detect",
    folder: "/usr/local/maldetect/sigs",
    signatures: /\.(dat|db|hdb|ndb)$|^maldet\.sigs\.ver$/,
  },
  { name: "Imunify", folder: "/var/imunify360/files/sigs/v1", signatures: /./ },
];

export const MALWARE_SCANNERS = defineFact("malware scanners", async (host): Promise<MalwareScanner[]> => {
  const found = await Promise.all(
    SCANNERS.map(async ({ name, folder, signatures }): Promise<MalwareScanner[]> => {
      const names = await host.list(folder);
      if (names === null) return [];
      const times = await Promise.all(
        names
          .filter((file) => signatures.test(file))
          .map(async (file) => (await host.stat(`${folder}/${file}`))?.mtimeMs ?? 0),
      );
      return [{ name, signaturesAt: times.length === 0 ? null : Math.max(...times) }];
    }),
  );
  return found.flat();
});

/** Data bases of programs that notice changed files. */
export const INTEGRITY_DATABASES = defineFact("file integrity", async (host): Promise<string[]> => {
  const found = await Promise.all(
    [
      ["/var/lib/aide", /^aide\.db(\.gz)?$/],
      ["/var/lib/tripwire", /\.twd$/],
      ["/var/lib/samhain", /samhain_file$/],
      ["/var/ossec/queue/fim/db", /\.db$/],
    ].map(async ([folder, pattern]) => {
      const names = (await host.list(String(folder))) ?? [];
      return names
        .filter((name) => (pattern as RegExp).test(name))
        .map((name) => `${String(folder)}/${name}`);
    }),
  );
  return found.flat();
});

/** A compiler, and who may run it. */
export interface Compiler {
  readonly path: string;
  readonly facts: FileFacts;
}

const COMPILERS = /^(?:[\w]+-[\w]+-[\w]+-)?(gcc|g\+\+|cc|c\+\+|clang|clang\+\+|tcc|as|ld)(-\d+(\.\d+)?)?$/;

/** Links are left out: what they lead to is there by itself. */
export const COMPILER_FILES = defineFact("compilers", async (host): Promise<Compiler[]> => {
  const found = await Promise.all(["/usr/bin", "/usr/local/bin"].map((folder) => compilersIn(host, folder)));
  return found.flat();
});

async function compilersIn(host: AdvisedHost, folder: string): Promise<Compiler[]> {
  const all = await host.list(folder);
  if (all === null && folder === "/usr/bin") throw new Error("/usr/bin is not there");
  const names = (all ?? []).filter((name) => COMPILERS.test(name));
  const found = await Promise.all(
    names.map(async (name) => ({ path: `${folder}/${name}`, facts: await host.stat(`${folder}/${name}`) })),
  );
  return found.flatMap(({ path, facts }) => (facts?.kind === "file" ? [{ path, facts }] : []));
}
