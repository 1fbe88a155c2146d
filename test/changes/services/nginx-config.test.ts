import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Directive, parseNginx, rewriteNginx } from "../../../src/changes/services/nginx-config.ts";
import { deeperValues, httpValues, parseDump } from "../../../src/changes/services/nginx-dump.ts";

/** Name, words and block, without places. */
function shape(directives: readonly Directive[]): unknown {
  return directives.map(({ name, args, block }) => [
    name,
    ...args.map(({ text }) => text),
    ...(block === null ? [] : [shape(block)]),
  ]);
}

const VARIABLE = ["$", "{b}"].join("");

describe("nginx's configuration language", () => {
  it.each([
    ["a directive", "server_tokens off;", [["server_tokens", "off"]]],
    ["a block", "http{ a b; }", [["http", [["a", "b"]]]]],
    ["comments, also with signs in them", "# } ;\na b;# {\n", [["a", "b"]]],
    ["quotes with signs in them", `a "x; {y}" 'z # "';`, [["a", "x; {y}", 'z # "']]],
    ["an escaped quote", `a "x\\"y";`, [["a", 'x"y']]],
    ["a variable in braces", `a ${VARIABLE}c/$d;`, [["a", `${VARIABLE}c/$d`]]],
    [
      "a regular expression",
      "location ~ \\.php$ { deny all; }",
      [["location", "~", "\\.php$", [["deny", "all"]]]],
    ],
    ["a sign within a word", "a b#c;", [["a", "b#c"]]],
    [
      "a program in Lua",
      "content_by_lua_block { if x then y = {1} end } a b;",
      [
        ["content_by_lua_block", []],
        ["a", "b"],
      ],
    ],
    ["nothing", "", []],
  ])("reads %s", (_, text, wanted) => {
    expect(shape(parseNginx(text))).toEqual(wanted);
  });

  it.each(["http {", "a b", "}", "a 'b;", "a b; }", "{ }", ";", "x_by_lua_block { {"])(
    "refuses %j",
    (text) => {
      expect(() => parseNginx(text)).toThrow(expect.objectContaining({ code: "source_unreadable" }));
    },
  );

  it("writes words anew and leaves every other byte", () => {
    const text = "# pid /x;\npid   /run/a.pid ; # why\nhttp { access_log '/var/log/a' main; }\n";
    const done = rewriteNginx(text, parseNginx(text), ({ name }, index) =>
      (name === "pid" || name === "access_log") && index === 0 ? "/new" : null,
    );
    expect(done).toBe("# pid /x;\npid   /new ; # why\nhttp { access_log /new main; }\n");
  });

  it("never fails in any other way, and finds each word where it stands", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ab {};'\"\\#$\n"), maxLength: 60 });
    fc.assert(
      fc.property(text, (given) => {
        let directives: readonly Directive[];
        try {
          directives = parseNginx(given);
        } catch (error) {
          expect(error).toMatchObject({ code: "source_unreadable" });
          return;
        }
        expect(rewriteNginx(given, directives, (_, __, raw) => raw)).toBe(given);
      }),
      { numRuns: 2_000 },
    );
  });
});

const DUMP = `nginx: the configuration file /etc/nginx/nginx.conf syntax is ok
# configuration file /etc/nginx/nginx.conf:
events {}
http {
  ssl_protocols TLSv1.2;
  include conf.d/*.conf;
  include /etc/nginx/sites-enabled/*;
}

# configuration file /etc/nginx/conf.d/a.conf:
server_tokens off;

# configuration file /etc/nginx/conf.d/sub/b.conf:
server_tokens build;

# configuration file /etc/nginx/sites-enabled/default:
server { listen 80; location / { server_tokens on; include snippets/x[12].conf; } }

# configuration file /etc/nginx/snippets/x1.conf:
autoindex on;

`;

describe("what nginx -T prints", () => {
  it("is one configuration, with every include in its place", () => {
    const configuration = parseDump(DUMP);
    expect(httpValues(configuration, "server_tokens")).toEqual(["off"]);
    expect(httpValues(configuration, "ssl_protocols")).toEqual(["TLSv1.2"]);
    expect(deeperValues(configuration, "server_tokens")).toEqual(["on"]);
    expect(deeperValues(configuration, "autoindex")).toEqual(["on"]);
    expect(httpValues(configuration, "autoindex")).toEqual([]);
  });

  it("is nothing where nothing was printed, and ends where files include each other", () => {
    expect(parseDump("")).toEqual([]);
    expect(parseDump("# configuration file /a/b.conf:\ninclude b.conf; x y;\n").length).toBeGreaterThan(0);
  });
});
