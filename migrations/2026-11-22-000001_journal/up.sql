-- The journal (chains of events, blinded leaves, ticks) and the seals of the tables.
CREATE TABLE event (
  c TEXT NOT NULL PRIMARY KEY,
  tx TEXT NOT NULL,
  n BIGINT NOT NULL CHECK (n >= 0),
  ts BIGINT NOT NULL,
  act TEXT NOT NULL,
  salt BYTEA,
  cj BYTEA,
  pos BIGINT UNIQUE,
  erased TEXT,
  UNIQUE (tx, n)
);
CREATE INDEX event_pending ON event (c) WHERE pos IS NULL;
CREATE TABLE payload (
  h TEXT NOT NULL PRIMARY KEY,
  c TEXT NOT NULL REFERENCES event (c),
  k TEXT NOT NULL,
  salt BYTEA NOT NULL,
  bytes BYTEA NOT NULL,
  UNIQUE (c, k)
);
CREATE INDEX payload_k ON payload (k);
CREATE TABLE row_seal (
  id TEXT NOT NULL PRIMARY KEY,
  table_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  salt BYTEA NOT NULL,
  h TEXT NOT NULL,
  c TEXT NOT NULL REFERENCES event (c)
);
CREATE INDEX row_seal_c ON row_seal (c);
-- the row references of an act that wrote more than 256 rows; the event holds their root
CREATE TABLE row_list (
  c TEXT NOT NULL PRIMARY KEY REFERENCES event (c),
  refs BYTEA NOT NULL
);
CREATE TABLE log_entry (
  pos BIGINT NOT NULL PRIMARY KEY,
  entry BYTEA NOT NULL,
  leaf BYTEA NOT NULL
);
CREATE TABLE log_tile (
  level BIGINT NOT NULL,
  n BIGINT NOT NULL,
  hashes BYTEA NOT NULL,
  PRIMARY KEY (level, n)
);
CREATE TABLE tick (
  size BIGINT NOT NULL PRIMARY KEY,
  ts BIGINT NOT NULL UNIQUE,
  n_events BIGINT NOT NULL,
  noop_seed BYTEA NOT NULL,
  checkpoint TEXT NOT NULL,
  cosignatures TEXT NOT NULL
);
-- the chain on which everything stands that somebody causes before the closing
CREATE TABLE chain (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  stage TEXT NOT NULL,
  tx TEXT NOT NULL UNIQUE,
  UNIQUE (lot_id, subject, stage)
);
-- outside the journal: kept 7 days, so that a repeated request has one effect and one answer
CREATE TABLE idempotency (
  id TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  answer TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_created ON idempotency (created_at);
-- outside the journal: one leader among processes for timed work
CREATE TABLE lease (
  id TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  until_at BIGINT NOT NULL
);
