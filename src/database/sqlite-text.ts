/** Every piece of SQL that only SQLite understands stands in this file. */

/** `castellan` in the file's header: a foreign database is never taken for ours. */
export const APPLICATION_ID = 0x63737464;

/** For every connection. */
export const openingPragmas = [
  "PRAGMA foreign_keys = ON",
  "PRAGMA trusted_schema = OFF",
  "PRAGMA temp_store = MEMORY",
  "PRAGMA cache_size = -8192",
] as const;

/** For connections that write. */
export const writingPragmas = [
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = FULL",
  "PRAGMA secure_delete = FAST",
  "PRAGMA journal_size_limit = 67108864",
] as const;

/** Rows of the audit log never change; they leave only from the front, when retention has signed the cut. */
export const auditTriggers = [
  `CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
     SELECT RAISE(ABORT, 'audit rows cannot be changed');
   END`,
  `CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
   WHEN OLD.seq > (SELECT COALESCE(MAX(seq), 0) FROM audit_cuts) BEGIN
     SELECT RAISE(ABORT, 'audit rows cannot be deleted');
   END`,
  `CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
   WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), (SELECT COALESCE(MAX(seq), 0) FROM audit_cuts)) + 1 FROM audit) BEGIN
     SELECT RAISE(ABORT, 'audit rows are numbered without gaps');
   END`,
  `CREATE TRIGGER audit_cuts_in_order BEFORE INSERT ON audit_cuts
   WHEN NEW.seq <= (SELECT COALESCE(MAX(seq), 0) FROM audit_cuts) BEGIN
     SELECT RAISE(ABORT, 'audit cuts only go forward');
   END`,
  `CREATE TRIGGER audit_cuts_no_update BEFORE UPDATE ON audit_cuts BEGIN
     SELECT RAISE(ABORT, 'audit cuts cannot be changed');
   END`,
  `CREATE TRIGGER audit_cuts_no_delete BEFORE DELETE ON audit_cuts BEGIN
     SELECT RAISE(ABORT, 'audit cuts cannot be deleted');
   END`,
] as const;

/**
 * Rows before which the clock went back: between two of them times only grow, so that a time range is a range
 * of rows, found by bisection. Derived, never evidence.
 */
export const auditClockSteps = `CREATE TRIGGER audit_clock_step AFTER INSERT ON audit
   WHEN NEW.time < (SELECT time FROM audit WHERE seq = NEW.seq - 1) BEGIN
     INSERT INTO audit_clock_steps(seq) VALUES (NEW.seq);
   END`;

const TEXT_COLUMNS = ["actor", "on_behalf_of", "action", "target", "details", "address"] as const;
const textColumns = TEXT_COLUMNS.join(", ");
const textOf = (row: "NEW" | "OLD") => TEXT_COLUMNS.map((column) => `${row}.${column}`).join(", ");

/** Substring search over the audit log: trigrams, kept by triggers; a derived index, never evidence. */
export const auditTextIndex = [
  `CREATE VIRTUAL TABLE audit_text USING fts5(
     ${textColumns}, content='audit', content_rowid='seq', tokenize='trigram', detail='none', columnsize=0)`,
  `CREATE TRIGGER audit_text_insert AFTER INSERT ON audit BEGIN
     INSERT INTO audit_text(rowid, ${textColumns}) VALUES (NEW.seq, ${textOf("NEW")});
   END`,
  `CREATE TRIGGER audit_text_delete AFTER DELETE ON audit BEGIN
     INSERT INTO audit_text(audit_text, rowid, ${textColumns}) VALUES ('delete', OLD.seq, ${textOf("OLD")});
   END`,
] as const;

/** Keeping the text index. */
export const auditTextUpkeep = {
  clear: "INSERT INTO audit_text(audit_text) VALUES ('delete-all')",
  /** The averages record of FTS5: its first varint is the number of rows in the index. */
  totals: "SELECT block FROM audit_text_data WHERE id = 1",
  /** @after, @upTo (row numbers), @limit */
  fill: `INSERT INTO audit_text(rowid, ${textColumns})
    SELECT seq, ${textColumns} FROM audit WHERE seq > @after AND seq <= @upTo ORDER BY seq LIMIT @limit`,
} as const;

/** An index of the audit table whose last columns are walked in steps: one row of each combination. */
export interface FacetIndex {
  /** Columns that the filter fixes; each is a named parameter. */
  readonly fixed: readonly ("actor" | "on_behalf_of" | "address")[];
  /** The columns after them in the index. */
  readonly walked: readonly ("actor" | "action" | "outcome")[];
  /** Whether the address is checked on the row, being no part of the index. */
  readonly checkAddress?: boolean;
}

/** A loose index scan: one example row (seq, actor, action, outcome) of each combination, at most @most. */
export function facetsSql({ fixed, walked }: FacetIndex): string {
  const equal = fixed.map((column) => `b.${column} = @${column}`);
  const next = walked.map((column, at) => {
    const same = walked.slice(0, at).map((earlier) => `b.${earlier} = a.${earlier}`);
    const where = [...equal, ...same, `b.${column} > a.${column}`].join(" AND ");
    return `(SELECT b.seq FROM audit b WHERE ${where} ORDER BY ${walked.slice(at).join(", ")} LIMIT 1)`;
  });
  const first = equal.length === 0 ? "" : `WHERE ${equal.join(" AND ")}`;
  return `WITH RECURSIVE walk(seq) AS (
      SELECT (SELECT b.seq FROM audit b ${first} ORDER BY ${walked.join(", ")} LIMIT 1)
      UNION ALL
      SELECT COALESCE(${next.reverse().join(", ")}) FROM walk CROSS JOIN audit a ON a.seq = walk.seq
    )
    SELECT a.seq, a.actor, a.action, a.outcome FROM walk CROSS JOIN audit a ON a.seq = walk.seq LIMIT @most`;
}

/** The newest @n row numbers between @lo and @hi of the combinations of the example rows @examples (JSON). */
export function newestOfFacetsSql({ fixed, walked, checkAddress = false }: FacetIndex): string {
  const conditions = [
    ...fixed.map((column) => `b.${column} = @${column}`),
    ...walked.map((column) => `b.${column} = e.${column}`),
    ...(checkAddress ? ["b.address = @address"] : []),
    "b.seq BETWEEN @lo AND @hi",
  ];
  return `SELECT a.seq FROM json_each(@examples) f CROSS JOIN audit e ON e.seq = f.value
    CROSS JOIN audit a ON a.seq IN (
      SELECT b.seq FROM audit b WHERE ${conditions.join(" AND ")} ORDER BY b.seq DESC LIMIT @n
    ) ORDER BY a.seq DESC LIMIT @n`;
}

const matchesFilters = `(@user IS NULL OR actor = @user OR on_behalf_of = @user)
  AND (@address IS NULL OR address = @address)
  AND (@outcome IS NULL OR outcome = @outcome)
  AND action BETWEEN @actionFrom AND @actionTo
  AND (@like IS NULL OR actor LIKE @like ESCAPE '\\' OR on_behalf_of LIKE @like ESCAPE '\\'
    OR action LIKE @like ESCAPE '\\' OR target LIKE @like ESCAPE '\\'
    OR details LIKE @like ESCAPE '\\' OR details LIKE @likeJson ESCAPE '\\' OR address LIKE @like ESCAPE '\\')`;

/** Reading the audit log; parameters by name. */
export const auditReading = {
  bounds:
    "SELECT (SELECT MIN(seq) FROM audit) AS first, (SELECT MAX(seq) FROM audit) AS last, (SELECT MAX(seq) FROM audit_cuts) AS cut",
  timeAt: "SELECT time FROM audit WHERE seq >= @seq ORDER BY seq LIMIT 1",
  clockSteps: "SELECT seq FROM audit_clock_steps WHERE seq BETWEEN @lo AND @hi ORDER BY seq DESC LIMIT @most",
  newest: "SELECT seq FROM audit WHERE seq BETWEEN @lo AND @hi ORDER BY seq DESC LIMIT @n",
  scan: `SELECT seq FROM audit WHERE seq BETWEEN @lo AND @hi AND ${matchesFilters} ORDER BY seq DESC LIMIT @n`,
  check: `SELECT seq FROM audit WHERE seq IN (SELECT value FROM json_each(@seqs)) AND ${matchesFilters}
    ORDER BY seq DESC`,
  text: `SELECT rowid FROM audit_text WHERE audit_text MATCH @match AND rowid BETWEEN @lo AND @hi
    ORDER BY rowid DESC LIMIT @n`,
  rows: "SELECT * FROM audit WHERE seq IN (SELECT value FROM json_each(@seqs)) ORDER BY seq DESC",
  actions: `WITH RECURSIVE walk(name) AS (
      SELECT MIN(action) FROM audit
      UNION ALL SELECT (SELECT MIN(action) FROM audit WHERE action > walk.name) FROM walk WHERE name IS NOT NULL
    ) SELECT name FROM walk WHERE name IS NOT NULL LIMIT @most`,
  actors: `WITH RECURSIVE walk(name) AS (
      SELECT MIN(actor) FROM audit
      UNION ALL SELECT (SELECT MIN(actor) FROM audit WHERE actor > walk.name) FROM walk WHERE name IS NOT NULL
    ) SELECT name FROM walk WHERE name IS NOT NULL LIMIT @most`,
} as const;
