-- The log's last position when a name was first seen to have more than one tablet that writes under it: `held` of a receipt
-- counts a name's records, so what one of them sends can make up, by number, for what a district that was put back has lost
-- of the other (`ingest/doubt.rs`).
alter table device add column doubted integer;

update device set doubted = 0 where no in (select device_no from alarm where kind = 'fork');
