import type { Database as Sqlite, Statement } from "better-sqlite3";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { translateSqliteError } from "./sqlite-errors.ts";

const STATEMENTS_KEPT = 256;

/**
 * Kysely on one better-sqlite3 connection, with two differences from kysely's own dialect: transactions begin
 * IMMEDIATE (two processes never deadlock while upgrading a lock), and statements stay prepared.
 */
export function sqliteDialect(sqlite: Sqlite): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new OneConnectionDriver(sqlite),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class OneConnectionDriver implements Driver {
  readonly #connection: SqliteConnection;
  #turn: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;

  constructor(sqlite: Sqlite) {
    this.#connection = new SqliteConnection(sqlite);
  }

  async init(): Promise<void> {}

  /** One connection: whoever asks waits until the one before has given it back. */
  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#turn;
    let release: () => void = () => {};
    this.#turn = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    this.#release = release;
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    this.#connection.execute("BEGIN IMMEDIATE");
  }

  async commitTransaction(): Promise<void> {
    this.#connection.execute("COMMIT");
  }

  async rollbackTransaction(): Promise<void> {
    // SQLite has already rolled back after errors such as a full disk.
    if (this.#connection.inTransaction) this.#connection.execute("ROLLBACK");
  }

  async releaseConnection(): Promise<void> {
    this.#release?.();
  }

  async destroy(): Promise<void> {
    this.#connection.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #sqlite: Sqlite;
  readonly #statements = new Map<string, Statement>();

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
  }

  get inTransaction(): boolean {
    return this.#sqlite.inTransaction;
  }

  close(): void {
    this.#sqlite.close();
  }

  execute(text: string): void {
    try {
      this.#prepare(text).run();
    } catch (error) {
      throw translateSqliteError(error, this.#sqlite.name);
    }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const statement = this.#prepare(query.sql);
      if (statement.reader) return { rows: statement.all(...query.parameters) as R[] };
      const { changes, lastInsertRowid } = statement.run(...query.parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    } catch (error) {
      throw translateSqliteError(error, this.#sqlite.name);
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    try {
      for (const row of this.#sqlite.prepare(query.sql).iterate(...query.parameters))
        yield { rows: [row as R] };
    } catch (error) {
      throw translateSqliteError(error, this.#sqlite.name);
    }
  }

  #prepare(text: string): Statement {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const statement = this.#sqlite.prepare(text);
    if (this.#statements.size >= STATEMENTS_KEPT) {
      const oldest = this.#statements.keys().next().value;
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    this.#statements.set(text, statement);
    return statement;
  }
}
