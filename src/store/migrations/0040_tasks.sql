-- Low ratings that became a task (việc cần xử lý). Append-only: what a task came to is an entry of its own, and so is
-- opening it again.
create table task (
  no integer primary key,
  -- The reception point: the unit that the counters belong to. No counter, device, hour or officer is in a task.
  node_no integer not null references node (no),
  -- Local day on which it was opened.
  day integer not null,
  -- Highest level that was low.
  level integer not null,
  -- How many low ratings.
  ballots integer not null,
  -- 1: some of them were more than 48 h on their way.
  late integer not null,
  -- How often each reason was named, as JSON, in the words that the citizens read.
  reasons text not null,
  pos integer not null unique
) strict;
create index task_node on task (node_no, day);

-- The ballots that a task holds: no other task may hold them.
create table task_ballot (
  epoch_no integer not null,
  seq integer not null,
  task_no integer not null references task (no),
  primary key (epoch_no, seq)
) strict, without rowid;
create index task_ballot_task on task_ballot (task_no);

-- What was done about it, entry by entry; the newest one says whether the task is open.
create table task_entry (
  no integer primary key,
  task_no integer not null references task (no),
  -- encouraged | reminded | unverified; null: it was opened again
  outcome text,
  -- In the leader's own words; long numbers are hidden before they get here.
  words text not null,
  who text not null,
  -- Hour, unix seconds.
  hour integer not null,
  pos integer not null unique
) strict;
create index task_entry_task on task_entry (task_no, no);

-- The tasks that are open now; a work list, which follows from the entries. verify recomputes it.
create table task_open (
  task_no integer primary key references task (no)
) strict;

-- One row: nothing that was stored up to this position opens a task by itself. 0 in a new folder; in one that is older
-- than tasks the end of its log, so that years of ratings are not news one morning.
create table task_start (
  pos integer not null
) strict;
insert into task_start (pos) select coalesce(max(pos), 0) from log;

create trigger task_no_update before update on task begin select raise(abort, 'tasks are append-only'); end;
create trigger task_no_delete before delete on task begin select raise(abort, 'tasks are append-only'); end;
create trigger task_ballot_no_update before update on task_ballot
begin select raise(abort, 'tasks are append-only'); end;
create trigger task_ballot_no_delete before delete on task_ballot
begin select raise(abort, 'tasks are append-only'); end;
create trigger task_entry_no_update before update on task_entry
begin select raise(abort, 'tasks are append-only'); end;
create trigger task_entry_no_delete before delete on task_entry
begin select raise(abort, 'tasks are append-only'); end;

-- Which officer a user is; the newest row of a user counts.
create table officer_account (
  user_no integer not null references user (no),
  officer_no integer not null references officer (no),
  pos integer not null unique
) strict;
create index officer_account_user on officer_account (user_no, pos);

-- What an officer explained (giải trình) of a month that had ended, or of a task of it. Append-only.
create table explanation (
  no integer primary key,
  officer_no integer not null references officer (no),
  year integer not null,
  month integer not null,
  -- Null: about the month.
  task_no integer references task (no),
  words text not null,
  -- Hour, unix seconds.
  hour integer not null,
  pos integer not null unique
) strict;
create index explanation_month on explanation (year, month);
create index explanation_task on explanation (task_no);

create trigger officer_account_no_update before update on officer_account
begin select raise(abort, 'accounts of officers are append-only'); end;
create trigger officer_account_no_delete before delete on officer_account
begin select raise(abort, 'accounts of officers are append-only'); end;
create trigger explanation_no_update before update on explanation
begin select raise(abort, 'explanations are append-only'); end;
create trigger explanation_no_delete before delete on explanation
begin select raise(abort, 'explanations are append-only'); end;
