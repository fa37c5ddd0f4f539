-- Objections (异议) and their replies.
CREATE TABLE objection (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  kind TEXT NOT NULL,
  -- who objects; to the documents nobody learns it
  organisation_id TEXT NOT NULL REFERENCES organisation (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  text TEXT NOT NULL,
  raised_at BIGINT NOT NULL,
  due_at BIGINT,
  reply TEXT,
  replied_by TEXT REFERENCES account (id),
  replied_at BIGINT,
  CHECK ((reply IS NULL) = (replied_at IS NULL) AND (reply IS NULL) = (replied_by IS NULL))
);
CREATE INDEX objection_lot ON objection (lot_id, raised_at);
