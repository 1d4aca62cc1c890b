-- What a unit was called, where it belonged and which official code it had, from a day on. Append-only: a row that
-- begins on the same day as an older one replaces it. The newest row is what `node` says.
create table node_version (
  node_no integer not null references node (no),
  -- Position of the log entry that said so.
  pos integer not null,
  -- Local day, since 1970-01-01.
  from_day integer not null,
  name text not null,
  code text,
  parent_no integer references node (no),
  primary key (node_no, pos)
) strict, without rowid;
insert into node_version (node_no, pos, from_day, name, code, parent_no)
  select n.no, coalesce(max(l.pos), 0), (n.valid_from + 25200) / 86400, n.name, n.code, n.parent_no
  from node n left join log l on l.kind = 'node' and json_extract(l.body, '$.what') = 'node_added'
    and json_extract(l.body, '$.no') = n.no
  group by n.no;
create trigger node_version_no_update before update on node_version
begin select raise(abort, 'versions are append-only'); end;
create trigger node_version_no_delete before delete on node_version
begin select raise(abort, 'versions are append-only'); end;

-- People who stand behind counters, by the name that figures of them are shown under. No password, no account.
create table officer (
  no integer primary key,
  id blob not null unique,
  name text not null,
  -- The number the office knows them by, a note.
  code text,
  node_no integer not null references node (no),
  pos integer not null
) strict;
create trigger officer_no_update before update on officer begin select raise(abort, 'officers are append-only'); end;
create trigger officer_no_delete before delete on officer begin select raise(abort, 'officers are append-only'); end;

-- Who was at which counter when (ca trực). Append-only: a correction is a row of its own that replaces an older one.
-- No ballot names an officer; a ballot is attributed by counter and quarter of an hour, or not at all.
create table duty (
  no integer primary key,
  -- Null: nobody; takes the replaced duty back.
  officer_no integer references officer (no),
  counter_no integer not null references counter (no),
  -- Local day, and quarters of an hour since midnight: from 0 to 95, half-open.
  day integer not null,
  from_quarter integer not null,
  to_quarter integer not null,
  replaces integer unique references duty (no),
  pos integer not null,
  check (0 <= from_quarter and from_quarter < to_quarter and to_quarter <= 96)
) strict;
create index duty_counter on duty (counter_no, day);
create trigger duty_no_update before update on duty begin select raise(abort, 'duties are append-only'); end;
create trigger duty_no_delete before delete on duty begin select raise(abort, 'duties are append-only'); end;

-- The list of administrative procedures, for choosing a field (lĩnh vực) and for how old the list is. In no figure.
create table procedure (
  code text primary key,
  name text not null,
  field text not null,
  -- The log entry that brought it last.
  pos integer not null
) strict;
