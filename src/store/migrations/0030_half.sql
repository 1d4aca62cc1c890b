-- What pages read of released ballots, by half month: a calendar month is two halves (from the 1st and from the 15th), and
-- so is a statutory month, a quarter or a year. Kept by the triggers below as sums over `rollup`; verify recomputes it.
create table half (
  counter_no integer not null,
  -- First local day of the half: the 1st or the 15th.
  from_day integer not null,
  state integer not null,
  question integer not null,
  answer integer not null,
  survey_no integer not null,
  moment integer not null,
  field integer not null,
  n integer not null,
  primary key (counter_no, from_day, state, question, answer, survey_no, moment, field)
) strict, without rowid;

-- A day whose date SQLite can't say (a clock thousands of years off) is a half of its own.
create view half_of_rollup as
select counter_no,
  coalesce(day - cast(strftime('%d', day * 86400, 'unixepoch') as integer)
    + case when cast(strftime('%d', day * 86400, 'unixepoch') as integer) >= 15 then 15 else 1 end, day) as from_day,
  state, question, answer, survey_no, moment, field, n
from rollup where release > 0;

insert into half (counter_no, from_day, state, question, answer, survey_no, moment, field, n)
select counter_no, from_day, state, question, answer, survey_no, moment, field, sum(n) from half_of_rollup
group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(n) <> 0;

-- Only what is released: ballots on their way in cost nothing here, the nightly release moves them together.
create trigger half_insert after insert on rollup when new.release > 0 begin
  insert into half (counter_no, from_day, state, question, answer, survey_no, moment, field, n)
  values (new.counter_no,
    coalesce(new.day - cast(strftime('%d', new.day * 86400, 'unixepoch') as integer)
      + case when cast(strftime('%d', new.day * 86400, 'unixepoch') as integer) >= 15 then 15 else 1 end, new.day),
    new.state, new.question, new.answer, new.survey_no, new.moment, new.field, new.n)
  on conflict do update set n = n + excluded.n;
end;
create trigger half_delete after delete on rollup when old.release > 0 and old.n <> 0 begin
  insert into half (counter_no, from_day, state, question, answer, survey_no, moment, field, n)
  values (old.counter_no,
    coalesce(old.day - cast(strftime('%d', old.day * 86400, 'unixepoch') as integer)
      + case when cast(strftime('%d', old.day * 86400, 'unixepoch') as integer) >= 15 then 15 else 1 end, old.day),
    old.state, old.question, old.answer, old.survey_no, old.moment, old.field, -old.n)
  on conflict do update set n = n + excluded.n;
end;
create trigger half_update_from after update on rollup when old.release > 0 begin
  insert into half (counter_no, from_day, state, question, answer, survey_no, moment, field, n)
  values (old.counter_no,
    coalesce(old.day - cast(strftime('%d', old.day * 86400, 'unixepoch') as integer)
      + case when cast(strftime('%d', old.day * 86400, 'unixepoch') as integer) >= 15 then 15 else 1 end, old.day),
    old.state, old.question, old.answer, old.survey_no, old.moment, old.field, -old.n)
  on conflict do update set n = n + excluded.n;
end;
create trigger half_update_to after update on rollup when new.release > 0 begin
  insert into half (counter_no, from_day, state, question, answer, survey_no, moment, field, n)
  values (new.counter_no,
    coalesce(new.day - cast(strftime('%d', new.day * 86400, 'unixepoch') as integer)
      + case when cast(strftime('%d', new.day * 86400, 'unixepoch') as integer) >= 15 then 15 else 1 end, new.day),
    new.state, new.question, new.answer, new.survey_no, new.moment, new.field, new.n)
  on conflict do update set n = n + excluded.n;
end;

-- Everything else than counted: few, and looked for under every figure.
create index rollup_uncounted on rollup (counter_no, day, state, n) where state <> 1;
-- Ballots of a month one by one, for reports as of a position and for exports.
create index record_day on record (day, counter_no) where kind = 1;
