BEGIN TRANSACTION;
CREATE TABLE identity (
  id integer primary key check (id = 1),
  -- Ed25519 secret; never leaves the tablet.
  seed blob not null check (length(seed) = 32),
  -- What the district said when it enrolled the tablet; all null until then.
  district_key blob check (length(district_key) = 32),
  certificate text,
  token text,
  setup text,
  -- Clock jumps so far, and the last wall clock seen (unix seconds): a start before it is a jump.
  step integer not null default 0,
  last_seen integer not null default 0,
  -- The setup's `practice_since` under which "Bắt đầu tính phiếu" was tapped.
  counting_since integer,
  revoked integer not null default 0,
  -- The queue is in outbox-<outbox_no>.db. A damaged file stays where it is and the number goes up.
  outbox_no integer not null default 1,
  -- The last record known to have been committed, written after the queue's commit. Ahead of the queue's own tip, it
  -- shows that the disk went back in time.
  mark_epoch blob,
  mark_seq integer,
  mark_head blob,
  mark_ballots integer
) strict;
INSERT INTO "identity" VALUES(1,X'53BBC44F3ECDB872CDD819C773E8F5B457AD2F259E93589D13B563D14787E042',X'E8FD21CF606B96D1E9EFD07A54B60ABFEA2458ADB3809F7D254E9D5B759DAB75','{"counter":"53e1f05f-d34f-404e-95a9-a4a3ec275a0e","device":"082e6d84bfe8b2754f7d0091b6f9889d","district":"9c9b186cf3313ec0aa6f4928abf2f5a5","issued":1795352400,"key":"8e0b405db9512da0cf90c6d61ae70e31ad5304d277fbde0cba1ab7af7c2595f6","v":1}
{"sig":"b821f99adc27bc56e5a953a1127ef745eac5bd24c156bf35204fbfc2bdd85ffd1b7ea2de456deab6723926c475ae53a8227695929092dc4b0c03f0f54c2eed07"}
','d6c92801e173ed338cd6d5d848ce17f4','{"counter":{"field":null,"id":"53e1f05f-d34f-404e-95a9-a4a3ec275a0e","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ"},"demo":true,"device":"082e6d84bfe8b2754f7d0091b6f9889d","district":"9c9b186cf3313ec0aa6f4928abf2f5a5","node":{"contact":"Trung tâm Phục vụ hành chính công xã (số liệu minh họa)","id":"437355d8-43b8-4275-acba-619dca075b83","name":"Xã Mẫu"},"practice_since":null,"settings":{"hold":false,"prune_days":30},"survey":{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1},"v":1,"version":1795354958}
{"sig":"6abba4c258e53f7ae286e23fe2b981c80350dab3fed4bcb806c3eca6f6d5cb8b824c0f58b0169748357a311e8db22ae23b371d749e66ef641424c7d0eacf8105"}
',0,1792458240,NULL,0,1,X'2A5E7700BBD2A6BC',5,X'D684A0C7894ACBD2A8318A55BA08A0A659F69174BAF849BF01BD87023C6B0018',5);
COMMIT;
pragma user_version = 1;
