-- The first bytes of a hash over the mark: a disk that lied may leave half of one, and a mark is what "may be missing at
-- least" is counted from.
alter table identity add column mark_check blob;
