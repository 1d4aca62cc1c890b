-- One-time codes of a device's operator mode: how many of a purpose it has told us that it used. The code itself is
-- derived from the district's key and this number, and stored nowhere. A purpose without a row stands at 0.
create table operator_code (
  device_no integer not null references device (no),
  -- unlock | erase
  purpose text not null,
  used integer not null,
  primary key (device_no, purpose)
) strict, without rowid;
