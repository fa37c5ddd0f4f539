-- Experts of the local list and of outside libraries, and whom they are tied to.
CREATE TABLE expert_library (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- the Ed25519 key that signs its records, hex
  key TEXT NOT NULL UNIQUE,
  -- the paper that says this library draws
  basis TEXT NOT NULL,
  added_at BIGINT NOT NULL
);
CREATE TABLE expert (
  id TEXT NOT NULL PRIMARY KEY,
  -- the number on the local list, or in the outside library
  expert_no TEXT NOT NULL,
  -- personal data, encrypted
  name BYTEA NOT NULL,
  id_no BYTEA NOT NULL,
  phone BYTEA NOT NULL,
  employer_code TEXT NOT NULL,
  employer TEXT NOT NULL,
  region TEXT NOT NULL,
  title TEXT NOT NULL,
  title_since_at BIGINT NOT NULL,
  standing TEXT NOT NULL CHECK (standing IN ('active', 'suspended', 'removed')),
  -- set by the supervisor, whatever the list says
  suspended_until_at BIGINT,
  -- none: the local list
  library_id TEXT REFERENCES expert_library (id),
  account_id TEXT REFERENCES account (id),
  imported_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX expert_number ON expert (expert_no) WHERE library_id IS NULL;
CREATE UNIQUE INDEX expert_of_library ON expert (library_id, expert_no) WHERE library_id IS NOT NULL;
CREATE UNIQUE INDEX expert_account ON expert (account_id) WHERE account_id IS NOT NULL;
CREATE TABLE expert_specialty (
  id TEXT NOT NULL PRIMARY KEY,
  expert_id TEXT NOT NULL REFERENCES expert (id),
  specialty TEXT NOT NULL,
  UNIQUE (expert_id, specialty)
);
CREATE INDEX expert_specialty_pool ON expert_specialty (specialty, expert_id);
CREATE TABLE household (
  id TEXT NOT NULL PRIMARY KEY,
  expert_id TEXT NOT NULL REFERENCES expert (id),
  relation TEXT NOT NULL,
  -- personal data, encrypted
  person BYTEA NOT NULL,
  org_code TEXT NOT NULL
);
CREATE INDEX household_expert ON household (expert_id);
CREATE TABLE interest (
  id TEXT NOT NULL PRIMARY KEY,
  expert_id TEXT NOT NULL REFERENCES expert (id),
  org_code TEXT NOT NULL,
  reason TEXT NOT NULL,
  declared_at BIGINT NOT NULL,
  UNIQUE (expert_id, org_code)
);
