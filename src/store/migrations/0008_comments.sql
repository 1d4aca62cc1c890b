-- Comments: sealed to the district's comment key, whose secret half is in a file and not here. Apart from the chain and
-- from every ballot: a random name, the unit, the month, nothing else. Deleted 90 days after the month has ended.
create table comment (
  id blob primary key check (length(id) = 16),
  node_no integer not null references node (no),
  -- Local month of writing, year * 12 + month - 1; at most that of arrival.
  month integer not null,
  -- What the tablet said the month was: sealed inside too, so that it must be kept to open it.
  written integer not null,
  sealed blob not null,
  -- 0 new, 1 reviewed: may be quoted, 2 hidden. Who marked it is in the log.
  mark integer not null default 0
) strict, without rowid;
create index comment_place on comment (node_no, month);

-- Comments that the `day` records told of.
alter table visit_day add column comments integer not null default 0;
