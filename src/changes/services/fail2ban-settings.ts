/** What one jail is told, key by key. */
export type JailSettings = ReadonlyMap<string, string>;

const SECONDS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** The commands that `fail2ban-client -d` prints, one Python list a line, as settings by jail. */
export function parseCommands(text: string): ReadonlyMap<string, JailSettings> {
  const jails = new Map<string, Map<string, string>>();
  for (const line of text.split("\n")) {
    const added = /^\['add', '([A-Za-z0-9_-]+)', /.exec(line)?.[1];
    if (added !== undefined) jails.set(added, new Map());
    const [, jail = "", key = "", quoted, bare] =
      /^\['set', '([A-Za-z0-9_-]+)', '([a-z.]+)', (?:'([^']*)'|(-?\d+|True|False))\]$/.exec(line) ?? [];
    const value = quoted ?? bare;
    if (value !== undefined) jails.get(jail)?.set(key, value);
  }
  return jails;
}

/** Whether two values mean the same: the server tells spans in seconds. */
export function isSameJailValue(wanted: string, found: string): boolean {
  return wanted === found || (seconds(wanted) !== null && seconds(wanted) === seconds(found));
}

function seconds(text: string): number | null {
  const [, amount, unit = ""] = /^(-?\d+)([smhdw]?)$/.exec(text) ?? [];
  const scale = SECONDS[unit];
  return amount === undefined || scale === undefined ? null : Number(amount) * scale;
}
