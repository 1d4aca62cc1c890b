-- Bundles that were put into files, by their nonces: only a receipt for one of these is taken from a file. Forgotten when
-- everything is sent again, because a receipt from before may be for what the district has lost since.
create table filed (
  no integer primary key,
  nonce blob not null unique check (length(nonce) = 16)
) strict;

-- Entries in the district's log as of the newest receipt: a receipt from a file may be older than the network's.
alter table district add column position integer not null default 0;
