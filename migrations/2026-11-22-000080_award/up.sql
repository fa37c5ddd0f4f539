-- The session of an award by draw (抽取会): the list drawn from, and what the draw of K came to. What
-- each bid's fate is follows from opened_bid, review and draw.
CREATE TABLE award_session (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL UNIQUE REFERENCES lot (id),
  -- of the list that the award is drawn from: what bidders confirm
  list_digest TEXT NOT NULL,
  listed_at BIGINT NOT NULL,
  -- when the centre opened the session
  opened_at BIGINT,
  -- as drawn, with two decimals; P = f(K) follows
  k TEXT,
  k_drawn_at BIGINT,
  order_drawn_at BIGINT,
  version BIGINT NOT NULL,
  CHECK ((k IS NULL) = (k_drawn_at IS NULL)),
  CHECK (order_drawn_at IS NULL OR k IS NOT NULL)
);
-- The award, by whatever method: what was published, and whom the contract went to.
CREATE TABLE award (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL UNIQUE REFERENCES lot (id),
  -- award.standstill/1 as published, and its digest
  paper TEXT,
  digest TEXT,
  published_at BIGINT,
  -- the bidder's token, and award.notice/1
  winner TEXT,
  contract_fen BIGINT CHECK (contract_fen > 0),
  notice TEXT,
  decided_at BIGINT,
  -- award.contract/1, as the owner recorded it
  contract TEXT,
  contract_at BIGINT,
  version BIGINT NOT NULL,
  CHECK ((paper IS NULL) = (digest IS NULL) AND (paper IS NULL) = (published_at IS NULL)),
  CHECK ((winner IS NULL) = (contract_fen IS NULL) AND (winner IS NULL) = (decided_at IS NULL)),
  CHECK ((contract IS NULL) = (contract_at IS NULL) AND (contract IS NULL OR winner IS NOT NULL))
);
-- Somebody ranked who is no longer a candidate: the next of the ranking follows.
CREATE TABLE exclusion (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  bidder TEXT NOT NULL,
  cause TEXT NOT NULL,
  clause TEXT NOT NULL CHECK (clause <> ''),
  reason TEXT NOT NULL CHECK (reason <> ''),
  excluded_by TEXT NOT NULL REFERENCES account (id),
  excluded_at BIGINT NOT NULL,
  UNIQUE (lot_id, bidder)
);
-- A bidder found the list right before the award was drawn from it.
CREATE TABLE list_confirmation (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  organisation_id TEXT NOT NULL REFERENCES organisation (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  digest TEXT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  UNIQUE (lot_id, organisation_id)
);
-- Somebody who signed in to the session, for an organisation in a role, under its name of then.
CREATE TABLE session_attendance (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  organisation_id TEXT NOT NULL REFERENCES organisation (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  attended_at BIGINT NOT NULL,
  UNIQUE (lot_id, role, organisation_id)
);
-- A signature under the minutes of the session.
CREATE TABLE minutes_signature (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  digest TEXT NOT NULL,
  signed_at BIGINT NOT NULL,
  UNIQUE (lot_id, role)
);
