-- A rating that was tapped is a draft until it is cast. Where a disk went back to the draft, the next opening casts it again,
-- under another key: of the first key nothing is missing, and of the second nothing either, if the first has arrived. So tips
-- don't count a draft that an epoch began with (`open.draft`), and for each one that is held, the place that may have had it
-- before may lack one ballot more than is said.
alter table opening add column draft integer not null default 0;
-- The epoch of `open.mark`, which the tablet remembers and its queue no longer has.
alter table opening add column mark_epoch_no integer;
create index opening_draft on opening (epoch_no) where draft = 1;

-- Epochs that began with a draft, and hold it.
create view found_draft as
  select e.device_no, o.epoch_no, o.prev_epoch_no, o.prev_seq, o.mark_epoch_no
  from opening o indexed by opening_draft
    join record r on r.epoch_no = o.epoch_no and r.seq = 1 and r.kind = 1
    join epoch e on e.no = o.epoch_no
  where o.draft = 1;

-- Ballots that an epoch lacks by what tips, marks and prevs named, less those that may be held as drafts of other epochs:
-- what continues this epoch before its end; what continues the place that this epoch continues; and where it is not known
-- which place that is, whatever began after this epoch was named, or names it as lost. Of the last two kinds one at most: a
-- place has one draft.
create view missing as
  with short (epoch_no, ballots) as (
    select epoch_no, sum(ballots) from (
      select c.epoch_no, c.ballots - e.ballots - e.holes as ballots
      from claim c join epoch e on e.no = c.epoch_no where c.ballots > e.ballots + e.holes
      union all
      select f.epoch_no, 1 from found_draft f join claim c on c.epoch_no = f.epoch_no join epoch e on e.no = f.epoch_no
      where c.ballots >= e.ballots + e.holes)
    group by 1)
  select e.device_no, s.epoch_no, s.ballots
    - (select count(*) from found_draft f join claim c on c.epoch_no = s.epoch_no
       where f.prev_epoch_no = s.epoch_no and f.prev_seq < c.seq)
    - exists (
        select 1 from found_draft f left join opening own on own.epoch_no = s.epoch_no
        where f.device_no = e.device_no and f.epoch_no <> s.epoch_no
          and case when own.epoch_no is null then f.epoch_no > s.epoch_no or f.mark_epoch_no = s.epoch_no
            else f.prev_epoch_no is own.prev_epoch_no and f.prev_seq is own.prev_seq end) as ballots
  from short s join epoch e on e.no = s.epoch_no;
