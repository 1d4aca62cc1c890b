-- What a unit was called, where it belonged and which official code it had, from a day on. Append-only: a row that
-- begins on the same day as an older one replaces it. The newest row is what `node` says.
create table node_version (
  node_no integer not null references node (no),
  -- Position of the log entry that said so.
  pos integer not null,
  -- Local day, since 1970-01-01.
  from_day integer not null,
  name text not null,
  code text,
  parent_no integer references node (no),
  primary key (node_no, pos)
) strict, without rowid;
insert into node_version (node_no, pos, from_day, name, code, parent_no)
  select n.no, coalesce(max(l.pos), 0), (n.valid_from + 25200) / 86400, n.name, n.code, n.parent_no
  from node n left join log l on l.kind = 'node' and json_extract(l.body, '$.what') = 'node_added'
    and json_extract(l.body, '$.no') = n.no
  group by n.no;
create trigger node_version_no_update before update on node_version
begin select raise(abort, 'versions are append-only'); end;
create trigger node_version_no_delete before delete on node_version
begin select raise(abort, 'versions are append-only'); end;

-- Whole days of a counter or a tablet that a person took out of the figures, with a reason. Covers the ballots that
-- were counted and released when it was decided; the ballots stay, and so does the row.
create table exclusion (
  no integer primary key,
  -- One of the two.
  counter_no integer references counter (no),
  device_no integer references device (no),
  -- Effective local days, both included.
  first_day integer not null,
  last_day integer not null,
  -- Only ballots with this flag: 'burst' or 'after_hours'; null: all.
  flag text,
  -- For 'after_hours': the opening hours it was judged by (`domain::settings::Hours`), as they were then.
  hours text,
  -- Ballots it covered when it was decided.
  ballots integer not null,
  reason text not null,
  -- Position of its log entry: nothing that came, was decided or released later is covered.
  pos integer not null unique,
  check ((counter_no is null) <> (device_no is null)),
  check ((flag is 'after_hours') = (hours is not null))
) strict;
-- What undid it.
create table exclusion_end (
  exclusion_no integer primary key references exclusion (no),
  reason text not null,
  pos integer not null unique
) strict;
create trigger exclusion_no_update before update on exclusion
begin select raise(abort, 'exclusions are append-only'); end;
create trigger exclusion_no_delete before delete on exclusion
begin select raise(abort, 'exclusions are append-only'); end;
create trigger exclusion_end_no_update before update on exclusion_end
begin select raise(abort, 'exclusions are append-only'); end;
create trigger exclusion_end_no_delete before delete on exclusion_end
begin select raise(abort, 'exclusions are append-only'); end;

-- A later decision about a line that came for a key already held: counted, or kept out again.
create table conflict_decision (
  no integer primary key,
  conflict_no integer not null references conflict (no),
  from_state integer not null,
  to_state integer not null,
  who text not null,
  pos integer not null
) strict;
create index conflict_decision_key on conflict_decision (conflict_no, no);
create trigger conflict_decision_no_update before update on conflict_decision
begin select raise(abort, 'decisions are append-only'); end;
create trigger conflict_decision_no_delete before delete on conflict_decision
begin select raise(abort, 'decisions are append-only'); end;
