import { CastellanError } from "../../errors.ts";
import type { Directive } from "./nginx-tree.ts";

interface OpenSection {
  readonly name: string;
  readonly args: readonly string[];
  readonly line: number;
  readonly block: Directive[];
}

/**
 * Reads the text of one Apache configuration file: one directive a line, a backslash at its end joins the next one,
 * sections in angle brackets. Names are made lower case (they are the same to httpd). `expand` puts in `${VARIABLES}`.
 * @throws CastellanError `command_failed` where sections do not close as they opened
 */
export function parseApache(text: string, file: string, expand: (word: string) => string): Directive[] {
  const top: Directive[] = [];
  const open: OpenSection[] = [];
  for (const { line, content } of logicalLines(text)) {
    const into = open.at(-1)?.block ?? top;
    const closing = /^<\/(\w+)\s*>$/.exec(content)?.[1]?.toLowerCase();
    if (closing !== undefined) {
      const section = open.pop();
      if (section?.name !== closing) throw refused(`unexpected </${closing}>`, file, line);
      (open.at(-1)?.block ?? top).push({ ...section, file });
      continue;
    }
    const section = /^<(\w+)\s*(.*?)>$/.exec(content);
    const [name = "", ...args] = section ? [section[1], ...words(section[2] ?? "")] : words(content);
    const directive = { name: name.toLowerCase(), args: args.map((word) => expand(word ?? "")), line };
    if (section) open.push({ ...directive, block: [] });
    else into.push({ ...directive, file, block: null });
  }
  const unclosed = open.at(-1);
  if (unclosed) throw refused(`<${unclosed.name}> is never closed`, file, unclosed.line);
  return top;
}

function refused(what: string, file: string, line: number): CastellanError {
  return new CastellanError(
    "command_failed",
    `${file}:${line} cannot be read as Apache configuration: ${what}`,
    "apache2ctl -t",
  );
}

function* logicalLines(text: string): Generator<{ line: number; content: string }> {
  let joined = "";
  let from = 1;
  for (const [index, raw] of text.split("\n").entries()) {
    if (joined === "") from = index + 1;
    if (raw.endsWith("\\")) {
      joined += `${raw.slice(0, -1)} `;
      continue;
    }
    const content = (joined + raw).trim();
    joined = "";
    if (content !== "" && !content.startsWith("#")) yield { line: from, content };
  }
}

/** Words as httpd parts them: quoted with `"` or `'` (a backslash keeps the quote), or up to a blank. */
function words(text: string): string[] {
  const found = text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g);
  return [...found].map(([, double, single, bare]) => {
    const quoted = double ?? single;
    return quoted === undefined ? (bare ?? "") : quoted.replace(/\\(["'\\])/g, "$1");
  });
}
