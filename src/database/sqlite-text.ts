/** Every piece of SQL that only SQLite understands stands in this file. */

/** `castellan` in the file's header: a foreign database is never taken for ours. */
export const APPLICATION_ID = 0x63737464;

export const openingPragmas = [
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = FULL",
  "PRAGMA foreign_keys = ON",
  "PRAGMA trusted_schema = OFF",
  "PRAGMA secure_delete = FAST",
  "PRAGMA temp_store = MEMORY",
  "PRAGMA cache_size = -8192",
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
  `CREATE TRIGGER audit_cuts_no_update BEFORE UPDATE ON audit_cuts BEGIN
     SELECT RAISE(ABORT, 'audit cuts cannot be changed');
   END`,
  `CREATE TRIGGER audit_cuts_no_delete BEFORE DELETE ON audit_cuts BEGIN
     SELECT RAISE(ABORT, 'audit cuts cannot be deleted');
   END`,
] as const;

/** Substring search over the audit log: trigrams, kept by triggers; a derived index, never evidence. */
export const auditTextIndex = [
  `CREATE VIRTUAL TABLE audit_text USING fts5(
     target, details, content='audit', content_rowid='seq', tokenize='trigram', detail='none', columnsize=0)`,
  `CREATE TRIGGER audit_text_insert AFTER INSERT ON audit BEGIN
     INSERT INTO audit_text(rowid, target, details) VALUES (NEW.seq, NEW.target, NEW.details);
   END`,
  `CREATE TRIGGER audit_text_delete AFTER DELETE ON audit BEGIN
     INSERT INTO audit_text(audit_text, rowid, target, details)
     VALUES ('delete', OLD.seq, OLD.target, OLD.details);
   END`,
] as const;
