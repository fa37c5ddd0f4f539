-- What a tender stands on: the rule rows by version, and local bases.
CREATE TABLE rule_version (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL UNIQUE CHECK (version >= 1),
  -- the rows of all trades, JSON
  rows TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  imported_at BIGINT NOT NULL
);
CREATE TABLE basis (
  id TEXT NOT NULL PRIMARY KEY,
  document_no TEXT NOT NULL,
  title TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  valid_from_at BIGINT NOT NULL,
  valid_until_at BIGINT,
  cap_fen BIGINT NOT NULL CHECK (cap_fen > 0),
  trade TEXT NOT NULL CHECK (trade IN ('construction', 'procurement', 'land', 'property')),
  region TEXT NOT NULL,
  review TEXT NOT NULL CHECK (review IN ('missing', 'passed', 'excepted', 'rejected')),
  recorded_by TEXT NOT NULL REFERENCES account (id),
  recorded_at BIGINT NOT NULL
);
CREATE INDEX basis_region ON basis (region);
