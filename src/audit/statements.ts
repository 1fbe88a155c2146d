import type { Statement } from "better-sqlite3";
import type { PanelDatabase } from "../database/open.ts";
import { translateSqliteError } from "../database/sqlite-errors.ts";

/** Values of named parameters. */
export type Parameters = { readonly [name: string]: string | number | null };

/** Statements of one connection, prepared once: pages of the log are read on every key press. */
export interface Statements {
  /** All rows. */
  all<Row>(sql: string, parameters: Parameters): Row[];
  /** The first column of all rows. */
  column<Value>(sql: string, parameters: Parameters): Value[];
}

const known = new WeakMap<PanelDatabase, Statements>();

export function statementsOf(database: PanelDatabase): Statements {
  const before = known.get(database);
  if (before !== undefined) return before;
  const prepared = new Map<string, Statement>();
  const run = <Row>(sql: string, parameters: Parameters, pluck: boolean): Row[] => {
    try {
      const key = `${pluck}${sql}`;
      const statement = prepared.get(key) ?? database.sqlite.prepare(sql);
      if (!prepared.has(key)) prepared.set(key, pluck ? statement.pluck() : statement);
      return statement.all(parameters) as Row[];
    } catch (error) {
      throw translateSqliteError(error, database.path);
    }
  };
  const statements: Statements = {
    all: (sql, parameters) => run(sql, parameters, false),
    column: (sql, parameters) => run(sql, parameters, true),
  };
  known.set(database, statements);
  return statements;
}

/** Reads when no transaction of this process is open on the connection: nothing uncommitted is seen. */
export function inTurn<Result>(database: PanelDatabase, read: () => Result): Promise<Result> {
  return database.db.connection().execute(async () => read());
}
