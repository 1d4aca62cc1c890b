-- Who the tablet is. Kept apart from the queue: a damaged queue does not change who sends.
create table identity (
  id integer primary key check (id = 1),
  -- Ed25519 secret; never leaves the tablet.
  seed blob not null check (length(seed) = 32),
  -- What the district said when it enrolled the tablet; all null until then.
  district_key blob check (length(district_key) = 32),
  certificate text,
  token text,
  setup text,
  -- Clock jumps so far, and the last wall clock seen (unix seconds): a start before it is a jump.
  step integer not null default 0,
  last_seen integer not null default 0,
  -- The setup's `practice_since` under which "Bắt đầu tính phiếu" was tapped.
  counting_since integer,
  revoked integer not null default 0,
  -- The queue is in outbox-<outbox_no>.db. A damaged file stays where it is and the number goes up.
  outbox_no integer not null default 1,
  -- The last record known to have been committed, written after the queue's commit. Ahead of the queue's own tip, it
  -- shows that the disk went back in time.
  mark_epoch blob,
  mark_seq integer,
  mark_head blob,
  mark_ballots integer
) strict;
