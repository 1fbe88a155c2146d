import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Directive, parseNginx } from "../../../src/advisor/facts/nginx-tree.ts";

/** A variable in braces, as nginx has them. */
const VARIABLE = "$".concat("{host}");
const read = (text: string): readonly Directive[] => parseNginx(text, "f");
const argsOf = (text: string): readonly string[] => read(text)[0]?.args ?? [];

describe("reading nginx configuration", () => {
  it("keeps file and line of each directive, also where it goes over several lines", () => {
    const [, second] = read("a 1;\n\nb\n  2\n  3;\n");
    expect(second).toEqual({ name: "b", args: ["2", "3"], file: "f", line: 3, block: null });
  });

  it("counts every line, also one that a backslash takes along", () => {
    expect(read('a "x\\\ny" z\\\n;\n# c\nb 1;').map(({ line }) => line)).toEqual([1, 5]);
  });

  it("takes quotes only at the beginning of a word, and what is in them as it is", () => {
    expect(argsOf(`a "x y;{}#" 'q"r' b"c;`)).toEqual(["x y;{}#", 'q"r', 'b"c']);
  });

  it("takes the character after a backslash along, and unescapes what nginx unescapes", () => {
    expect(argsOf('a "\\"" \\; \\t ~\\.php$ b\\ c;')).toEqual(['"', "\\;", "\t", "~\\.php$", "b\\ c"]);
  });

  it("leaves a # inside of a word alone, and ${ in its word", () => {
    expect(argsOf(`a x#y ${VARIABLE}c; # d { ;`)).toEqual(["x#y", `${VARIABLE}c`]);
  });

  it("nests blocks, and skips Lua, whose braces mean something else", () => {
    const [http] = read("http { server { location / { return 200; } } content_by_lua_block { a = {{}} } }");
    expect(http?.block?.map(({ name }) => name)).toEqual(["server", "content_by_lua_block"]);
  });

  it.each(["a {", "a }", "}", "a b", 'a "b', 'a "b"c;', ";", "a { b }", "x_by_lua_block { {", "{"])(
    "refuses %j with file and line",
    (text) => {
      expect(() => read(text)).toThrow(/^f:1 cannot be read/);
    },
  );

  it("never hangs and never throws anything else", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."ab \n\t;{}#\"'\\$~".split("")), maxLength: 60 }),
        (text) => {
          try {
            read(text);
          } catch (error) {
            expect((error as Error).message).toMatch(/^f:\d+ cannot be read/);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("reads a megabyte of nested quotes in linear time", () => {
    const started = performance.now();
    read(`a ${'"\\"" '.repeat(200_000)};`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

const NGINX = "/usr/sbin/nginx";
const folder = mkdtempSync(join(tmpdir(), "castellan-nginx-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the real nginx makes of words: it gives them back as a header's value. */
function takes(text: string): boolean {
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `pid ${folder}/pid; error_log ${folder}/log; events {}\nhttp { access_log off; ${text} }\n`,
  );
  try {
    execFileSync(NGINX, ["-t", "-c", file, "-e", `${folder}/log`], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!existsSync(NGINX))("beside the real nginx (skipped where nginx is not installed)", () => {
  it.each([
    "map $host $b { default x; }",
    'add_header X "a\\"b";',
    "add_header X 'a;b{c';",
    "add_header X a#b;",
    `add_header X ${VARIABLE}x;`,
    "server { location ~ ^/a{2}$ { return 403; } }",
    'server { location ~ "^/a{2}$" { return 403; } }',
    'add_header X "a"b;',
    "add_header X a",
    "server { listen 80 }",
    "server { } }",
    "server {",
    'add_header X "a;',
    ";",
    "add_header X a\\;b;",
  ])("takes and refuses the same: %s", (text) => {
    const ours = (() => {
      try {
        read(`http { ${text} }`);
        return true;
      } catch {
        return false;
      }
    })();
    expect(ours).toBe(takes(text));
  });
});
