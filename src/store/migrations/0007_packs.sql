-- Language packs as they were published; the newest of a language is the one in use. Never changed, never deleted.
create table pack (
  no integer primary key,
  -- SHA-256("hailong/1/pack\0" || document)
  id blob not null unique,
  -- BCP-47 tag, as in the document.
  lang text not null,
  -- Canonical JSON.
  document text not null,
  -- The log entry that published it last: a pack may come back after another one.
  pos integer not null
) strict;
create index pack_lang on pack (lang, pos);

-- Recorded clips that packs name.
create table clip (
  -- SHA-256 of the bytes.
  hash blob primary key,
  -- m4a | mp3 | ogg
  kind text not null,
  bytes blob not null,
  pos integer not null
) strict;
