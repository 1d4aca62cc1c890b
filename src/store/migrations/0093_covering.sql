-- Every page counts the silent ballots and the visits of its period: from an index alone, not row by row of a table that a
-- province's year fills with millions.
drop index record_silent;
create index record_silent on record (counter_no, day, state, marks) where state = 1 and marks & 16;
drop index record_burst;
create index record_burst on record (day, counter_no, epoch_no, state, marks) where state = 1 and marks & 32;
drop index visit_day_place;
create index visit_day_place on visit_day (counter_no, day, started, abandoned);
-- Visits of a day that a tablet's clock can't be believed about (bit 8), which are rare.
create index record_misdated on record (epoch_no, seq) where kind = 2 and marks & 8;
