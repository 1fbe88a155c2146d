/** PHP says so of a value that is empty or was never set. */
const NO_VALUE = "no value";

/** What `php -i` printed as text: directive → value as a request finds it. */
export function parsePhpInfo(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, key, local] = /^([a-z][a-z0-9_.]*) => (.*) => .*$/.exec(line) ?? [];
    if (key !== undefined && local !== undefined) settings.set(key, local === NO_VALUE ? "" : local);
  }
  return settings;
}

/** Whether two values mean the same to PHP: `0` is `Off`, and so is nothing. */
export function isSamePhpValue(wanted: string, found: string): boolean {
  return meaning(wanted) === meaning(found);
}

function meaning(value: string): string {
  const word = value.toLowerCase();
  if (["", "0", "off", "no", "false"].includes(word)) return "off";
  return ["1", "on", "yes", "true"].includes(word) ? "on" : value;
}
