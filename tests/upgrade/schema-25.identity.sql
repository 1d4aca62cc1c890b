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
INSERT INTO "identity" VALUES(1,X'5073630DD721AF52207744CE94C1F2007A9DF2719CFCF1A1A89DDC22B9E87CA9',X'CFB5B5583CE2DCBE1B8C844CBE372725321B69EBA8F429375CA5D5C303B81469','{"counter":"ff5be68d-361d-46a0-9e0e-c4789b81cb7a","device":"2296ea8e592c38f6f0227e2e7c070984","district":"989661c00dffc0fec41b4b75a957ca0a","issued":1795460400,"key":"e27f754f2e84007da65bd7c13f4ef9ec88196b05938a51bb339013f1fae5d55a","v":1}
{"sig":"9eba97fe840af1f5212a5d5d2b327cc9620a6bd6ad02794712806f07466beebea63fe8b3d12e80b073b0054b354c49bf066aae406480cd889f1cf136d6f1ac02"}
','6c4a265c3d9ee912e4b7fab60dab9108','{"counter":{"field":null,"id":"ff5be68d-361d-46a0-9e0e-c4789b81cb7a","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ"},"demo":true,"device":"2296ea8e592c38f6f0227e2e7c070984","district":"989661c00dffc0fec41b4b75a957ca0a","file_key":"d8c3f2a6574ccb8c54a6f29ee21e343bb5314d3cea03e103ae5fa2e64228b575","node":{"contact":"Trung tâm Phục vụ hành chính công xã (số liệu minh họa)","id":"6a9062d0-e15f-405e-a386-31713668c309","name":"Xã Mẫu"},"operator":{"counters":[{"id":"ff5be68d-361d-46a0-9e0e-c4789b81cb7a","name":"Quầy 1 – Tiếp nhận hồ sơ"},{"id":"0ad18a25-fb7c-4980-988f-87e298248721","name":"Quầy 2 – Yêu cầu bổ sung / từ chối"},{"id":"978f8988-10e0-4a69-ac5c-7c8bf9efa5b8","name":"Quầy 3 – Trả kết quả"}],"erase":"0d7b644dc075f2571d6ae63ffe434719fd438ad8df9e8177bd622e02c72c0a2e","pin":null,"unlock":"4aa479ffb0ed752e5afd9c8d2aebe55b5c44d21113df00a5989b5521f76b7430"},"practice_since":null,"settings":{"hold":false,"prune_days":30},"survey":{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1},"v":1,"version":1795463994}
{"sig":"35223dd604eb0b71386ed693c3e3b1db8820f9d72ff7c33f9b4ccb70433d07e343eef596583cb8d70642e1ca1d5fe06945d9a1b828f2da047ad58e0c4949a00b"}
',0,1792458240,NULL,0,1,X'D80BCBA31B73EB9D',5,X'DF0B267CEB89B71D7C514A4D9DB676CEC8F8F800ECD452AF53477EDE308CE768',5,0,0,NULL,NULL,NULL,X'E9A4ED071C5E2852');
COMMIT;
pragma user_version = 3;
