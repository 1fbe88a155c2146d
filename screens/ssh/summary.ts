import { ratingCount } from "../../components/rating.ts";
import type { SshPerson, SshSetting, SshState } from "../../src/ssh/ssh.ts";
import { type Content, contentColumns, type Run } from "../../src/terminal/line.ts";
import { nameText, shortPaths } from "./columns.ts";

/** In the first second: how bad is it, and does anybody get in? */
export function verdictText({ settings, people }: SshState, unicode: boolean): Content {
  const amount = (rating: "critical" | "warning" | "passed"): number =>
    settings.filter((setting) => setting.rating === rating).length;
  const inside = people.filter(({ ways }) => ways.length > 0).length;
  return [
    " ",
    ratingCount("critical", amount("critical"), unicode),
    "  ",
    ratingCount("warning", amount("warning"), unicode),
    "  ",
    ratingCount("passed", amount("passed"), unicode),
    {
      text: `  ${inside} of ${people.length} get in`,
      tone: inside === 0 ? "crit" : "text",
      bold: true,
    },
  ];
}

/** Version and ports; where there is less room, the ports. */
export function versionText({ version, ports, socketActivated }: SshState, columns: number): Content {
  const by = socketActivated ? " by ssh.socket" : "";
  const where = ports.length === 1 ? `port ${ports[0]}` : `ports ${ports.join(", ")}`;
  return firstThatFits([`${version} · ${where}${by} `, `${where} `], columns);
}

function firstThatFits(texts: readonly string[], columns: number): Content {
  const text = texts.find((each) => contentColumns(each) <= columns);
  return text === undefined ? "" : { text, tone: "muted" };
}

/** How the operator came in; the fingerprint, which stands behind Enter too, only where there is room. */
export function methodText({ operatorMethod }: SshState, columns: number): Content {
  if (operatorMethod === null) return "";
  const [method = ""] = operatorMethod.split(" ", 1);
  return firstThatFits([`you came by ${operatorMethod} `, `you came by ${method} `], columns);
}

/** Who of those who can become root still gets in, in one sentence. */
export function whoText({ people }: SshState): Content {
  const named = (some: readonly SshPerson[]): string => some.map(nameText).join(", ");
  const inside = people.filter(({ ways }) => ways.length > 0);
  const outside = people.filter(({ ways }) => ways.length === 0);
  const [unsure, out] = [
    outside.filter(({ unsure: ways }) => ways.length > 0),
    outside.filter(({ unsure: ways }) => ways.length === 0),
  ];
  const rest: Run[] = [
    ...(unsure.length > 0 ? [{ text: `; not known: ${named(unsure)}`, tone: "warn" } as const] : []),
    ...(out.length > 0 ? [{ text: `; shut out: ${named(out)}`, tone: "muted" } as const] : []),
  ];
  const text = inside.length === 0 ? " Nobody is certain to get in" : ` Still gets in: ${named(inside)}`;
  return [{ text, tone: inside.length === 0 ? "crit" : "heading", bold: true }, ...rest];
}

/** What a row has no room for: the whole value, where it is set, what is without effect, for whom it differs. */
export function settingStrip({ title, value, origin, shadowed, differsFor }: SshSetting): string {
  const place = origin === null ? "sshd's default" : `${origin.file}:${origin.line}`;
  const others = shadowed.map(({ file, line, value: own }) => `${file}:${line} ${own}`);
  const some = differsFor.map(({ login, value: own }) => `${login} ${own || "not set"}`);
  return shortPaths(
    [
      `${title} ${value || "not set"} (${place})`,
      ...(others.length > 0 ? [`without effect: ${others.join(", ")}`] : []),
      ...(some.length > 0 ? [`but for ${some.join(", ")}`] : []),
    ].join("; "),
  );
}

/** What a row has no room for: what is not known, and what hinders. */
export function personStrip(person: SshPerson): string {
  const { unsure, hindrances, keys, becomesRoot } = person;
  const reasons = [...unsure.map((way) => `not known: ${way}`), ...hindrances];
  const usable = keys.filter((key) => key.unusable === null).length;
  const held = `${usable} of ${keys.length} keys usable`;
  return `${nameText(person)}: ${[becomesRoot, held, ...reasons].join("; ")}`;
}
