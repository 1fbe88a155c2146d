// The arrows of ARCHITECTURE.md. A room may import only what its line allows; everything else is an error.
const FOUNDATION = ["src/errors.ts", "src/host", "src/database", "src/terminal"];
/** room -> the rooms it may import from, besides itself, src/errors.ts and packages */
const ROOMS = {
  "src/host": [],
  "src/database": [],
  "src/terminal": [],
  "src/audit": ["src/host", "src/database"],
  "src/accounts": ["src/host", "src/database", "src/audit"],
  "src/twofactor": ["src/host", "src/database", "src/audit", "src/accounts"],
  "src/firewall": ["src/host", "src/database", "src/audit"],
  "src/lockout": ["src/host", "src/database", "src/audit", "src/firewall"],
  "src/watch": ["src/host", "src/database", "src/audit", "src/firewall", "src/lockout"],
  "src/guard": ["src/", "!src/commands", "!src/terminal"],
  "src/commands": ["src/", "!src/guard"],
  components: ["src/terminal"],
  screens: ["src/", "components", "!src/guard", "!src/commands"],
};

const escape = (path) => path.replace(/[.]/g, "\\.");
const rules = Object.entries(ROOMS).map(([room, allowed]) => {
  const yes = allowed.filter((entry) => !entry.startsWith("!")).map(escape);
  const no = allowed.filter((entry) => entry.startsWith("!")).map((entry) => escape(entry.slice(1)));
  const permitted = ["node_modules", "^[a-z@][^/]*$", "^node:", "src/errors\\.ts", escape(room), ...yes];
  return {
    name: `arrows-of-${room.replace(/\W/g, "-")}`,
    comment: `${room} may import only: ${[...yes, "src/errors.ts"].join(", ")}`,
    severity: "error",
    from: { path: `^${escape(room)}/` },
    to: {
      path: `^(src|components|screens|test)/`,
      pathNot: `^(${["src/errors\\.ts", escape(room), ...yes].join("|")})`,
      ...(no.length > 0 ? {} : {}),
    },
    forbid: no,
    permitted,
  };
});
const forbidden = rules.map(({ forbid: _f, permitted: _p, ...rule }) => rule);
for (const rule of rules) {
  for (const room of rule.forbid) {
    forbidden.push({
      name: `${rule.name}-never-${room.replace(/\W/g, "-")}`,
      severity: "error",
      from: rule.from,
      to: { path: `^${room}/` },
    });
  }
}
forbidden.push(
  { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
  {
    name: "core-knows-no-screen",
    comment: "React and Ink belong to components and screens; a command must never load them",
    severity: "error",
    from: { path: "^src/" },
    to: { path: "node_modules/(ink|react|ink-.*|react-.*)/" },
  },
  {
    name: "only-the-launcher-opens-screens",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/main\\.ts$" },
    to: { path: "^(screens|components)/" },
  },
  {
    name: "foundation-knows-nobody",
    severity: "error",
    from: { path: `^(${FOUNDATION.map(escape).join("|")})` },
    to: { path: "^src/castellan\\.ts$" },
  },
);

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
