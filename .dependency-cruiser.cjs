// The arrows of ARCHITECTURE.md. A room may import only what its line allows; everything else is an error.
/** room -> the rooms it may import from, besides itself, src/errors.ts and packages */
const ROOMS = {
  "src/host": [],
  "src/database": ["src/host"],
  "src/terminal": [],
  "src/audit": ["src/host", "src/database"],
  "src/accounts": ["src/host", "src/database", "src/audit"],
  "src/twofactor": ["src/host", "src/database", "src/audit", "src/accounts"],
  "src/firewall": ["src/host", "src/database", "src/audit"],
  "src/lockout": ["src/host", "src/database", "src/audit", "src/firewall"],
  "src/watch": ["src/host", "src/database", "src/audit", "src/firewall", "src/lockout"],
  "src/changes": ["src/host", "src/database", "src/audit"],
  "src/ssh": ["src/host", "src/database", "src/audit", "src/firewall", "src/changes"],
  "src/fail2ban": ["src/host", "src/changes"],
  "src/advisor": ["src/(?!guard|commands|terminal|watch/engine)"],
  "src/guard": ["src/(?!commands|terminal)"],
  "src/commands": ["src/(?!guard)"],
  components: ["src/terminal"],
  screens: ["src/(?!guard|commands)", "components"],
  demo: ["src/(?!guard|commands)", "screens"],
};

const arrows = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `arrows-of-${room.replace(/\W/g, "-")}`,
  comment: `${room} may import only from: ${["src/errors.ts", ...allowed].join(", ")}`,
  severity: "error",
  from: { path: `^${room}/` },
  to: {
    path: "^(src|components|screens|demo|test)/",
    pathNot: `^(src/errors\\.ts$|${[room, ...allowed].map((target) => (target.includes("(?!") ? target : `${target}/`)).join("|")})`,
  },
}));

module.exports = {
  forbidden: [
    ...arrows,
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
      to: { path: "^(screens|components|demo)/" },
    },
    {
      name: "no-orphans",
      comment: "a file that nobody imports is not used; entry points are named here",
      severity: "error",
      from: { orphan: true, pathNot: "(\\.d\\.ts$)" },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
