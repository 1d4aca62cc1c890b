-- What rates and counts of ballots are made of, by counter and half month in one row each: a dashboard reads these instead
-- of a row for every answer, moment and field. question 0 counts ballots; other rows exist for questions answered with
-- "1" to "5". Kept by the triggers below as sums over `half`; verify recomputes it.
create table tally (
  question integer not null,
  counter_no integer not null,
  -- First local day of the half month.
  from_day integer not null,
  state integer not null,
  survey_no integer not null,
  -- All together, and how many of each answer.
  n integer not null,
  n1 integer not null,
  n2 integer not null,
  n3 integer not null,
  n4 integer not null,
  n5 integer not null,
  primary key (question, counter_no, from_day, state, survey_no)
) strict, without rowid;

create view tally_of_half as
select h.question, h.counter_no, h.from_day, h.state, h.survey_no, h.n,
  h.n * (w.text = '1') as n1, h.n * (w.text = '2') as n2, h.n * (w.text = '3') as n3, h.n * (w.text = '4') as n4,
  h.n * (w.text = '5') as n5
from half h join word w on w.no = h.answer
where h.question = 0 or w.text in ('1', '2', '3', '4', '5');

insert into tally (question, counter_no, from_day, state, survey_no, n, n1, n2, n3, n4, n5)
select question, counter_no, from_day, state, survey_no, sum(n), sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
from tally_of_half group by 1, 2, 3, 4, 5 having sum(n) <> 0;

create trigger tally_insert after insert on half begin
  insert into tally (question, counter_no, from_day, state, survey_no, n, n1, n2, n3, n4, n5)
  select new.question, new.counter_no, new.from_day, new.state, new.survey_no, new.n,
    new.n * (w.text = '1'), new.n * (w.text = '2'), new.n * (w.text = '3'), new.n * (w.text = '4'),
    new.n * (w.text = '5')
  from word w where w.no = new.answer and (new.question = 0 or w.text in ('1', '2', '3', '4', '5'))
  on conflict do update set n = n + excluded.n, n1 = n1 + excluded.n1, n2 = n2 + excluded.n2, n3 = n3 + excluded.n3,
    n4 = n4 + excluded.n4, n5 = n5 + excluded.n5;
end;
-- A row of `half` keeps its key; only its count changes.
create trigger tally_update after update on half begin
  insert into tally (question, counter_no, from_day, state, survey_no, n, n1, n2, n3, n4, n5)
  select new.question, new.counter_no, new.from_day, new.state, new.survey_no, new.n - old.n,
    (new.n - old.n) * (w.text = '1'), (new.n - old.n) * (w.text = '2'), (new.n - old.n) * (w.text = '3'),
    (new.n - old.n) * (w.text = '4'), (new.n - old.n) * (w.text = '5')
  from word w where w.no = new.answer and (new.question = 0 or w.text in ('1', '2', '3', '4', '5'))
  on conflict do update set n = n + excluded.n, n1 = n1 + excluded.n1, n2 = n2 + excluded.n2, n3 = n3 + excluded.n3,
    n4 = n4 + excluded.n4, n5 = n5 + excluded.n5;
end;

-- One by one, ballots are looked at for some counters and a period: by day first, a commune's report would read a province.
create index record_place on record (counter_no, day) where kind = 1;
drop index record_silent;
create index record_silent on record (counter_no, day) where state = 1 and marks & 16;
