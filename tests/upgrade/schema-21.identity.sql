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
INSERT INTO "identity" VALUES(1,X'AA1D42D22DCB3E5375AA32781131FBADB848CA10AD410C1FC743B058418740D2',X'1606EE57332A396ECA90E6BDB1986D6114142A9B719C66AC064840571DDD0813','{"counter":"b8efb888-d089-4ceb-aa41-19c1130f98ab","device":"1fad61ee4f380d203f4ccdb95c5adea1","district":"da55e3b292b1aec6993bdc12144318f2","issued":1795446000,"key":"011c579d4442c38c913a61866ae9c78d65fbffccbc8aca509ab305909496a0b0","v":1}
{"sig":"8bd411e2f649191c449d79f188f993ba56b3491a341d57da55c540c0cc47013a5a869857a91a27086ddb05a073b07b2736f8f4952eb4e92f8463878f1491800b"}
','59f37b75de3462f1e7367d437fb114fc','{"counter":{"field":null,"id":"b8efb888-d089-4ceb-aa41-19c1130f98ab","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ"},"demo":true,"device":"1fad61ee4f380d203f4ccdb95c5adea1","district":"da55e3b292b1aec6993bdc12144318f2","file_key":"d53da204cfd1b42079ba563c883d5cff75a6df0b0b7134a10f4d2e2919b1d55b","node":{"contact":"Trung tâm Phục vụ hành chính công xã (số liệu minh họa)","id":"877c5faa-bd02-4ac2-9138-1e57bda9aa73","name":"Xã Mẫu"},"operator":{"counters":[{"id":"b8efb888-d089-4ceb-aa41-19c1130f98ab","name":"Quầy 1 – Tiếp nhận hồ sơ"},{"id":"7d27b394-b7c8-4ea8-a865-b607906131f5","name":"Quầy 2 – Yêu cầu bổ sung / từ chối"},{"id":"1042fedf-2374-4360-8b9c-e2a8e87183e3","name":"Quầy 3 – Trả kết quả"}],"erase":"27152fb0049c01211450ee8191dbef36e4e30ac912af48a29383408cf489d7e9","pin":null,"unlock":"ebd59bea4a9644709a9715d895b325394dd09d8ea64dd60f9bb770bfecbcc03e"},"practice_since":null,"settings":{"hold":false,"prune_days":30},"survey":{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1},"v":1,"version":1795447518}
{"sig":"9c286e440ea9188fdee1eade92c12a94753c6136f15c68b289316bbc859ed8fb0eacedc259c0dd907d3ae1b07d80cd5f77bfab7532ac2c9154581e2fbcd35f02"}
',0,1792458240,NULL,0,1,X'60B461314459DB1F',5,X'B901CC2564BE7E1C201DE6A9CCDAF7D491ED0F117BB8CBBC2BE453B4272E2261',5,0,0,NULL,NULL,NULL,X'C531C710A18A935F');
COMMIT;
pragma user_version = 3;
