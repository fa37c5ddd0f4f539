-- The documents of a tender, and who fetched them while signed in; the bytes lie in the blob store.
CREATE TABLE document (
  id TEXT NOT NULL PRIMARY KEY,
  tender_id TEXT NOT NULL REFERENCES tender (id),
  -- the notice or addendum that published it; none while it is not out
  notice_id TEXT,
  title TEXT NOT NULL,
  file_name TEXT NOT NULL,
  media TEXT NOT NULL,
  n_bytes BIGINT NOT NULL CHECK (n_bytes > 0 AND n_bytes <= 209715200),
  sha256 TEXT NOT NULL,
  added_by TEXT NOT NULL REFERENCES account (id),
  added_at BIGINT NOT NULL
);
CREATE INDEX document_tender ON document (tender_id);
-- secret until the deadline (ZB 22): no page, no answer, no role reads it
CREATE TABLE document_fetch (
  id TEXT NOT NULL PRIMARY KEY,
  tender_id TEXT NOT NULL REFERENCES tender (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  fetched_at BIGINT NOT NULL,
  UNIQUE (tender_id, account_id)
);
