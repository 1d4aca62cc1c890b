-- An epoch is one life of this file between openings; `no` gives their order, `id` is what the wire says.
create table epoch (
  no integer primary key,
  id blob not null unique check (length(id) = 8)
) strict;

-- The chain. Rows stay for ever; bodies go some time after the receipt.
create table record (
  epoch_no integer not null references epoch (no),
  seq integer not null,
  leaf blob not null check (length(leaf) = 32),
  -- The chain's head after this record, and the epoch's ballots up to it: what a tip says.
  head blob not null check (length(head) = 32),
  ballots integer not null,
  is_ballot integer not null,
  -- A repeated Cast finds its ballot by it.
  salt blob unique,
  -- Unix time from which it may travel (design §4, hold).
  hold_until integer not null,
  -- To be sent, for the first time or again.
  pending integer not null default 1,
  -- Hour (unix time, the district's clock) of the newest receipt; null until the first one.
  settled integer,
  body blob,
  primary key (epoch_no, seq)
) strict, without rowid;
create index record_pending on record (epoch_no, seq) where pending = 1;
create index record_prunable on record (settled) where body is not null and settled is not null;

-- The visit under way: at most one, and a face was tapped in it. Found at a start, it is cast.
create table draft (
  id integer primary key check (id = 1),
  salt blob not null,
  ballot text not null
) strict;

-- Visits of the days that have no `day` record yet.
create table visits (
  day integer primary key,
  started integer not null default 0,
  abandoned integer not null default 0,
  cast_ integer not null default 0
) strict;

-- What the last receipt said.
create table district (
  id integer primary key check (id = 1),
  generation blob,
  held integer not null default 0,
  last_receipt integer,
  checkpoint text
) strict;
insert into district (id) values (1);

-- Surveys that ballots in this file answer, in case the district asks; wanted ones go into the next header.
create table survey (
  hash blob primary key check (length(hash) = 32),
  document text not null,
  wanted integer not null default 0
) strict, without rowid;
