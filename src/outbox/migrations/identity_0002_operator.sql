-- Wrong PINs since the last right one, and when the last was: a restart does not begin anew.
alter table identity add column pin_wrong integer not null default 0;
alter table identity add column pin_last integer not null default 0;
-- The setup's hash of the unlock code that was used last: the same code opens once only, also before the district heard.
alter table identity add column unlock_used blob;
-- The counter that was asked for and not answered yet.
alter table identity add column counter_wanted blob;
-- The setup before the newest, should a later version of the app no longer read the newest.
alter table identity add column setup_before text;
