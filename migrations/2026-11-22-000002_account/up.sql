-- Organisations, people, the roles they hold, their sessions and signing keys.
CREATE TABLE organisation (
  id TEXT NOT NULL PRIMARY KEY,
  -- 统一社会信用代码; of a natural person a keyed digest of the identity number, which stays sealed
  code TEXT NOT NULL UNIQUE,
  id_number BYTEA,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('market', 'person', 'centre', 'bureau', 'committee', 'inspection', 'audit')),
  region TEXT NOT NULL,
  address TEXT NOT NULL,
  -- SHA-256 of the declaration (告知承诺书) the organisation made, and when
  declaration TEXT NOT NULL,
  declared_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  CHECK ((kind = 'person') = (id_number IS NOT NULL))
);
CREATE TABLE account (
  id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- 三员分立: administrators are accounts of their own, and so are staff
  kind TEXT NOT NULL CHECK (kind IN ('party', 'staff', 'system', 'security', 'audit')),
  -- at most one of decide, operate, supervise: role_grant refers to it
  power TEXT CHECK (power IN ('decide', 'operate', 'supervise')),
  -- empty until the one-time link is used
  password_hash TEXT NOT NULL,
  -- encrypted with the personal-data key
  totp_secret BYTEA,
  phone BYTEA,
  email TEXT,
  organisation_id TEXT REFERENCES organisation (id),
  region TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  UNIQUE (id, kind),
  UNIQUE (id, power)
);
CREATE TABLE role_grant (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  kind TEXT NOT NULL,
  power TEXT,
  position TEXT CHECK (position IN ('administrator', 'preparer', 'checker', 'signatory')),
  organisation_id TEXT REFERENCES organisation (id),
  region TEXT NOT NULL,
  granted_by TEXT NOT NULL,
  granted_at BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT,
  -- leave: the account whose duties this one does meanwhile
  stands_in_for TEXT REFERENCES account (id),
  -- 三员分立 in the database: a role is held by its own kind of account only
  FOREIGN KEY (account_id, kind) REFERENCES account (id, kind),
  CHECK (
    (role IN ('owner', 'agency', 'bidder', 'expert') AND kind = 'party')
    OR (role IN ('centre_operator', 'centre_head', 'committee', 'supervisor', 'inspector', 'auditor', 'civic_observer') AND kind = 'staff')
    OR (role = 'system_admin' AND kind = 'system')
    OR (role = 'security_admin' AND kind = 'security')
    OR (role = 'audit_admin' AND kind = 'audit')
  ),
  -- 管办分离 in the database: an account's one power is the power of each of its roles
  FOREIGN KEY (account_id, power) REFERENCES account (id, power),
  CHECK (
    (role IN ('owner', 'committee') AND power = 'decide')
    OR (role IN ('agency', 'centre_operator', 'centre_head') AND power = 'operate')
    OR (role IN ('supervisor', 'inspector', 'auditor', 'civic_observer') AND power = 'supervise')
    OR (role IN ('bidder', 'expert', 'system_admin', 'security_admin', 'audit_admin') AND power IS NULL)
  )
);
CREATE INDEX role_grant_account ON role_grant (account_id);
-- outside the journal
CREATE TABLE session (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  -- 'browser', or 'agent' for the unattended client of a duty
  kind TEXT NOT NULL CHECK (kind IN ('browser', 'agent')),
  -- what an agent is for, as its owner named it
  label TEXT NOT NULL,
  -- staff: whether the second factor was given
  has_factor BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account_id);
-- outside the journal: one-time links by which a person sets the first password, or a new one
CREATE TABLE invitation (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  until_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX invitation_account ON invitation (account_id);
-- outside the journal: the last step of each account's second factor, so that no code is taken twice
CREATE TABLE factor_use (
  id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
  step BIGINT NOT NULL
);
