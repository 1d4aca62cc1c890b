-- What a unit decides about its tablets (`domain::settings`), one JSON document; a unit without a row follows the one
-- above. The log says who changed it.
create table node_setting (
  node_no integer primary key references node (no),
  document text not null
) strict;
