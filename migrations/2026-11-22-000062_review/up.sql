-- The review: one row per bid with what became of it, one sheet per member, and the signatures.
CREATE TABLE review (
  id TEXT NOT NULL PRIMARY KEY,
  panel_id TEXT NOT NULL REFERENCES panel (id),
  lot_id TEXT NOT NULL REFERENCES lot (id),
  bidder TEXT NOT NULL,
  -- what the members see instead of the bidder's name
  alias TEXT NOT NULL,
  -- the place in the drawn order, from 1; 0 where all are reviewed before the draw
  rank BIGINT NOT NULL CHECK (rank >= 0),
  outcome TEXT NOT NULL CHECK (outcome IN ('pending', 'passed', 'rejected')),
  by_program BOOLEAN NOT NULL,
  clause TEXT NOT NULL,
  reason TEXT NOT NULL,
  n_pass BIGINT NOT NULL CHECK (n_pass >= 0),
  n_reject BIGINT NOT NULL CHECK (n_reject >= 0),
  decided_at BIGINT,
  UNIQUE (lot_id, bidder),
  UNIQUE (lot_id, alias),
  CHECK ((outcome = 'pending') = (decided_at IS NULL)),
  CHECK (outcome <> 'rejected' OR clause <> '')
);
CREATE TABLE review_sheet (
  id TEXT NOT NULL PRIMARY KEY,
  panel_id TEXT NOT NULL REFERENCES panel (id),
  seat_id TEXT NOT NULL UNIQUE REFERENCES panel_seat (id),
  -- the member's marks: list of {bid, passed, clause, reason}
  marks TEXT NOT NULL,
  saved_at BIGINT NOT NULL
);
CREATE INDEX review_sheet_panel ON review_sheet (panel_id);
CREATE TABLE report_signature (
  id TEXT NOT NULL PRIMARY KEY,
  panel_id TEXT NOT NULL REFERENCES panel (id),
  seat_id TEXT NOT NULL UNIQUE REFERENCES panel_seat (id),
  -- of the report signed
  digest TEXT NOT NULL,
  opinion TEXT NOT NULL CHECK (opinion IN ('agrees', 'dissents', 'presumed')),
  reason TEXT NOT NULL,
  signed_at BIGINT NOT NULL,
  CHECK (opinion = 'agrees' OR reason <> '')
);
CREATE INDEX report_signature_panel ON report_signature (panel_id);
