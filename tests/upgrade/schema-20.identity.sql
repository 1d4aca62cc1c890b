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
, pin_wrong integer not null default 0, pin_last integer not null default 0, unlock_used blob, counter_wanted blob, setup_before text, mark_check blob) strict;
INSERT INTO "identity" VALUES(1,X'5647BAACE9C91DF05A93A264A9E1739091A496A6DAF72CE98E057715B98DC3B3',X'D0179F4C83C100D5389F3FF273C99AB2881741C2DCBB4BAF73B556DB0F1403E2','{"counter":"40296001-aa5b-45d8-908c-c0a8455a9502","device":"d6a34e758650f894f9af1581c57c732d","district":"77b739fcc4ea144fde683a2f0d05b85f","issued":1795431600,"key":"6c06e20d18bf1837b613a797db7c580766d2b656d41725d50a27889499a333ee","v":1}
{"sig":"dcaf66da659b81af7854a53b0635ed58ad3d41035d81a5a18486861cc79091379f552faaf599542f4bd3d56ffd01af3d1143486bb35da4e9ad7059bec95bf206"}
','7371a563cc1864540060f244e699b62d','{"counter":{"field":null,"id":"40296001-aa5b-45d8-908c-c0a8455a9502","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ"},"demo":true,"device":"d6a34e758650f894f9af1581c57c732d","district":"77b739fcc4ea144fde683a2f0d05b85f","file_key":"6ec5cdd8583e16ccc2707dd6d97a6f5574888855fcb0acbdbd0ba68a14131e13","node":{"contact":"Trung tâm Phục vụ hành chính công xã (số liệu minh họa)","id":"f10f12a6-e773-4091-97d1-270662acc263","name":"Xã Mẫu"},"operator":{"counters":[{"id":"40296001-aa5b-45d8-908c-c0a8455a9502","name":"Quầy 1 – Tiếp nhận hồ sơ"},{"id":"385062d0-56b7-49ed-a03e-9e6294fc92af","name":"Quầy 2 – Yêu cầu bổ sung / từ chối"},{"id":"796d6613-4aa9-4e3e-b4cf-6033687c0fe2","name":"Quầy 3 – Trả kết quả"}],"erase":"ef8960a01bdc515f99d8979bd207933876fc176d41ea719aee9e7414a3c7c569","pin":null,"unlock":"be692ec2dae4a0565dc7ae78ede5e759cc341e1f6d2420f8a972a5d551fabde0"},"practice_since":null,"settings":{"hold":false,"prune_days":30},"survey":{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1},"v":1,"version":1795433085}
{"sig":"eb7e0ab37cdfdf46312824a0b8854e7a5655bd25960c31ab3858342cffcb22cfc52f9c4371f25751ce9c3944410e02e32f26f3bcdc8fb63935cada8e7312ff04"}
',0,1792458240,NULL,0,1,X'08BADFD251204C7F',5,X'C7B8C829B3A1E9CD91ED7A5AC2557F1ADD9AF5B7EA64D0EA656492D7DBFB2EE2',5,0,0,NULL,NULL,NULL,X'29DB8AE163DF0EA9');
COMMIT;
pragma user_version = 3;
