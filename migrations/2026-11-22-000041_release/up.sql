-- What holders and custodians gave out, and what was recovered from it.
CREATE TABLE release (
  id TEXT NOT NULL PRIMARY KEY,
  keyset_id TEXT NOT NULL REFERENCES keyset (id),
  -- the holder of the layer, and who signed: the holder, or a custodian its share
  duty TEXT NOT NULL,
  signer TEXT NOT NULL,
  -- c of the event released for
  for_c TEXT NOT NULL,
  signed TEXT NOT NULL,
  released_at BIGINT NOT NULL,
  -- the layer's identity: of a holder's release, or of the share that completed the recovery
  identity TEXT,
  UNIQUE (keyset_id, duty, signer)
);
