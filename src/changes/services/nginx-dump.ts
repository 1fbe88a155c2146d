import { dirname, resolve } from "node:path";
import { type Directive, parseNginx } from "./nginx-config.ts";

const FILE_HEAD = /^# configuration file (\/.*):$/;
/** Includes as deep as this go round in a circle. */
const DEEPEST = 20;

/**
 * What `nginx -T` printed as one configuration, with each `include` replaced by what it brought.
 * @throws CastellanError `source_unreadable`
 */
export function parseDump(dump: string): readonly Directive[] {
  const files = splitFiles(dump);
  const [main] = files.keys();
  if (main === undefined) return [];
  const folder = dirname(main);
  const expand = (directives: readonly Directive[], depth: number): Directive[] =>
    directives.flatMap((directive) => {
      const pattern = directive.name === "include" ? directive.args[0]?.text : undefined;
      if (pattern === undefined) {
        return [
          directive.block === null ? directive : { ...directive, block: expand(directive.block, depth) },
        ];
      }
      if (depth > DEEPEST) return [];
      const wanted = resolve(folder, pattern);
      const matches = globPattern(wanted);
      const brought = [...files].filter(([path]) => path === wanted || matches.test(path));
      return brought.flatMap(([, text]) => expand(parseNginx(text), depth + 1));
    });
  return expand(parseNginx(files.get(main) ?? ""), 0);
}

/** A pattern of glob(7): `*`, `?` and `[…]` stay within one name. */
function globPattern(glob: string): RegExp {
  const source = glob.replace(/\*|\?|\[!?[^\]/]+\]|[^*?[]|\[/g, (part) => {
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.length > 1) return `[${part.slice(1, -1).replace(/^!/, "^").replace(/[\\[]/g, "\\$&")}]`;
    return part.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  });
  return new RegExp(`^${source}$`);
}

/** Values of a directive on the http level, each as its words with one blank between. */
export function httpValues(configuration: readonly Directive[], name: string): string[] {
  return configuration
    .filter((directive) => directive.name === "http")
    .flatMap(({ block }) => block ?? [])
    .filter((directive) => directive.name === name)
    .map(argsText);
}

/** Values that servers and locations set instead. */
export function deeperValues(configuration: readonly Directive[], name: string): string[] {
  const below = (directives: readonly Directive[]): string[] =>
    directives.flatMap((directive) => [
      ...(directive.name === name ? [argsText(directive)] : []),
      ...below(directive.block ?? []),
    ]);
  const http = configuration.filter((directive) => directive.name === "http");
  return http.flatMap(({ block }) => below((block ?? []).flatMap((directive) => directive.block ?? [])));
}

export function argsText({ args }: Directive): string {
  return args.map(({ text }) => text).join(" ");
}

/** The files of a dump, in the order in which nginx met them. */
function splitFiles(dump: string): Map<string, string> {
  const files = new Map<string, string[]>();
  let lines: string[] | undefined;
  for (const line of dump.split("\n")) {
    const path = FILE_HEAD.exec(line)?.[1];
    if (path !== undefined) {
      lines = [];
      files.set(path, lines);
    } else lines?.push(line);
  }
  return new Map([...files].map(([path, body]) => [path, body.join("\n")]));
}
