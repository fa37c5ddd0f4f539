-- What this database is: written once, at its first start, and sealed by the journal.
CREATE TABLE platform (
  id TEXT NOT NULL PRIMARY KEY CHECK (id = 'platform'),
  sandbox BOOLEAN NOT NULL,
  origin TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
