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
, pin_wrong integer not null default 0, pin_last integer not null default 0, unlock_used blob, counter_wanted blob, setup_before text) strict;
INSERT INTO "identity" VALUES(1,X'EC7A1DCD9D49810B78EE05490EAB68D6945CD0871A1141DE0F89387F391FCF50',X'3B2210C9A38A1DADC7D8543D347271BA307D5B9D5B4A493DA5DC6CFDE6AD052A','{"counter":"fc99acf0-fb1b-40f7-af4e-5e063a01220f","device":"c538f8e166ae3882549de07811f7030a","district":"bc513cd8a2768fc5312eea2c99860755","issued":1795352400,"key":"26bef8b99dcdcd06709afd6653b686b59f8319585d3065de60c775a1787e0bb8","v":1}
{"sig":"3d0d602f0af99a66bd12137f66ed8269e7fa90c3396cdda406e5e403abd90f59ca1479afba6212f089538bb1a904c768b94f65aa1e0f8953cf1a14676455bd07"}
','d28b0d1ca8a7f103c2ecd145d18cf7eb','{"counter":{"field":null,"id":"fc99acf0-fb1b-40f7-af4e-5e063a01220f","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ"},"demo":true,"device":"c538f8e166ae3882549de07811f7030a","district":"bc513cd8a2768fc5312eea2c99860755","file_key":"2b0dd6b0e1c274abb68a1649790276c053bd434442952922d4af5cafb9881421","node":{"contact":"Trung tâm Phục vụ hành chính công xã (số liệu minh họa)","id":"dd8341af-b7ed-438e-8dca-a8e9f08cd9d8","name":"Xã Mẫu"},"operator":{"counters":[{"id":"fc99acf0-fb1b-40f7-af4e-5e063a01220f","name":"Quầy 1 – Tiếp nhận hồ sơ"},{"id":"e9a20d38-b2b0-407b-9b79-4707196dbaa4","name":"Quầy 2 – Yêu cầu bổ sung / từ chối"},{"id":"b1842498-c557-441c-af9f-7aaf6b7de0c4","name":"Quầy 3 – Trả kết quả"}],"erase":"d2cf29caf68a081669d95bd0ad835e0f950aa0774299afdf5850ca690beed215","pin":null,"unlock":"080eb43d5fcab30321a636a92a873616623096e8b55ea5b4f2b233cb8e0f4e4c"},"practice_since":null,"settings":{"hold":false,"prune_days":30},"survey":{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1},"v":1,"version":1795354807}
{"sig":"edbefea3a16c5ba4eea4af0cb01c3831569a5759c3d69f20995be3c7b5770a529e035cad4aa2976a241901163fd4f6d1627efd6ee22fae3c2094f4e8bbf84d02"}
',0,1792458240,NULL,0,1,X'8EF17BB8B01194AD',5,X'EF8097819992B5C9EF1A4082603ED2CE6006E4B0A143C2979DF86C7BEB58CCD4',5,0,0,NULL,NULL,NULL);
COMMIT;
pragma user_version = 2;
