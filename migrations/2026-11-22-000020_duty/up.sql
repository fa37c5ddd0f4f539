-- 时限义务: who owes what, since when and until when; open ones are the tasks on people's desks.
CREATE TABLE duty (
  id TEXT NOT NULL PRIMARY KEY,
  -- what is owed, and the name of what it is about
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  -- the row it is about; not a foreign key, since it may be of any table
  subject_table TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  lot_id TEXT REFERENCES lot (id),
  -- owed by a role: of one account, else of one organisation, else of those whose region covers it
  role TEXT NOT NULL CHECK (role IN (
    'owner', 'agency', 'bidder', 'expert', 'centre_operator', 'centre_head', 'committee', 'supervisor',
    'inspector', 'auditor', 'civic_observer', 'system_admin', 'security_admin', 'audit_admin'
  )),
  organisation_id TEXT REFERENCES organisation (id),
  -- the agency whose people may do it for that organisation
  agency_id TEXT REFERENCES organisation (id),
  account_id TEXT REFERENCES account (id),
  region TEXT NOT NULL,
  arose_at BIGINT NOT NULL,
  due_at BIGINT,
  -- the row of the rules that says so
  rule TEXT CHECK (rule IS NULL OR due_at IS NOT NULL),
  met_at BIGINT,
  lapsed_at BIGINT,
  link TEXT NOT NULL,
  CHECK (met_at IS NULL OR lapsed_at IS NULL)
);
CREATE INDEX duty_open ON duty (role) WHERE met_at IS NULL AND lapsed_at IS NULL;
CREATE INDEX duty_subject ON duty (subject_id);
CREATE INDEX duty_lot ON duty (lot_id) WHERE lot_id IS NOT NULL;
