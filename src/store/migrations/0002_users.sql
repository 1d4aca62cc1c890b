-- Who may sign in, and what their pages look up often.

create table user (
  no integer primary key,
  -- Lower-case, NFC.
  name text not null unique,
  -- argon2id in PHC form: salt and parameters are in it.
  password text not null,
  -- Hour it was added.
  created integer not null,
  -- 1: may not sign in. Users are never deleted: the log names them.
  disabled integer not null default 0
);

-- Browsers that are signed in. Only the hash of what the browser holds.
create table session (
  hash blob primary key,
  user_no integer not null references user (no),
  -- Unix seconds; deleted with the session, at most a day later.
  began integer not null,
  seen integer not null
) without rowid;
create index session_user on session (user_no);

-- "trong đó n phiếu không bấm Gửi": bit 16 of record.marks.
create index record_silent on record (day, counter_no) where state = 1 and marks & 16;
