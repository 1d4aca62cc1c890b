-- What pages look for and is rare: without these, a flag or a report of one commune reads every ballot of the province.
-- Ballots cast less than 20 s after the one before (bit 32).
create index record_burst on record (day, counter_no) where state = 1 and marks & 32;
-- Lines that could have been ballots and can't be read.
create index record_odd on record (counter_no, day) where kind <> 1 and state > 0;
-- Visits are asked for by counters and days: by day first, a counter's quarter would read the province's.
drop index visit_day_day;
create index visit_day_place on visit_day (counter_no, day);
