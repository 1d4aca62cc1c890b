-- Ballots by the language of the screen they were cast from, by local month (year * 12 + month - 1). Numbers only:
-- no ballot says its language. They stay here until the month is over; then one coarse note tells of them.
create table language (
  month integer not null,
  tag text not null,
  cast_ integer not null default 0,
  primary key (month, tag)
) strict, without rowid;

-- Ballots that have had a receipt: counted as they get it, so that nobody counts a long queue after every tap.
alter table district add column sent integer not null default 0;
update district set sent = (select count(*) from record where is_ballot = 1 and settled is not null);

-- Whether something may travel is asked before every call.
create index record_hold on record (hold_until) where pending = 1;
