-- A release covers one half month of its counter's ballots: a month then moves by five ballots or by none, also when one
-- comes late. Half-open range of effective days; releases made before this cover every day.
alter table release add column from_day integer not null default -1000000000000000;
alter table release add column to_day integer not null default 1000000000000000;
