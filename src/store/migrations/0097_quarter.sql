-- A figure of all counters reads rows as they follow one another, by half month first and counter then; figures of some
-- counters go on looking for each in the table itself.
create index tally_day on tally (question, from_day, counter_no, state, survey_no, n, n1, n2, n3, n4, n5);

-- Tallies by calendar quarter, one row where `tally` has six: what figures of many counters and months are
-- made of. Kept by the triggers below as sums over `tally`; verify recomputes it.
create table quarter (
  question integer not null,
  -- First local day of the quarter.
  from_day integer not null,
  counter_no integer not null,
  state integer not null,
  survey_no integer not null,
  n integer not null,
  n1 integer not null,
  n2 integer not null,
  n3 integer not null,
  n4 integer not null,
  n5 integer not null,
  primary key (question, from_day, counter_no, state, survey_no)
) strict, without rowid;

-- A day whose date SQLite can't say is a quarter of its own, as it is a half month of its own.
create view quarter_of_tally as
select question,
  coalesce(unixepoch(from_day * 86400, 'unixepoch', 'start of month',
    '-' || ((strftime('%m', from_day * 86400, 'unixepoch') - 1) % 3) || ' months') / 86400, from_day) as from_day,
  counter_no, state, survey_no, n, n1, n2, n3, n4, n5
from tally;

insert into quarter (question, from_day, counter_no, state, survey_no, n, n1, n2, n3, n4, n5)
select question, from_day, counter_no, state, survey_no, sum(n), sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
from quarter_of_tally group by 1, 2, 3, 4, 5 having sum(n) <> 0;

create trigger quarter_insert after insert on tally begin
  insert into quarter (question, from_day, counter_no, state, survey_no, n, n1, n2, n3, n4, n5)
  values (new.question,
    coalesce(unixepoch(new.from_day * 86400, 'unixepoch', 'start of month',
      '-' || ((strftime('%m', new.from_day * 86400, 'unixepoch') - 1) % 3) || ' months') / 86400, new.from_day),
    new.counter_no, new.state, new.survey_no, new.n, new.n1, new.n2, new.n3, new.n4, new.n5)
  on conflict do update set n = n + excluded.n, n1 = n1 + excluded.n1, n2 = n2 + excluded.n2, n3 = n3 + excluded.n3,
    n4 = n4 + excluded.n4, n5 = n5 + excluded.n5;
end;
-- A row of `tally` keeps its key, and is never deleted; only its counts change.
create trigger quarter_update after update on tally begin
  insert into quarter (question, from_day, counter_no, state, survey_no, n, n1, n2, n3, n4, n5)
  values (new.question,
    coalesce(unixepoch(new.from_day * 86400, 'unixepoch', 'start of month',
      '-' || ((strftime('%m', new.from_day * 86400, 'unixepoch') - 1) % 3) || ' months') / 86400, new.from_day),
    new.counter_no, new.state, new.survey_no, new.n - old.n, new.n1 - old.n1, new.n2 - old.n2, new.n3 - old.n3,
    new.n4 - old.n4, new.n5 - old.n5)
  on conflict do update set n = n + excluded.n, n1 = n1 + excluded.n1, n2 = n2 + excluded.n2, n3 = n3 + excluded.n3,
    n4 = n4 + excluded.n4, n5 = n5 + excluded.n5;
end;
