-- Organisations, people, the roles they hold, their sessions and signing keys.
CREATE TABLE organisation (
  id TEXT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('market', 'centre', 'bureau', 'committee', 'inspection', 'audit')),
  region TEXT NOT NULL,
  address TEXT NOT NULL,
  -- SHA-256 of the declaration (告知承诺书) the organisation made, and when
  declaration TEXT NOT NULL,
  declared_at BIGINT NOT NULL
);
CREATE TABLE account (
  id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- at most one of decide, operate, supervise: role_grant refers to it
  power TEXT CHECK (power IN ('decide', 'operate', 'supervise')),
  password_hash TEXT NOT NULL,
  -- encrypted with the personal-data key
  totp_secret BYTEA,
  phone BYTEA,
  email TEXT,
  organisation_id TEXT REFERENCES organisation (id),
  region TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  UNIQUE (id, power)
);
CREATE TABLE role_grant (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  power TEXT,
  position TEXT CHECK (position IN ('administrator', 'preparer', 'checker', 'signatory')),
  organisation_id TEXT REFERENCES organisation (id),
  region TEXT NOT NULL,
  granted_by TEXT NOT NULL,
  granted_at BIGINT NOT NULL,
  until_at BIGINT,
  -- 管办分离 in the database: an account's one power is the power of each of its roles
  FOREIGN KEY (account_id, power) REFERENCES account (id, power),
  CHECK (
    (role IN ('owner', 'committee') AND power = 'decide')
    OR (role IN ('agency', 'centre_operator', 'centre_head') AND power = 'operate')
    OR (role IN ('supervisor', 'inspector', 'auditor') AND power = 'supervise')
    OR (role IN ('bidder', 'expert', 'civic_observer', 'system_admin', 'security_admin', 'audit_admin') AND power IS NULL)
  )
);
CREATE INDEX role_grant_account ON role_grant (account_id);
-- outside the journal
CREATE TABLE session (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  -- 'browser', or 'agent' for the unattended client of a duty
  kind TEXT NOT NULL,
  -- staff: whether the second factor was given
  has_factor BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account_id);
