-- Tenders and their lots.
CREATE TABLE tender (
  id TEXT NOT NULL PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  trade TEXT NOT NULL CHECK (trade IN ('construction', 'procurement', 'land', 'property')),
  owner_id TEXT NOT NULL REFERENCES organisation (id),
  agency_id TEXT REFERENCES organisation (id),
  region TEXT NOT NULL,
  funding TEXT NOT NULL CHECK (funding IN ('budget', 'state_enterprise', 'foreign_aid', 'private', 'collective')),
  contract TEXT NOT NULL CHECK (contract IN ('works', 'goods', 'services')),
  budget_share BIGINT NOT NULL CHECK (budget_share BETWEEN 0 AND 100),
  budget_fen BIGINT CHECK (budget_fen >= 0),
  public_interest TEXT,
  is_procurement BOOLEAN NOT NULL,
  project_sum_fen BIGINT NOT NULL CHECK (project_sum_fen >= 0),
  basis_id TEXT,
  summary TEXT NOT NULL,
  parties TEXT,
  drafted_by TEXT NOT NULL REFERENCES account (id),
  drafted_at BIGINT NOT NULL,
  published_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX tender_published ON tender (published_at);
CREATE INDEX tender_owner ON tender (owner_id);
CREATE TABLE lot (
  id TEXT NOT NULL PRIMARY KEY,
  tender_id TEXT NOT NULL REFERENCES tender (id),
  name TEXT NOT NULL,
  -- its words grow with the procedures: no CHECK, the enum refuses what it does not know
  stage TEXT NOT NULL,
  procedure TEXT NOT NULL,
  procedure_version BIGINT NOT NULL,
  rules_version BIGINT NOT NULL,
  ceiling_fen BIGINT NOT NULL CHECK (ceiling_fen > 0),
  -- the terms of the award method, JSON
  method TEXT NOT NULL,
  n_candidates BIGINT NOT NULL CHECK (n_candidates >= 1),
  n_bidders_min BIGINT NOT NULL CHECK (n_bidders_min >= 1),
  n_qualified_min BIGINT NOT NULL CHECK (n_qualified_min >= 1),
  n_panel BIGINT NOT NULL CHECK (n_panel = 0 OR n_panel % 2 = 1),
  n_owner_seats BIGINT NOT NULL CHECK (n_owner_seats BETWEEN 0 AND n_panel),
  specialty TEXT NOT NULL,
  needs_docs BOOLEAN NOT NULL,
  criteria TEXT NOT NULL,
  objection_span BIGINT NOT NULL CHECK (objection_span > 0),
  issued_at BIGINT,
  -- while in draft the deadline planned when the key ceremony was called
  closes_at BIGINT,
  incident_at BIGINT,
  standstill_until_at BIGINT,
  failed_for TEXT,
  next_tick_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX lot_tender ON lot (tender_id);
CREATE INDEX lot_due ON lot (next_tick_at) WHERE next_tick_at IS NOT NULL;
CREATE INDEX lot_stage ON lot (stage, closes_at);
