-- Verifiable draws: the frozen list, then the transcript that anyone recomputes.
CREATE TABLE draw (
  id TEXT NOT NULL PRIMARY KEY,
  lot_id TEXT NOT NULL REFERENCES lot (id),
  -- draw0, draw1, draw2, or with -a<n>
  stage TEXT NOT NULL,
  -- the draw id of the protocols: <lot>.<draw stage>[.<specialty>]
  draw_id TEXT NOT NULL,
  attempt BIGINT NOT NULL CHECK (attempt >= 1),
  purpose TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('frozen', 'done', 'voided')),
  -- draw.frozen/1, CJ
  frozen TEXT NOT NULL,
  frozen_at BIGINT NOT NULL,
  -- the digits of the hall balls, once entered
  digits TEXT,
  transcript TEXT,
  sha256 TEXT,
  done_at BIGINT,
  -- why the supervision bureau voided it, and when
  void_reason TEXT,
  voided_at BIGINT,
  CHECK ((state = 'voided') = (voided_at IS NOT NULL)),
  UNIQUE (draw_id, attempt)
);
CREATE INDEX draw_lot ON draw (lot_id, stage);
