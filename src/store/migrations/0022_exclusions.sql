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
