-- What people are told. To everyone interested in a tender goes one message, however many they are,
-- so that neither the journal nor this table counts them.
CREATE TABLE message (
  id TEXT NOT NULL PRIMARY KEY,
  -- exactly one addressee: an account, or all who are interested in a tender
  account_id TEXT REFERENCES account (id),
  tender_id TEXT REFERENCES tender (id),
  key TEXT NOT NULL,
  facts TEXT NOT NULL,
  link TEXT NOT NULL,
  told_at BIGINT NOT NULL,
  CHECK ((account_id IS NULL) <> (tender_id IS NULL))
);
CREATE INDEX message_tender ON message (tender_id);
-- outside the journal: the inbox of each account and the state of its mail, by the machine's clock
CREATE TABLE message_delivery (
  id TEXT NOT NULL PRIMARY KEY,
  message_id TEXT NOT NULL REFERENCES message (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  told_at BIGINT NOT NULL,
  -- when the mail is tried next; none when there is nothing left to send
  next_at BIGINT,
  n_tries BIGINT NOT NULL,
  fault TEXT,
  UNIQUE (message_id, account_id)
);
CREATE INDEX message_delivery_inbox ON message_delivery (account_id, told_at);
CREATE INDEX message_delivery_due ON message_delivery (next_at) WHERE next_at IS NOT NULL;
