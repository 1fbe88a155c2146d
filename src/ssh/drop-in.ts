import { OWN_FILES } from "../changes/own/paths.ts";
import { header } from "../changes/own/settings.ts";
import { canonicalKeyword, readSshdConfig } from "../changes/services/sshd-config.ts";
import { type ConfigFiles, configFiles } from "../changes/services/sshd-files.ts";
import { CastellanError } from "../errors.ts";
import { SSH_SETTINGS, settingNamed } from "./settings.ts";

/** Settings of castellan's drop-in: keyword in lower case → value as sshd_config(5) writes it. */
export type DropIn = ReadonlyMap<string, string>;

/** Settings that somebody wants, by keyword in lower case. @throws CastellanError `invalid_input` */
export function checkedSettings(settings: Readonly<Record<string, string>>): DropIn {
  const checked = Object.entries(settings).map(([name, value]) => {
    const setting = settingNamed(canonicalKeyword(name));
    if (setting === null) {
      throw new CastellanError(
        "invalid_input",
        `castellan does not set ${JSON.stringify(name.slice(0, 60))}`,
        `it sets: ${SSH_SETTINGS.map(({ title }) => title).join(" ")}`,
      );
    }
    if (!isAllowed(setting.title, value)) {
      throw new CastellanError(
        "invalid_input",
        `${setting.title} cannot be ${JSON.stringify(value.slice(0, 120))}`,
        "see sshd_config(5)",
      );
    }
    return [setting.title.toLowerCase(), value] as const;
  });
  return new Map(checked);
}

function isAllowed(title: string, value: string): boolean {
  if (settingNamed(title)?.grammar.test(value) !== true) return false;
  return title !== "Port" || value.split(" ").every((port) => Number(port) >= 1 && Number(port) <= 65_535);
}

/** What castellan's drop-in sets now, and what stands there besides: lines that castellan did not write. */
export function readDropIn(files: ConfigFiles): { settings: DropIn; foreign: readonly string[] } {
  const text = files.isThere(OWN_FILES.sshd) ? files.read(OWN_FILES.sshd) : null;
  return text === null ? { settings: new Map(), foreign: [] } : parseDropIn(text);
}

function parseDropIn(text: string): { settings: DropIn; foreign: readonly string[] } {
  const alone = configFiles("/nonexistent", [{ path: OWN_FILES.sshd, content: text }]);
  const { lines, includes } = readSshdConfig(alone, OWN_FILES.sshd);
  const settings = new Map<string, string>();
  const foreign = includes.map(({ line }) => `line ${line}: Include`);
  for (const { keyword, args, scope, line } of lines) {
    const setting = settingNamed(keyword);
    const value = args.join(" ");
    if (setting === null || scope !== "general" || !isAllowed(setting.title, value)) {
      foreign.push(`line ${line}: ${setting?.title ?? keyword} ${value}`);
    } else if (keyword === "port")
      settings.set(keyword, [settings.get(keyword) ?? [], value].flat().join(" "));
    else if (!settings.has(keyword)) settings.set(keyword, value);
  }
  return { settings, foreign };
}

/** The text of the drop-in; null: it sets nothing and can go. It is read back before it is given out. */
export function writeDropIn(settings: DropIn): string | null {
  if (settings.size === 0) return null;
  const lines = SSH_SETTINGS.flatMap(({ title }) => {
    const value = settings.get(title.toLowerCase());
    if (value === undefined) return [];
    return title === "Port" ? value.split(" ").map((port) => `Port ${port}`) : [`${title} ${value}`];
  });
  const text = `${header("#")}\n${lines.join("\n")}\n`;
  const back = parseDropIn(text);
  const isSame =
    back.foreign.length === 0 &&
    back.settings.size === settings.size &&
    [...settings].every(([keyword, value]) => back.settings.get(keyword) === value);
  if (isSame) return text;
  throw new CastellanError("invalid_input", "these settings would be read as something else than was meant");
}
