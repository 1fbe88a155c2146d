import type { AuditQuery } from "../../src/audit/event.ts";
import { openDatabase } from "../../src/database/open.ts";
import { mixes } from "./audit-mixes.ts";
import { stockOf, timePages } from "./audit-pages.ts";
import { seededDraw } from "./audit-rows.ts";
import { isInstalled, timeProgram } from "./programs.ts";
import { type Figure, quantile, spread } from "./report.ts";
import type { Setting } from "./setting.ts";

/** A page of the audit log under every mix of filters, against the query that one would write for it in sqlite3. */
export async function auditPage(setting: Setting): Promise<Figure[]> {
  const home = await setting.filledHome();
  const database = await openDatabase(home.state);
  try {
    const timings = await timePages(database, setting.quick ? 10 : 30);
    const stock = await stockOf(database, seededDraw(7));
    const drawn = mixes(stock, seededDraw(9)).map(({ text, draw }) => ({ text, query: draw() }));
    const figures: Figure[] = [];
    for (const text of [false, true]) {
      const values = timings
        .filter(({ mix }) => mix.text === text)
        .flatMap(({ milliseconds }) => milliseconds);
      const naive = drawn.filter((one) => one.text === text).map(({ query }) => naiveSql(query));
      figures.push({
        what: `audit page, p95, ${text ? "text and filters" : "any filters"}`,
        unit: "ms",
        limit: { atMost: text ? 100 : 20 },
        value: quantile(values, 0.95),
        detail: `${spread(values)}, ${setting.rows.toLocaleString("en")} rows`,
        peers: [{ name: "sqlite3 p95", value: await timeNaive(setting, database.path, naive) }],
      });
    }
    return figures;
  } finally {
    await database.close();
  }
}

async function timeNaive(setting: Setting, path: string, queries: readonly string[]): Promise<number | null> {
  if (!isInstalled("sqlite3")) return null;
  const times = setting.quick ? 1 : 2;
  const script = [".timer on", ...Array.from({ length: times }, () => queries).flat()].join("\n");
  const { stdout } = await timeProgram(["sqlite3", "-readonly", path], `${script}\n`);
  const taken = [...stdout.matchAll(/^Run Time: real ([\d.]+)/gm)].map(
    ([, seconds]) => Number(seconds) * 1_000,
  );
  if (taken.length === 0) throw new Error("sqlite3 told no times");
  return quantile(taken, 0.95);
}

/** The query as anybody would write it. */
function naiveSql({
  user,
  action,
  outcome,
  address,
  since,
  until,
  before,
  text,
}: Omit<AuditQuery, "limit">): string {
  const where = ["1"];
  if (user !== undefined) where.push(`(actor = ${quoted(user)} OR on_behalf_of = ${quoted(user)})`);
  if (action !== undefined) where.push(`action LIKE ${quoted(action.replace(/[.*]+$/, ".%"))}`);
  if (outcome !== undefined) where.push(`outcome = ${quoted(outcome)}`);
  if (address !== undefined) where.push(`address = ${quoted(address)}`);
  if (since !== undefined) where.push(`time >= ${since}`);
  if (until !== undefined) where.push(`time < ${until}`);
  if (before !== undefined) where.push(`seq < ${before}`);
  if (text !== undefined) {
    const like = `LIKE ${quoted(`%${text.replace(/[\\%_]/g, "\\$&")}%`)} ESCAPE '\\'`;
    const columns = ["actor", "on_behalf_of", "action", "target", "details", "address"];
    where.push(`(${columns.map((column) => `${column} ${like}`).join(" OR ")})`);
  }
  return `SELECT * FROM audit WHERE ${where.join(" AND ")} ORDER BY seq DESC LIMIT 50;`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
