-- The district's records. What is evidence (log, record, decision, conflict, release) is append-only, held by the
-- triggers at the end; what can be recomputed from it (rollup, epoch's counts, device.last_contact) is not.
-- Tables are strict: a value has the type of its column or is refused. Hours and times are unix seconds; an "hour" is rounded down to 3600. Hashes, ids and keys are blobs.

-- Facts about this folder: district key seed, generation, demo flag, current survey, newest checkpoint.
create table meta (
  name text primary key,
  value blob not null
) strict, without rowid;

-- Everything that was done, one entry each: audit log and receipt store. `pos` has no gaps and starts at 1.
create table log (
  pos integer primary key,
  kind text not null,
  hour integer not null,
  -- One line of JSON. Repeats kind and hour, so that the leaf covers them.
  body text not null,
  -- SHA-256("hailong/1/logleaf\0" || body)
  leaf blob not null,
  -- SHA-256("hailong/1/loglink\0" || head before || leaf); the head before the first entry is 32 zero bytes
  head blob not null
) strict;
create index log_kind on log (kind, pos);

-- Places: a tree of units.
create table node (
  no integer primary key,
  id blob not null unique,
  name text not null,
  -- province | commune | reception_point
  kind text not null,
  parent_no integer references node (no),
  -- Whom a citizen may turn to, shown on the thank-you screen.
  contact text,
  -- Official code, kept as a note only: codes are re-used for other places (never a key).
  code text,
  valid_from integer not null,
  valid_to integer
) strict;

-- Counters of a node. no 0 is never a row: in `record` and `rollup` it means "a counter we don't know".
create table counter (
  no integer primary key,
  id blob not null unique,
  node_no integer not null references node (no),
  name text not null,
  -- reception | returned | result
  moment text not null,
  -- Lĩnh vực, if the counter has only one.
  field text,
  valid_from integer not null,
  valid_to integer
) strict;

-- Tablets.
create table device (
  no integer primary key,
  id blob not null unique,
  public_key blob not null,
  -- Where it stands now.
  counter_no integer not null references counter (no),
  -- SHA-256 of its bearer token; the token itself is derived from the district's key and stored nowhere.
  token_hash blob not null unique,
  -- Hour of the first enrolment; the certificate repeats it.
  enrolled integer not null,
  -- Position of the log entry that revoked it; null while it is in use.
  revoked_pos integer,
  -- Hour of the last answered bundle (or enrolment).
  last_contact integer not null,
  -- Clock jumps it last told of, and the hour of the last contact before it told of them: the lower bound for
  -- ballots taken under an earlier count, however many bundles bring them.
  step integer not null default 0,
  step_contact integer not null,
  -- A setup with a higher value than the tablet has seen returns it to practice; null: ballots count at once.
  practice_since integer,
  -- What it last said of itself (JSON of the header's `health`, app and step); for the device page only.
  health text
) strict;

-- Counters a device ever stood at: its late ballots from there are not "outside".
create table device_counter (
  device_no integer not null references device (no),
  counter_no integer not null references counter (no),
  primary key (device_no, counter_no)
) strict, without rowid;

-- (device, epoch) as a small integer, so that the keys of the large tables stay small and in order.
create table epoch (
  no integer primary key,
  device_no integer not null references device (no),
  id blob not null,
  -- Counts over `record` and `conflict`, kept so that a receipt needs no scan; verify recomputes them.
  records integer not null default 0,
  ballots integer not null default 0,
  holes integer not null default 0,
  conflicts integer not null default 0,
  -- Largest seq held, -1 for none (an epoch may be known only from a claim).
  last_seq integer not null default -1,
  unique (device_no, id)
) strict;

-- One line of a device's chain, as it was judged when it arrived. Permanent.
create table record (
  epoch_no integer not null,
  seq integer not null,
  leaf blob not null,
  -- 0 open, 1 ballot, 2 day, 3 note, 4 other, 5 malformed, 6 hole
  kind integer not null,
  -- 0 none, 1 counted, 4 practice, 5 undated, 21 unread(survey), 31 quarantined(revoked), 32 (counter),
  -- 33 (conflict), 34 (malformed). A later state is a row of `decision`.
  state integer not null,
  -- Effective local day (since 1970-01-01) and hour (0-23): corrected for the clock; of arrival where undated.
  day integer not null,
  hour integer not null,
  counter_no integer not null,
  -- Bits: 1 late_sync, 2 old_survey, 4 skew_corrected, 8 no reliable time, 16 silent, 32 burst
  marks integer not null,
  -- The log entry that brought it.
  pos integer not null,
  primary key (epoch_no, seq)
) strict, without rowid;

-- The records' bytes. Only retention may delete one; the chain still verifies from the leaves.
create table body (
  epoch_no integer not null,
  seq integer not null,
  bytes blob not null,
  primary key (epoch_no, seq)
) strict, without rowid;

-- A line that came for a key already held with another leaf. The first stays the record; this one is kept too.
create table conflict (
  no integer primary key,
  epoch_no integer not null,
  seq integer not null,
  leaf blob not null,
  -- Null for a hole, and after retention.
  bytes blob,
  kind integer not null,
  -- 33 for what could have been a ballot, 0 otherwise.
  state integer not null,
  day integer not null,
  hour integer not null,
  counter_no integer not null,
  marks integer not null,
  pos integer not null,
  unique (epoch_no, seq, leaf)
) strict;

-- Visits that were cast: the first 8 bytes of the salt. A tablet whose disk went back to a draft casts it once more,
-- under another key; that one is kept, but not counted.
create table visit_cast (
  device_no integer not null,
  salt blob not null,
  primary key (device_no, salt)
) strict, without rowid;

-- The furthest place of an epoch that any tip, mark or prev named: the base of "at least k missing".
create table claim (
  epoch_no integer primary key,
  -- Largest `ballots` named, and the largest seq.
  ballots integer not null,
  seq integer not null,
  -- Hours of the first and last receipt for a bundle that named this epoch: the time window to show.
  first_hour integer not null,
  last_hour integer not null
) strict;

-- What an epoch's `open` record says of where it came from. prev_epoch_no is null for an empty database.
create table opening (
  epoch_no integer primary key,
  prev_epoch_no integer,
  prev_seq integer,
  prev_head blob,
  why text not null
) strict;
create index opening_prev on opening (prev_epoch_no);

-- Visits of a day as a tablet counted them, one row per `day` record; counter is the device's at arrival.
create table visit_day (
  epoch_no integer not null,
  seq integer not null,
  day integer not null,
  device_no integer not null,
  counter_no integer not null,
  started integer not null,
  abandoned integer not null,
  cast_count integer not null,
  primary key (epoch_no, seq)
) strict, without rowid;
create index visit_day_day on visit_day (day, counter_no);

-- What somebody should look at: fork, conflict, hole, malformed.
create table alarm (
  no integer primary key,
  kind text not null,
  device_no integer not null,
  epoch_no integer not null,
  seq integer not null,
  detail text not null,
  hour integer not null,
  unique (kind, epoch_no, seq)
) strict;

-- A later state of a record. The newest row of a record is its state now.
create table decision (
  no integer primary key,
  epoch_no integer not null,
  seq integer not null,
  from_state integer not null,
  to_state integer not null,
  -- Effective day and hour under this decision.
  day integer not null,
  hour integer not null,
  -- Who decided: "district" for a survey that became known, otherwise a user's name.
  who text not null,
  pos integer not null
) strict;
create index decision_key on decision (epoch_no, seq, no);

-- Nobody learns one citizen's answer: answers enter figures together. A release covers the counted ballots of its
-- counter that were stored (or decided to count) at log positions up to `upto` and by no earlier release.
create table release (
  -- 1, 2, …; 0 in `rollup` means "waiting".
  no integer primary key,
  counter_no integer not null,
  -- Largest integer in a demo folder, where everything is released at once.
  upto integer not null,
  day integer not null,
  ballots integer not null,
  pos integer not null
) strict;
create index release_counter on release (counter_no, upto);

-- Texts by number: question ids, answers, fields. 0 is "no text".
create table word (
  no integer primary key,
  text text not null unique
) strict;
insert into word (no, text) values (0, '');

-- Surveys by number. doc is null while a survey is only known by name from ballots that wait for it. 0 is "none".
create table survey (
  no integer primary key,
  id blob not null unique,
  doc text,
  pos integer
) strict;

-- Ballots that wait for their survey; a work list, emptied by the decisions that count them.
create table unread (
  device_no integer not null,
  survey_no integer not null,
  epoch_no integer not null,
  seq integer not null,
  -- By device first: what one device makes up costs no other device's receipt.
  primary key (device_no, survey_no, epoch_no, seq)
) strict, without rowid;
create index unread_survey on unread (survey_no);

-- Counts. question 0 counts ballots: one for every record and conflict that has a state, whatever it is. The other
-- rows count answers and exist for counted ballots only. Sum of question 0 = rows, always.
create table rollup (
  day integer not null,
  counter_no integer not null,
  state integer not null,
  -- Number of the release, 0 while waiting; always 0 for states other than counted.
  release integer not null,
  -- word numbers; an answer is "1" to "5" or a tile's id.
  question integer not null,
  answer integer not null,
  survey_no integer not null,
  -- 0 unknown, 1 reception, 2 returned, 3 result
  moment integer not null,
  field integer not null,
  device_no integer not null,
  hour integer not null,
  n integer not null,
  primary key (day, counter_no, state, release, question, answer, survey_no, moment, field, device_no, hour)
) strict, without rowid;
-- What waits, for the nightly release.
create index rollup_waiting on rollup (counter_no, day) where state = 1 and release = 0;

-- Enrolment codes; only their hash.
create table code (
  hash blob primary key,
  counter_no integer not null references counter (no),
  expires integer not null,
  -- The device that used it; single use per public key.
  device_no integer,
  pos integer not null
) strict, without rowid;

-- The newest setup of each device, signed, and a hash of what it was made from, to see when it has changed.
create table setup (
  device_no integer primary key references device (no),
  version integer not null,
  basis blob not null,
  document text not null
) strict;

-- Which bodies may be gone: those of records whose effective day is before `before_day`, stored at log positions up
-- to `upto`.
create table retention (
  no integer primary key,
  before_day integer not null,
  upto integer not null,
  pos integer not null
) strict;

-- Holds the retention row being carried out, only inside its transaction.
create table retention_guard (
  before_day integer not null,
  upto integer not null
) strict;

create trigger log_no_update before update on log begin select raise(abort, 'the log is append-only'); end;
create trigger log_no_delete before delete on log begin select raise(abort, 'the log is append-only'); end;
create trigger log_gapless before insert on log
when new.pos is not (select coalesce(max(pos), 0) + 1 from log)
begin select raise(abort, 'the log has no gaps'); end;
create trigger record_no_update before update on record begin select raise(abort, 'records are append-only'); end;
create trigger record_no_delete before delete on record begin select raise(abort, 'records are append-only'); end;
create trigger body_no_update before update on body begin select raise(abort, 'bodies never change'); end;
create trigger body_no_delete before delete on body
when not exists (
  select 1 from retention_guard g
  join record r on r.epoch_no = old.epoch_no and r.seq = old.seq and r.day < g.before_day and r.pos <= g.upto
)
begin select raise(abort, 'only retention deletes bodies'); end;
create trigger conflict_no_delete before delete on conflict
begin select raise(abort, 'conflicts are append-only'); end;
create trigger conflict_no_update before update on conflict
when new.bytes is not null or new.no is not old.no or new.epoch_no is not old.epoch_no or new.seq is not old.seq
  or new.leaf is not old.leaf or new.kind is not old.kind or new.state is not old.state or new.day is not old.day
  or new.hour is not old.hour or new.counter_no is not old.counter_no or new.marks is not old.marks
  or new.pos is not old.pos
  or not exists (select 1 from retention_guard g where old.day < g.before_day and old.pos <= g.upto)
begin select raise(abort, 'conflicts are append-only'); end;
create trigger decision_no_update before update on decision
begin select raise(abort, 'decisions are append-only'); end;
create trigger decision_no_delete before delete on decision
begin select raise(abort, 'decisions are append-only'); end;
create trigger release_no_update before update on release
begin select raise(abort, 'releases are append-only'); end;
create trigger release_no_delete before delete on release
begin select raise(abort, 'releases are append-only'); end;
create trigger retention_no_update before update on retention
begin select raise(abort, 'retention is append-only'); end;
create trigger retention_no_delete before delete on retention
begin select raise(abort, 'retention is append-only'); end;
create trigger guard_needs_entry before insert on retention_guard
when not exists (
  select 1 from retention r
  where r.before_day = new.before_day and r.upto = new.upto and r.pos = (select max(pos) from log)
)
begin select raise(abort, 'retention needs its log entry'); end;
