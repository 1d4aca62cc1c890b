-- Transactions of a unit's reporting month, as a person entered them. Append-only: the newest row of a unit and its days
-- counts, and a report keeps to those of its position.
create table volume (
  no integer primary key,
  node_no integer not null references node (no),
  -- Local days, half-open.
  first_day integer not null,
  end_day integer not null,
  -- `domain::volume::Volume` as JSON.
  document text not null,
  who text not null,
  pos integer not null
) strict;
create index volume_node on volume (node_no, first_day, end_day, no);

-- Reports that were filed. Append-only: a report that is filed again is another row.
create table report (
  no integer primary key,
  node_no integer not null references node (no),
  first_day integer not null,
  end_day integer not null,
  -- The figures are those of this log position (not that of `pos`, the entry that tells of the filing).
  as_of integer not null,
  -- What was counted: `domain::report::Facts` as JSON; its hash is in the log and in the report's footer.
  facts text not null,
  -- The document as it was handed out (.docx); its hash is in the log.
  document blob not null,
  -- The document's file name.
  name text not null,
  who text not null,
  -- Hour of filing.
  hour integer not null,
  pos integer not null
) strict;
create index report_node on report (node_no, end_day);

create trigger volume_no_update before update on volume begin select raise(abort, 'volumes are append-only'); end;
create trigger volume_no_delete before delete on volume begin select raise(abort, 'volumes are append-only'); end;
create trigger report_no_update before update on report begin select raise(abort, 'reports are append-only'); end;
create trigger report_no_delete before delete on report begin select raise(abort, 'reports are append-only'); end;
