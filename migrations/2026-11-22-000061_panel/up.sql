-- The panel of a lot: how its experts are found, whom it called, who sits.
CREATE TABLE panel (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL UNIQUE REFERENCES lot (id),
  -- what the draw desk sees instead of the project's name
  code TEXT NOT NULL UNIQUE,
  region TEXT NOT NULL,
  -- none: the local list and a draw of our own
  library_id TEXT REFERENCES expert_library (id),
  -- the library's signed record, encrypted
  record BYTEA,
  state TEXT NOT NULL CHECK (state IN ('requested', 'drawing', 'calling', 'seated', 'ended')),
  draw_id TEXT NOT NULL,
  attempt BIGINT NOT NULL CHECK (attempt >= 1),
  -- how many experts there are to draw from, once the list is frozen
  n_pool BIGINT,
  n_experts BIGINT NOT NULL CHECK (n_experts >= 1),
  n_owner_seats BIGINT NOT NULL CHECK (n_owner_seats >= 0),
  answer_span BIGINT NOT NULL CHECK (answer_span > 0),
  begins_at BIGINT NOT NULL,
  requested_by TEXT NOT NULL REFERENCES account (id),
  requested_at BIGINT NOT NULL,
  -- since when something is asked of the supervision bureau's client; none while nothing is
  asked_at BIGINT,
  -- when the program compared the members with the bidders
  checked_at BIGINT,
  seated_at BIGINT,
  -- panel.report/1, once every member has reviewed every bid
  report TEXT,
  ended_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX panel_external ON panel (id) WHERE library_id IS NOT NULL;
CREATE INDEX panel_asked ON panel (id) WHERE asked_at IS NOT NULL;
CREATE TABLE panel_seat (
  id TEXT NOT NULL PRIMARY KEY,
  panel_id TEXT NOT NULL REFERENCES panel (id),
  lot_id TEXT NOT NULL REFERENCES lot (id),
  kind TEXT NOT NULL CHECK (kind IN ('expert', 'owner')),
  attempt BIGINT NOT NULL CHECK (attempt >= 1),
  -- the position in the drawn order; of the owner's people, their number
  position BIGINT NOT NULL CHECK (position >= 1),
  expert_id TEXT REFERENCES expert (id),
  account_id TEXT REFERENCES account (id),
  unit TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('invited', 'accepted', 'refused', 'silent', 'taken', 'same_unit', 'busy', 'barred', 'recused', 'absent')),
  reason TEXT NOT NULL,
  -- signed/1 of expert.call/1, by which the supervision bureau shows who stood there
  proof TEXT,
  called_at BIGINT NOT NULL,
  answer_by_at BIGINT NOT NULL,
  answered_at BIGINT,
  left_at BIGINT,
  busy_from_at BIGINT NOT NULL,
  busy_until_at BIGINT NOT NULL,
  -- digest of the pledge, once signed
  pledge TEXT,
  pledged_at BIGINT,
  UNIQUE (panel_id, kind, attempt, position),
  CHECK ((kind = 'expert') = (expert_id IS NOT NULL)),
  CHECK ((pledge IS NULL) = (pledged_at IS NULL))
);
CREATE INDEX panel_seat_busy ON panel_seat (busy_from_at) WHERE state IN ('invited', 'accepted');
CREATE INDEX panel_seat_expert ON panel_seat (expert_id);
CREATE INDEX panel_seat_account ON panel_seat (account_id);
