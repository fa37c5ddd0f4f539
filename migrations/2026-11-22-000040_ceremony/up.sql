-- Key ceremonies: what is asked of the holders of a stage, what they announced, and the frozen key set.
CREATE TABLE keyset (
  id TEXT NOT NULL PRIMARY KEY,
  tender_id TEXT NOT NULL REFERENCES tender (id),
  lot_id TEXT NOT NULL REFERENCES lot (id),
  stage TEXT NOT NULL,
  -- parties/1 as it stood when the ceremony was called
  parties TEXT NOT NULL,
  -- the layers, innermost first: [{duty, t, to}]
  layers TEXT NOT NULL,
  not_before_at BIGINT NOT NULL CHECK (not_before_at >= 0),
  grace_span BIGINT NOT NULL CHECK (grace_span >= 0),
  state TEXT NOT NULL CHECK (state IN ('called', 'frozen', 'ready', 'due', 'opened', 'replaced')),
  called_at BIGINT NOT NULL,
  -- once frozen: digest of keyset/1, keyset.pack/1 without salt and receipt, c of keyset.frozen
  digest TEXT UNIQUE,
  pack TEXT,
  frozen_c TEXT,
  frozen_at BIGINT,
  -- once releases are asked for: c of the event they are for
  for_c TEXT,
  -- since when something is asked of the duties; none while nothing is
  asked_at BIGINT,
  opened_at BIGINT,
  CHECK ((digest IS NULL) = (frozen_c IS NULL) AND (digest IS NULL) = (pack IS NULL))
);
CREATE UNIQUE INDEX keyset_stage ON keyset (lot_id, stage) WHERE state <> 'replaced';
CREATE INDEX keyset_asked ON keyset (id) WHERE asked_at IS NOT NULL;
CREATE TABLE stage_key (
  id TEXT NOT NULL PRIMARY KEY,
  keyset_id TEXT NOT NULL REFERENCES keyset (id),
  duty TEXT NOT NULL,
  -- of the seal.key/1
  digest TEXT NOT NULL UNIQUE,
  -- once on the platform
  recipient TEXT NOT NULL UNIQUE,
  signed TEXT NOT NULL,
  announced_at BIGINT NOT NULL,
  UNIQUE (keyset_id, duty)
);
CREATE TABLE stage_ack (
  id TEXT NOT NULL PRIMARY KEY,
  keyset_id TEXT NOT NULL REFERENCES keyset (id),
  -- the holder's duty, and the custodian's with its number
  duty TEXT NOT NULL,
  custodian TEXT NOT NULL,
  seat BIGINT NOT NULL CHECK (seat BETWEEN 1 AND 16),
  signed TEXT NOT NULL,
  acknowledged_at BIGINT NOT NULL,
  UNIQUE (keyset_id, duty, custodian)
);
CREATE TABLE canary (
  id TEXT NOT NULL PRIMARY KEY,
  keyset_id TEXT NOT NULL REFERENCES keyset (id),
  duty TEXT NOT NULL,
  round TEXT NOT NULL CHECK (round IN ('ceremony', 'day', 'hour')),
  -- digest of the seal.key/1, SHA-256 of the ciphertext and of the plaintext
  key_digest TEXT NOT NULL,
  nonce TEXT NOT NULL UNIQUE,
  h TEXT NOT NULL,
  ciphertext BYTEA NOT NULL,
  sent_at BIGINT NOT NULL,
  answer TEXT,
  answered_at BIGINT,
  -- when the centre and the bureau were told that it failed
  alarmed_at BIGINT,
  UNIQUE (keyset_id, duty, round),
  CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX canary_open ON canary (duty, id) WHERE answered_at IS NULL;
-- Sealed contributions to the draws, of the duties and of bidders invited, each on a chain of its own per
-- lot, giver and stage.
CREATE TABLE contribution (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  stage TEXT NOT NULL,
  -- op, sup, ten, or b.<bidder> who was invited to a later attempt
  who TEXT NOT NULL,
  seq BIGINT NOT NULL CHECK (seq >= 1),
  -- the key set it is sealed to
  keyset TEXT NOT NULL,
  -- the chain in the journal; digest of the bid.submit/1, its signed/1, the ciphertext of its part
  tx TEXT NOT NULL,
  x_digest TEXT NOT NULL UNIQUE,
  signed TEXT NOT NULL,
  ct BYTEA NOT NULL,
  submitted_at BIGINT NOT NULL,
  UNIQUE (lot_id, stage, who, seq)
);
