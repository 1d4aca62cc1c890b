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
INSERT INTO "identity" VALUES(1,X'3A7BE8328D18DEC925F7F810DCD577A11440BA93AC65912F1D8AF6AB960D9E80',X'9CF6B98C0C3213161085358629CB960AAE52DE2FB3B5C9768C0660665065CCCD','{"counter":"0f18051e-7731-431b-9105-4be5d41ebf3b","device":"2472fdbe402b319430082dc6c5eeef54","district":"6cb6bc27a31e21cdf03b332b8e9e144a","issued":1795352400,"key":"59791685b7b2e83291022c623a346cdef779498a5eaa20ea588f4a5f5a85f81e","v":1}
{"sig":"d3feadd9e25f30d91963eee4e7847b82fe039ce841c1a5cf874e7d46a7b8db75b55554d3a133bba5c571c9f8f7a01ab153dc0a332a9ad739c0a50bf139b12f06"}
','89020a5a9a76b5216d7da1b5e81eb11a','{"counter":{"field":null,"id":"0f18051e-7731-431b-9105-4be5d41ebf3b","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ"},"demo":true,"device":"2472fdbe402b319430082dc6c5eeef54","district":"6cb6bc27a31e21cdf03b332b8e9e144a","file_key":"94a26c02587fbb914b84561e3bfa038c3d57992f7e15c540a7d1dcdc0c835764","node":{"contact":"Trung tâm Phục vụ hành chính công xã (số liệu minh họa)","id":"e5675a12-92fb-4cc1-a82d-e2425f7e0426","name":"Xã Mẫu"},"operator":{"counters":[{"id":"0f18051e-7731-431b-9105-4be5d41ebf3b","name":"Quầy 1 – Tiếp nhận hồ sơ"},{"id":"7284bcf6-c088-49c6-bb57-87f618f05a27","name":"Quầy 2 – Yêu cầu bổ sung / từ chối"},{"id":"eda9c9d2-cd59-4914-ab06-6f1baabef8bd","name":"Quầy 3 – Trả kết quả"}],"erase":"d42eb9590284f4ab89487c557835311e85d6cce51ccc396f4f4a5cc6eec64c5d","pin":null,"unlock":"45d4a9cecd0def901a7f6fd01e47afcd261d9181b0639a2de6074eb575626c16"},"practice_since":null,"settings":{"hold":false,"prune_days":30},"survey":{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1},"v":1,"version":1795354953}
{"sig":"54bdbe20a49caa03eb6b277ae937f52f64a75105bdd37f2b017df3d79df75b363680e5eb3fdf7a43fd2c9fd455326fe9761778db4f9e567e82a2e29688bbe108"}
',0,1792458240,NULL,0,1,X'AB8DD4230584B7D0',5,X'57D5CC4056EB7BE9FE9491EEB72FB67FDAD0AFD0FF5FEFC4F57222AFEF0089D4',5,0,0,NULL,NULL,NULL,X'B71BFA2BC7657806');
COMMIT;
pragma user_version = 3;
