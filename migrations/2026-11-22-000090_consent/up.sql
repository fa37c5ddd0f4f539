-- Consents of another power: to the voiding of a draw, to the names of a panel before their time.
CREATE TABLE consent (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  matter TEXT NOT NULL,
  -- the draw that may be voided, the panel whose names may be read
  about_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  given_by TEXT NOT NULL REFERENCES account (id),
  power TEXT NOT NULL CHECK (power IN ('decide', 'operate', 'supervise')),
  given_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  -- it counts once
  used_at BIGINT
);
CREATE INDEX consent_about ON consent (about_id, matter);
