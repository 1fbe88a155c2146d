import { type AdvisedHost, defineFact } from "../fact.ts";
import { loginDefsFact } from "./accounts-login-defs.ts";
import { type PamRule, sshdPamFact } from "./accounts-pam.ts";

/** A umask that somebody is given, and where it comes from. */
export interface UmaskOrigin {
  /** Permission bits that new files do not get. */
  readonly mask: number;
  /** `/etc/profile:12 umask 022`. */
  readonly evidence: string;
}

/** The umask of people who sign in, and of root where root's own files say another one. */
export interface Umasks {
  /** What counts last: of several in one file the widest is first. */
  readonly everyone: readonly UmaskOrigin[];
  readonly root: readonly UmaskOrigin[];
}

/** Files that login shells read, in their order (sh(1), bash(1)); `profile.d` comes at the end of `/etc/profile`. */
const SHARED = ["/etc/profile", "/etc/profile.d", "/etc/bash.bashrc"];
const ROOTS_OWN = ["/root/.bash_profile", "/root/.bash_login", "/root/.profile", "/root/.bashrc"];
/** What the kernel's first process and systemd start with (systemd.exec(5), UMask=). */
const BUILT_IN: UmaskOrigin = { mask: 0o022, evidence: "nothing sets it: systemd's own 0022" };

/** The umask by PAM, then /etc/profile and what follows it, then root's own files. */
export const umaskFact = defineFact("umask", async (host): Promise<Umasks> => {
  const [pam, shared, own] = await Promise.all([
    pamUmask(host),
    sharedUmasks(host),
    Promise.all(ROOTS_OWN.map((file) => umasksIn(host, file))),
  ]);
  const last = [pam, ...shared].findLast((origins) => origins.length > 0) ?? [BUILT_IN];
  return { everyone: widestFirst(last), root: widestFirst(own.flat()) };
});

async function sharedUmasks(host: AdvisedHost): Promise<UmaskOrigin[][]> {
  const files = await filesOf(host, SHARED);
  return await Promise.all(files.map((file) => umasksIn(host, file)));
}

/** The files of a list, with folders replaced by the scripts in them. */
export async function filesOf(host: AdvisedHost, paths: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    paths.map(async (path) => {
      if (!path.endsWith(".d")) return [path];
      const names = (await host.list(path)) ?? [];
      return names.filter((name) => name.endsWith(".sh")).map((name) => `${path}/${name}`);
    }),
  );
  return lists.flat();
}

async function umasksIn(host: AdvisedHost, file: string): Promise<UmaskOrigin[]> {
  return parseUmasks((await host.text(file)) ?? "", file);
}

/** The `umask` commands of a shell script. */
export function parseUmasks(text: string, file: string): UmaskOrigin[] {
  return text
    .split("\n")
    .flatMap((line, index) =>
      [...line.replace(/(^|\s)#.*$/, "").matchAll(COMMAND)].flatMap(([, word = ""]) =>
        masked(word, `${file}:${index + 1} umask ${word}`),
      ),
    );
}

const COMMAND = /(?:^|[;&|]|\b(?:then|else|do)\s)\s*umask\s+(?:-S\s+)?([0-7]{1,4}|[ugoa=rwx,+-]+)/g;

/** A umask in octal, or `u=rwx,g=rx,o=`; null: another symbolic form. */
export function maskOf(word: string): number | null {
  if (/^[0-7]{1,4}$/.test(word)) return Number.parseInt(word, 8) & 0o777;
  const parts = word.split(",").map((part) => /^([ugo]+|a)=([rwx]*)$/.exec(part));
  let mask = 0o777;
  for (const part of parts) {
    if (part === null) return null;
    const bits = [...(part[2] ?? "")].reduce((sum, letter) => sum | ({ r: 4, w: 2, x: 1 }[letter] ?? 0), 0);
    for (const who of part[1] === "a" ? "ugo" : (part[1] ?? "")) {
      const shift = { u: 6, g: 3, o: 0 }[who] ?? 0;
      mask = (mask & ~(0o7 << shift)) | ((~bits & 0o7) << shift);
    }
  }
  return mask;
}

/** pam_umask(8): its argument, or UMASK of login.defs. Without the module login.defs says nothing about sessions. */
async function pamUmask(host: AdvisedHost): Promise<UmaskOrigin[]> {
  const rules = await host.fact(sshdPamFact);
  const rule = rules.findLast(({ module, type }) => module === "pam_umask.so" && type === "session");
  if (rule === undefined) return [];
  const argument = rule.args.find((arg) => arg.startsWith("umask="))?.slice("umask=".length);
  if (argument !== undefined) return masked(argument, `${at(rule)} umask=${argument}`);
  const setting = (await host.fact(loginDefsFact)).get("UMASK");
  if (setting === undefined) return [];
  return masked(setting.value, `/etc/login.defs:${setting.line} UMASK ${setting.value} (by ${at(rule)})`);
}

function masked(word: string, evidence: string): UmaskOrigin[] {
  const mask = maskOf(word);
  return mask === null ? [] : [{ mask, evidence }];
}

function at({ file, line, module }: PamRule): string {
  return `${file}:${line} ${module}`;
}

/** The fewer bits a mask takes away from others, the wider it is. */
function widestFirst(origins: readonly UmaskOrigin[]): UmaskOrigin[] {
  const openness = (mask: number): number => (~mask & 0o007) * 8 + ((~mask & 0o070) >> 3);
  return [...origins].sort((a, b) => openness(b.mask) - openness(a.mask));
}
