-- Languages that a draft adds: {tag: name in itself}. `texts` may name a recording beside text and speech:
-- {language: {key: {text, speech, clip}}}.
alter table survey_draft add column languages text not null default '{}';

-- Recordings of a draft: counts nowhere until they are published into `clip`; gone with the draft.
create table draft_clip (
  draft blob not null references survey_draft (id) on delete cascade,
  -- SHA-256 of the bytes, and what is in them: "m4a", "mp3", "ogg"
  hash blob not null,
  kind text not null,
  bytes blob not null,
  unique (draft, hash, kind)
) strict;
create index draft_clip_named on draft_clip (hash);
