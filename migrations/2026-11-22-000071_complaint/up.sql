-- Complaints about a list of bids: a submission that the log acknowledged and the list leaves out.
CREATE TABLE complaint (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  -- digest of the submission left out, hex: one complaint is kept of each
  submission TEXT NOT NULL,
  -- what was filed
  object TEXT NOT NULL,
  filed_at BIGINT NOT NULL,
  UNIQUE (lot_id, submission)
);
