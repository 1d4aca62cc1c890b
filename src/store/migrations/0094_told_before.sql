-- Days that are in no figure: those that a tablet's clock can't be believed about (bit 8), and those that were told before
-- by a history that this one does not continue (bit 64). Both are rare.
drop index record_misdated;
create index record_uncounted_day on record (epoch_no, seq) where kind = 2 and marks & 72;
-- What a tablet told of a day already, wherever it stood then.
create index visit_day_told on visit_day (device_no, day);
-- Tablets that say themselves that they lost something.
create index opening_loss on opening (epoch_no) where why in ('rolled_back', 'damaged');
