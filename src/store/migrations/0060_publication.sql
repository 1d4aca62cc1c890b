-- What was put out of a month that had ended, for all units at once. Append-only and never made again: a figure that
-- moved with each ballot that comes late would tell, by its difference, what one citizen answered.
create table publication (
  no integer primary key,
  -- Local days, half-open: a calendar month.
  first_day integer not null unique,
  end_day integer not null,
  -- The figures are those of this log position.
  as_of integer not null,
  -- `store::publish::Document` as JSON; its hash is in the log.
  document text not null,
  -- Hour it was made, unix seconds.
  hour integer not null,
  pos integer not null
) strict;

create trigger publication_no_update before update on publication begin select raise(abort, 'publications are append-only'); end;
create trigger publication_no_delete before delete on publication begin select raise(abort, 'publications are append-only'); end;
