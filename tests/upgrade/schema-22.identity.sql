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
INSERT INTO "identity" VALUES(1,X'80DF21EB8146487D69C8886E60C583A442628D020E41E23C947754531A0AAC7E',X'88F0B0A866B9743B0E14033CDEDB71797568B284BB5ECB7A4053C535202F5EDA','{"counter":"12efa658-b176-477e-8027-1b81b82ce9ce","device":"c36319f4fdd0e1c8892b3130e382e848","district":"d9ec98cb555136835bd66642bde1c970","issued":1795453200,"key":"aac57e2fddaca89dc474eb940a11a761cfbd1d4cbbe64a1562aeb7cbfc0e9f0c","v":1}
{"sig":"bd654b99094d6616b7ecdaeacdfd3bbbc1df6e9010b8ce201e2db6b069843d97407b3a537655e64f8edf0803cb6bf7c04bacacf3108fd6a2044ff5e1fd5ea006"}
','5aaa390ec256466c4a1564ae4322a19a','{"counter":{"field":null,"id":"12efa658-b176-477e-8027-1b81b82ce9ce","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ"},"demo":true,"device":"c36319f4fdd0e1c8892b3130e382e848","district":"d9ec98cb555136835bd66642bde1c970","file_key":"3859baae0d93c47b71c6cee3d97e709b539c73542631f381cffdc59b089e2a68","node":{"contact":"Trung tâm Phục vụ hành chính công xã (số liệu minh họa)","id":"647b2289-9740-43f8-b764-01ad665ecfb2","name":"Xã Mẫu"},"operator":{"counters":[{"id":"12efa658-b176-477e-8027-1b81b82ce9ce","name":"Quầy 1 – Tiếp nhận hồ sơ"},{"id":"67f32956-ae57-4edb-92dd-f970bed1beb3","name":"Quầy 2 – Yêu cầu bổ sung / từ chối"},{"id":"037da9db-af14-4e77-8c9e-55916f40f4f4","name":"Quầy 3 – Trả kết quả"}],"erase":"efb91ac202b6c3adb4ff1aeef069f7c7cd4f4ebadc22c3047d67f7a9a82443e1","pin":null,"unlock":"2e9849eb8f9c560ead927291c766c4dbe381f5b90c0f8e97f6ef550a2ae7ea01"},"practice_since":null,"settings":{"hold":false,"prune_days":30},"survey":{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1},"v":1,"version":1795454935}
{"sig":"e73d05b28f78df85beaf417fc5a1029ef3cf070916331a684bd94d1234e8c7bfe94136be5bb080124c4b24df809133abe78c38caafad744e7a3521b2bf868c05"}
',0,1792458240,NULL,0,1,X'DED49F784A439078',5,X'0275BF5FE50F3CB75D036219ADB9ED933E455C41FFB899EC96A1DC88EC75F78B',5,0,0,NULL,NULL,NULL,X'1BE0846E174FF3F8');
COMMIT;
pragma user_version = 3;
