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
