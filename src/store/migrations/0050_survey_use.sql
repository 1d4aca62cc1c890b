-- Surveys were the whole district's; from here on each is published to places, from a day on. Append-only: what a counter
-- asks is its newest publication that has begun. A folder without any has its survey in meta.
create table survey_use (
  no integer primary key,
  survey_no integer not null references survey (no),
  -- First local day on which tablets show it.
  from_day integer not null,
  -- A user's name; "district" for what the program itself did.
  who text not null,
  hour integer not null,
  pos integer not null
) strict;

-- Where: a unit with all below it, or one counter; neither: the whole district.
create table survey_use_place (
  survey_use_no integer not null references survey_use (no),
  node_no integer references node (no),
  counter_no integer references counter (no)
) strict;
create index survey_use_places on survey_use_place (survey_use_no);

create trigger survey_use_no_update before update on survey_use begin select raise(abort, 'publications are append-only'); end;
create trigger survey_use_no_delete before delete on survey_use begin select raise(abort, 'publications are append-only'); end;
create trigger survey_use_place_no_update before update on survey_use_place begin select raise(abort, 'publications are append-only'); end;
create trigger survey_use_place_no_delete before delete on survey_use_place begin select raise(abort, 'publications are append-only'); end;

-- What somebody is working on. Counts nowhere and is in no log until it is published; then it is gone.
create table survey_draft (
  -- UUID
  id blob primary key,
  -- Whose: those of this unit and above see it. Null: only who looks after the whole district.
  node_no integer references node (no),
  -- Name of the survey it was made from.
  base blob not null,
  -- JSON, as it was typed; may be wrong in many ways.
  document text not null,
  -- Other languages, as they were typed: {language: {key: {text, speech}}}
  texts text not null,
  -- Who saved it last, and when.
  who text not null,
  hour integer not null,
  -- 1, 2, … with each save: who saves over somebody else's work is told.
  revision integer not null
) strict, without rowid;
