-- Days on which a device was heard of, whether it had something to send or not: "days without contact" under a figure.
-- Not evidence: what it tells of is the network, not the ballots.
create table contact (
  device_no integer not null references device (no),
  -- Local day of arrival, since 1970-01-01.
  day integer not null,
  primary key (device_no, day)
) strict, without rowid;
