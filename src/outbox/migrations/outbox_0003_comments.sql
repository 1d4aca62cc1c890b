-- Comments that wait to be sent. Sealed when they were written: nobody can read one here. Nothing leads to a ballot:
-- no salt, no counter, no day, and the key is random, so that the order of the rows says nothing either.
create table comment (
  id blob primary key check (length(id) = 16),
  node blob not null,
  -- Local month, year * 12 + month - 1.
  month integer not null,
  sealed blob not null,
  -- Unix time from which it may be sent: drawn at random, hours to days after it was written.
  send_after integer not null
) strict, without rowid;

-- For the day's record.
alter table visits add column comments integer not null default 0;
