-- Sealed bids: what was submitted and withdrawn, its parts, and what the opening found in them.
CREATE TABLE bid (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  organisation_id TEXT NOT NULL REFERENCES organisation (id),
  -- the token of the protocols: the credit code
  bidder TEXT NOT NULL,
  seq BIGINT NOT NULL CHECK (seq >= 1),
  act TEXT NOT NULL CHECK (act IN ('submission', 'withdrawal')),
  state TEXT NOT NULL CHECK (state IN ('effective', 'superseded', 'withdrawn')),
  -- SHA-256 of CJ of the signed object; `prev` of the next one
  digest TEXT NOT NULL,
  kid TEXT NOT NULL,
  -- signed/1, until the envelope of a superseded or withdrawn submission is erased
  signed TEXT,
  tx TEXT NOT NULL,
  n BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  account_id TEXT NOT NULL REFERENCES account (id),
  UNIQUE (lot_id, bidder, seq)
);
CREATE INDEX bid_lot ON bid (lot_id, state);
CREATE INDEX bid_organisation ON bid (organisation_id);
CREATE TABLE bid_part (
  id TEXT NOT NULL PRIMARY KEY,
  bid_id TEXT NOT NULL REFERENCES bid (id),
  part TEXT NOT NULL,
  stage TEXT NOT NULL,
  -- the ciphertext: here when small, else in the blob store under its SHA-256
  ct BYTEA,
  sha256 TEXT NOT NULL,
  UNIQUE (bid_id, part)
);
CREATE TABLE sign_in (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  organisation_id TEXT NOT NULL REFERENCES organisation (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  signed_in_at BIGINT NOT NULL,
  UNIQUE (lot_id, organisation_id)
);
CREATE TABLE opened_part (
  id TEXT NOT NULL PRIMARY KEY,
  bid_id TEXT NOT NULL REFERENCES bid (id),
  lot_id TEXT NOT NULL REFERENCES lot (id),
  part TEXT NOT NULL,
  stage TEXT NOT NULL,
  -- ok, or the code of protocols A.7
  code TEXT NOT NULL,
  plain_sha256 TEXT,
  name TEXT NOT NULL,
  media TEXT NOT NULL,
  -- the body of docs, opened, in the blob store
  blob TEXT,
  UNIQUE (bid_id, part)
);
CREATE INDEX opened_part_lot ON opened_part (lot_id);
CREATE TABLE opened_bid (
  id TEXT NOT NULL PRIMARY KEY,
  bid_id TEXT NOT NULL UNIQUE REFERENCES bid (id),
  lot_id TEXT NOT NULL REFERENCES lot (id),
  organisation_id TEXT NOT NULL REFERENCES organisation (id),
  bidder TEXT NOT NULL,
  -- the first code that kept it from being opened whole; none: it was opened
  code TEXT,
  total_fen BIGINT,
  days BIGINT,
  quality TEXT,
  manager TEXT,
  note TEXT,
  UNIQUE (lot_id, bidder)
);
-- outside the journal: uploads on their way
CREATE TABLE upload (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  part TEXT NOT NULL,
  len BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  chunks TEXT NOT NULL,
  is_complete BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE upload_piece (
  upload_id TEXT NOT NULL REFERENCES upload (id),
  i BIGINT NOT NULL,
  leaf TEXT NOT NULL,
  PRIMARY KEY (upload_id, i)
);
