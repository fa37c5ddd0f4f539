-- Signing keys of organisations; retired ones stay listed, since old signatures stay good.
CREATE TABLE signing_key (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation (id),
  public_key TEXT NOT NULL,
  -- SHA-256 of the key: one key is one organisation's
  kid TEXT NOT NULL UNIQUE,
  -- SHA-256 of the agreement on its use (约定书), and its text
  agreement_digest TEXT NOT NULL,
  agreement TEXT NOT NULL,
  registered_by TEXT NOT NULL REFERENCES account (id),
  registered_at BIGINT NOT NULL,
  retired_at BIGINT
);
CREATE INDEX signing_key_organisation ON signing_key (organisation_id);
