-- What is said publicly about a tender before its deadline, and the platform's own pulse.
CREATE TABLE announcement (
  id TEXT NOT NULL PRIMARY KEY,
  tender_id TEXT NOT NULL REFERENCES tender (id),
  -- none when it is about the whole tender
  lot_id TEXT REFERENCES lot (id),
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  -- an addendum that bears on bids forces the deadline (rule Z15)
  is_material BOOLEAN NOT NULL,
  -- the canonical object that was signed, and its SHA-256; none while in draft
  paper TEXT,
  digest TEXT,
  drafted_by TEXT NOT NULL,
  drafted_at BIGINT NOT NULL,
  published_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX announcement_tender ON announcement (tender_id, published_at);
CREATE TABLE question (
  id TEXT NOT NULL PRIMARY KEY,
  tender_id TEXT NOT NULL REFERENCES tender (id),
  -- secret: no page, no answer, no role reads it; the answer is sent there
  account_id TEXT NOT NULL REFERENCES account (id),
  text TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  answer TEXT,
  answered_by TEXT REFERENCES account (id),
  answered_at BIGINT
);
CREATE INDEX question_tender ON question (tender_id, asked_at);
-- outside the journal: when the platform last was alive, by the law's clock
CREATE TABLE heartbeat (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL
);
