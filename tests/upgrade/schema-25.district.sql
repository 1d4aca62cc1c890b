BEGIN TRANSACTION;
CREATE TABLE alarm (
  no integer primary key,
  kind text not null,
  device_no integer not null,
  epoch_no integer not null,
  seq integer not null,
  detail text not null,
  hour integer not null,
  unique (kind, epoch_no, seq)
) strict;
CREATE TABLE body (
  epoch_no integer not null,
  seq integer not null,
  bytes blob not null,
  primary key (epoch_no, seq)
) strict, without rowid;
INSERT INTO "body" VALUES(1,0,X'0A3128B52FFD20273D0000000100A2554220');
INSERT INTO "body" VALUES(1,1,X'0A3128B52FFD605A000D020063040A9FEC4C7ADD5F3EC928F204EB3FB1358C50DB7362AC136F4E5350212FF59BE5D86239BD28D194DA0208FCA89C2E90AC55902EAA582C81122F1E9A85A95875');
INSERT INTO "body" VALUES(1,2,X'0A3128B52FFD605A00F5010073040A89FB2BF31DAFD7E4DB4A89394C6A93CE4BE83931D68937A729A89097FACD726CB19C5E94684A6D1907FCA88EC4CC2C56A0899987FDECAC39AC9E02');
INSERT INTO "body" VALUES(1,3,X'0A3128B52FFD605A00FD010073440A76D231965A8F7F4FA793A004D7CCE8B1E420F39C18EBC49BD31454C84BFD6639B6584E2F4A34A5B60C07FCA88EC4CC2C56A0899987FDECAC39AC9E02');
INSERT INTO "body" VALUES(1,4,X'0A3128B52FFD605A00ED010063C40909DD4FE2C174A9F87C5672D0D359F1D9F27362AC136F4E5350212FF59BE5D86239BD28D194DA3207FC57074A4C7EB18934B920E6CFCE9AC3EA29');
INSERT INTO "body" VALUES(1,5,X'0A3128B52FFD605A00F5010073040A768A3991F904DD18BF4DA612FB9AEBD5137E4E8C75E2CD690A2AE4A57EB31C5B2CA717259A525B0607FCA88EC4CC2C56A0899987FDECAC39AC9E02');
INSERT INTO "body" VALUES(1,6,X'0A3128B52FFD606E0015020063C4096811FA42C98DCD1CA46FC59BD83C1A4C84FE9C18EBC49BD31454C84BFD6639B6584E2F4A34A5B60AFCA88EC9CC7C56AE030D8255C1D4E8C7C22D272BE565B8');
INSERT INTO "body" VALUES(1,7,X'0A3128B52FFD606E0005020063040AC839A5242FB9DFA2D4ED841F99FE4DEF36E93931D68937A729A89097FACD726CB19C5E94684A6D0108FCA88EC9CC7C56AE030D8255C19FC1C8F27CE935');
INSERT INTO "body" VALUES(1,8,X'0A3128B52FFD605A00FD0100538409A7A6536D1BAFD06DFA6A3ACB776E7DEE3931D68937A729A89097FACD726CB19C5E94684A6D1908FC12E0000C6494D893C53E34EA340F9F9D35A7D253');
INSERT INTO "body" VALUES(1,9,X'0A3128B52FFD606E0015020063C4097B0E194F5AA655A87B3EB1BA2AE3D628293E27C63AF1E6340515F252BF598E2D96D38B124DA92D0AFCA88EC9CC7C56AE030D8255C1D43AC7666864E9B90C17');
INSERT INTO "body" VALUES(1,10,X'0A3128B52FFD605A00F5010073040A8A9C9C4CE7C44D93F2D3BE449B1B659F94FC3931D68937A729A89097FACD726CB19C5E94684A6D1807FCA88EC4CC2C56A0899987FDECAC39AC9E02');
INSERT INTO "body" VALUES(1,11,X'0A3128B52FFD606D0025020063040AA83A93E48C0879AFFE513E75BE8D93441374CF89B14EBC394D4185BCD46F96638BE5F4A244536A0B0AFCA84EC9CC78568E030D8255C1944123F66186288B3B77B8');
INSERT INTO "body" VALUES(1,12,X'0A3128B52FFD60700025020063C4096EF64CEE9F6137DD46ED7151DB4E6D5EF27362AC136F4E5350212FF59BE5D86239BD28D194DA020AFCA80ECACC8456EE030D8255C1AC41E3FB33DC02B2B471870B');
INSERT INTO "body" VALUES(2,0,X'0A3128B52FFD20273D0000000100A2554220');
INSERT INTO "body" VALUES(2,1,X'0A3128B52FFD60930055020063040A9F78A7F4E76E2DAF0EDAC4D42709D2449F3F39BED366A68C56124F5FAE4F164EC70A5F7249E2A42D0CFCA81C4B909056104BAA20E22220E2E2D51F8CD4A320BF99A131EBA6CEAA');
INSERT INTO "body" VALUES(2,2,X'0A3128B52FFD607300F5010073040AE70DA6E4870EA7223DEB579E5055F7D8263EBED366A68C56124F5FAE4F164EC70A5F7249E2A40D0307FCA8CECACC0869078665EEE1B3B3E6B07A0A');
INSERT INTO "body" VALUES(2,3,X'0A3128B52FFD607300DD010063C409A830D557FB12B42C3769ED9CC413BEF666727CA7CD4C19AD249EBE5C9F2C9C8E15BEE492C4495B06FCA8CECACC0869078665CE9BE5114A75');
INSERT INTO "body" VALUES(2,4,X'0A3128B52FFD607300DD010063C40999A063537B0E2BAA464BEA59AE89193A8FF4F84E9B99325A493C7DB93E59381D2B7CC9258993B606FCA8CECACC0869078665CE9BE5114A75');
INSERT INTO "body" VALUES(2,5,X'0A3128B52FFD6089001D020053040AE99BEDEE8D2529E9E2B98413336B745292DCF19D363365B49278FA727DB2703A56F8924B12276D0109FC5707064DBE744B90110B566B60F2FD9B41214B924EB8');
INSERT INTO "body" VALUES(2,6,X'0A3128B52FFD60890015020063C4097C496E9E195F6E3B87FD646F6A84C8EC6F727CA7CD4C19AD249EBE5C9F2C9C8E15BEE492C4495B09FCA84ED0CC906E09189179B50626C83F7093910556275C');
INSERT INTO "body" VALUES(2,7,X'0A3128B52FFD6089000D020063840996759AFCEC5532B659663B2365E763DAFCF84E9B99325A493C7DB93E59381D2B7CC9258993B609FCA84ED0CC906E09189179B50626DF3F7093910556275C');
INSERT INTO "body" VALUES(2,8,X'0A3128B52FFD608700FD010053C40967891B4C87EAA03E853E25C4772FAFEA4A8EEFB49929A395C4D397EB9385D3B1C2975C9238690B08FC5BE7CF66C848E3023DEC190EB7695935743806');
INSERT INTO "body" VALUES(3,0,X'0A3128B52FFD20273D0000000100A2554220');
INSERT INTO "body" VALUES(3,1,X'0A3128B52FFD605900050200538409970E6A4BE7117ADAD3C4F93F6B1172735C8D1D775EFB21EE92BABD547B16C3492A7ADF76BE2D08FCA81C2E90A855102E5A457E1D5378F16A16F534D501');
INSERT INTO "body" VALUES(3,2,X'0A3128B52FFD605900ED010063C4096B529FA1A4C9B14F4F1E4D213EC6F4E95F3776DC79ED87B84BEAF652ED590C27A9E87DDBF9B60C07FCA84EC43893DF8E09665EE86367CDC9F114');
INSERT INTO "body" VALUES(3,3,X'0A3128B52FFD605900D501005384092733116BA357A26DD2F99BBCD23E57D98DECB8F3DA0F7197D4EDA5DAB3184E52D1FBB6F36D0106FCA84EC43893DF8E0966AE9A45BD5B75');
INSERT INTO "body" VALUES(3,4,X'0A3128B52FFD605900E501006384095DA693632B6CAE042FE14B4EB8BB5177DFDA71E7B51FE22EA9DB4BB567319CA4A2F76DE7DB3207FCA84EC43893DF8E09665EE86367CDC9F114');
INSERT INTO "body" VALUES(4,0,X'0A3128B52FFD209F75020093450D232059E8F159F09109DB1C266FEC197B6D37F9E49C92E55493CD99205A3E8B3461AE6BE24274F5F66CB08FEE4992664E12E533A41906FC82705800DAEE39425546EE6142B857B40EBAC409');
INSERT INTO "body" VALUES(4,1,X'0A3128B52FFD605B0035020073C409C8303B293E67AADF269F773B7D21C5F3C8D871E7B51FE22EA9DB4BB567319CA4A2F76DE76F2D030BFCA81C2F90B055102F5AC57EB92C90A54CDDC78AF08659181B3C05');
INSERT INTO "body" VALUES(4,2,X'0A3128B52FFD605900E501007384095B579E3015A225C2247FB58DF69B3957F576DC79ED87B84BEAF652ED590C27A9E87DDBF95BCB07FCA84EC43893DF8E09665E3C76D6901C4F01');
INSERT INTO "body" VALUES(4,3,X'0A3128B52FFD605B000D020073C40999DA93EE4349D2C76DECC409DE5B26E759DB8E3BAFFD107749DD5EAA3D8BE12415BD6F3B7F6B1909FCA8CEC438B3DF2E0BC4525EE65D5478601646414F01');
CREATE TABLE claim (
  epoch_no integer primary key,
  -- Largest `ballots` named, and the largest seq.
  ballots integer not null,
  seq integer not null,
  -- Hours of the first and last receipt for a bundle that named this epoch: the time window to show.
  first_hour integer not null,
  last_hour integer not null
) strict;
INSERT INTO "claim" VALUES(1,12,12,1791162000,1791162000);
INSERT INTO "claim" VALUES(2,8,8,1791162000,1791162000);
INSERT INTO "claim" VALUES(3,4,4,1791162000,1792458000);
INSERT INTO "claim" VALUES(4,3,3,1792458000,1792458000);
CREATE TABLE clip (
  -- SHA-256 of the bytes.
  hash blob primary key,
  -- m4a | mp3 | ogg
  kind text not null,
  bytes blob not null,
  pos integer not null
) strict;
CREATE TABLE code (
  hash blob primary key,
  counter_no integer not null references counter (no),
  expires integer not null,
  -- The device that used it; single use per public key.
  device_no integer,
  pos integer not null
) strict, without rowid;
INSERT INTO "code" VALUES(X'4B88B792FD42E31896DE20F9B5DA6548A07F7DF904EABE23C1C0BF01CAC8D5D9',2,1796673593,3,21);
INSERT INTO "code" VALUES(X'A619CBB0F3E36C59B1E0A0A37011453167FE4DC4DBCB3C3BD5F75D2EC2BC6E27',1,1796673593,1,19);
INSERT INTO "code" VALUES(X'B43D6CF7540865DB1A78E0517045420E35BEC440A756B10DAC84319295887DA6',4,1796673593,2,20);
CREATE TABLE comment (
  id blob primary key check (length(id) = 16),
  node_no integer not null references node (no),
  -- Local month of writing, year * 12 + month - 1; at most that of arrival.
  month integer not null,
  -- What the tablet said the month was: sealed inside too, so that it must be kept to open it.
  written integer not null,
  sealed blob not null,
  -- 0 new, 1 reviewed: may be quoted, 2 hidden. Who marked it is in the log.
  mark integer not null default 0
) strict, without rowid;
CREATE TABLE conflict (
  no integer primary key,
  epoch_no integer not null,
  seq integer not null,
  leaf blob not null,
  -- Null for a hole, and after retention.
  bytes blob,
  kind integer not null,
  -- 33 for what could have been a ballot, 0 otherwise.
  state integer not null,
  day integer not null,
  hour integer not null,
  counter_no integer not null,
  marks integer not null,
  pos integer not null,
  unique (epoch_no, seq, leaf)
) strict;
CREATE TABLE contact (
  device_no integer not null references device (no),
  -- Local day of arrival, since 1970-01-01.
  day integer not null,
  primary key (device_no, day)
) strict, without rowid;
INSERT INTO "contact" VALUES(1,20731);
INSERT INTO "contact" VALUES(1,20781);
INSERT INTO "contact" VALUES(2,20731);
INSERT INTO "contact" VALUES(2,20781);
INSERT INTO "contact" VALUES(3,20731);
INSERT INTO "contact" VALUES(3,20746);
INSERT INTO "contact" VALUES(3,20781);
CREATE TABLE counter (
  no integer primary key,
  id blob not null unique,
  node_no integer not null references node (no),
  name text not null,
  -- reception | returned | result
  moment text not null,
  -- Lĩnh vực, if the counter has only one.
  field text,
  valid_from integer not null,
  valid_to integer
) strict;
INSERT INTO "counter" VALUES(1,X'FF5BE68D361D46A09E0EC4789B81CB7A',1,'Quầy 1 – Tiếp nhận hồ sơ','reception',NULL,1795463993,NULL);
INSERT INTO "counter" VALUES(2,X'0AD18A25FB7C4980988F87E298248721',1,'Quầy 2 – Yêu cầu bổ sung / từ chối','returned',NULL,1795463993,NULL);
INSERT INTO "counter" VALUES(3,X'978F898810E04A69AC5C7C8BF9EFA5B8',1,'Quầy 3 – Trả kết quả','result',NULL,1795463993,NULL);
INSERT INTO "counter" VALUES(4,X'B7FB2B271DF74D82AF9B13751118D272',2,'Quầy 1 – Tiếp nhận hồ sơ','reception','Chứng thực',1795463993,NULL);
INSERT INTO "counter" VALUES(5,X'5B3AA5EFB05C4D3B9A24506144084088',2,'Quầy 2 – Yêu cầu bổ sung / từ chối','returned','Hộ tịch',1795463993,NULL);
INSERT INTO "counter" VALUES(6,X'C0D87739588D483CAFEDFAB1A9DE1D14',2,'Quầy 3 – Trả kết quả','result','Đất đai',1795463993,NULL);
CREATE TABLE decision (
  no integer primary key,
  epoch_no integer not null,
  seq integer not null,
  from_state integer not null,
  to_state integer not null,
  -- Effective day and hour under this decision.
  day integer not null,
  hour integer not null,
  -- Who decided: "district" for a survey that became known, otherwise a user's name.
  who text not null,
  pos integer not null
) strict;
CREATE TABLE device (
  no integer primary key,
  id blob not null unique,
  public_key blob not null,
  -- Where it stands now.
  counter_no integer not null references counter (no),
  -- SHA-256 of its bearer token; the token itself is derived from the district's key and stored nowhere.
  token_hash blob not null unique,
  -- Hour of the first enrolment; the certificate repeats it.
  enrolled integer not null,
  -- Position of the log entry that revoked it; null while it is in use.
  revoked_pos integer,
  -- Hour of the last answered bundle (or enrolment).
  last_contact integer not null,
  -- Clock jumps it last told of, and the hour of the last contact before it told of them: the lower bound for
  -- ballots taken under an earlier count, however many bundles bring them.
  step integer not null default 0,
  step_contact integer not null,
  -- A setup with a higher value than the tablet has seen returns it to practice; null: ballots count at once.
  practice_since integer,
  -- What it last said of itself (JSON of the header's `health`, app and step); for the device page only.
  health text
, doubted integer) strict;
INSERT INTO "device" VALUES(1,X'2296EA8E592C38F6F0227E2E7C070984',X'E27F754F2E84007DA65BD7C13F4EF9EC88196B05938A51BB339013F1FAE5D55A',1,X'2870EA9B49F3387DDA6C36C073ABB768B018E489ABD66D3953BAF67FF60319AF',1795460400,NULL,1791162000,0,1795460400,NULL,'{"ahead":0,"app":"0.1.0","health":{"persisted":null,"practice":false,"queued":13,"setup":1795463994},"step":0}',NULL);
INSERT INTO "device" VALUES(2,X'5F1961455B74F85758E3DD282B1FB495',X'A394F597B182C3A9F071B44175CEBA00BE04683B90C5DEEAB0DB21C7D4FC1152',4,X'F662C822CC30259567C19E7FE4D7EE5C7350714EC9380A71BEDB307A2AFE4F0B',1795460400,NULL,1791162000,0,1795460400,NULL,'{"ahead":0,"app":"0.1.0","health":{"persisted":null,"practice":false,"queued":9,"setup":1795463994},"step":0}',NULL);
INSERT INTO "device" VALUES(3,X'6427862862D8A4091D14C83566B8B10D',X'0EAA41F6170DC9A29FD780ED10248ECFBC4D7558AA06DE27E194BDE7968E06B3',2,X'8919F2C4C11834D414FFD1C845CA44A2366C99BF85366B6E87BD8FC895593D76',1795460400,32,1792458000,0,1795460400,NULL,'{"ahead":0,"app":"0.1.0","health":{"persisted":null,"practice":false,"queued":4,"setup":1795463994},"step":0}',NULL);
CREATE TABLE device_counter (
  device_no integer not null references device (no),
  counter_no integer not null references counter (no),
  primary key (device_no, counter_no)
) strict, without rowid;
INSERT INTO "device_counter" VALUES(1,1);
INSERT INTO "device_counter" VALUES(2,4);
INSERT INTO "device_counter" VALUES(3,2);
CREATE TABLE draft_clip (
  draft blob not null references survey_draft (id) on delete cascade,
  -- SHA-256 of the bytes, and what is in them: "m4a", "mp3", "ogg"
  hash blob not null,
  kind text not null,
  bytes blob not null,
  unique (draft, hash, kind)
) strict;
CREATE TABLE duty (
  no integer primary key,
  -- Null: nobody; takes the replaced duty back.
  officer_no integer references officer (no),
  counter_no integer not null references counter (no),
  -- Local day, and quarters of an hour since midnight: from 0 to 95, half-open.
  day integer not null,
  from_quarter integer not null,
  to_quarter integer not null,
  replaces integer unique references duty (no),
  pos integer not null,
  check (0 <= from_quarter and from_quarter < to_quarter and to_quarter <= 96)
) strict;
CREATE TABLE epoch (
  no integer primary key,
  device_no integer not null references device (no),
  id blob not null,
  -- Counts over `record` and `conflict`, kept so that a receipt needs no scan; verify recomputes them.
  records integer not null default 0,
  ballots integer not null default 0,
  holes integer not null default 0,
  conflicts integer not null default 0,
  -- Largest seq held, -1 for none (an epoch may be known only from a claim).
  last_seq integer not null default -1,
  unique (device_no, id)
) strict;
INSERT INTO "epoch" VALUES(1,1,X'D234F87FC382F948',13,12,0,0,12);
INSERT INTO "epoch" VALUES(2,2,X'373AC7C5F989334E',9,8,0,0,8);
INSERT INTO "epoch" VALUES(3,3,X'5E1275BB778BBD65',5,4,0,0,4);
INSERT INTO "epoch" VALUES(4,3,X'045683D5F4CA6923',4,3,0,0,3);
CREATE TABLE exclusion (
  no integer primary key,
  -- One of the two.
  counter_no integer references counter (no),
  device_no integer references device (no),
  -- Effective local days, both included.
  first_day integer not null,
  last_day integer not null,
  -- Only ballots with this flag: 'burst' or 'after_hours'; null: all.
  flag text,
  -- For 'after_hours': the opening hours it was judged by (`domain::settings::Hours`), as they were then.
  hours text,
  -- Ballots it covered when it was decided.
  ballots integer not null,
  reason text not null,
  -- Position of its log entry: nothing that came, was decided or released later is covered.
  pos integer not null unique,
  check ((counter_no is null) <> (device_no is null)),
  check ((flag is 'after_hours') = (hours is not null))
) strict;
CREATE TABLE exclusion_end (
  exclusion_no integer primary key references exclusion (no),
  reason text not null,
  pos integer not null unique
) strict;
CREATE TABLE explanation (
  no integer primary key,
  officer_no integer not null references officer (no),
  year integer not null,
  month integer not null,
  -- Null: about the month.
  task_no integer references task (no),
  words text not null,
  -- Hour, unix seconds.
  hour integer not null,
  pos integer not null unique
) strict;
CREATE TABLE half (
  counter_no integer not null,
  -- First local day of the half: the 1st or the 15th.
  from_day integer not null,
  state integer not null,
  question integer not null,
  answer integer not null,
  survey_no integer not null,
  moment integer not null,
  field integer not null,
  n integer not null,
  primary key (counter_no, from_day, state, question, answer, survey_no, moment, field)
) strict, without rowid;
INSERT INTO "half" VALUES(1,20727,1,0,0,1,1,0,12);
INSERT INTO "half" VALUES(1,20727,1,1,2,1,1,0,3);
INSERT INTO "half" VALUES(1,20727,1,1,3,1,1,0,8);
INSERT INTO "half" VALUES(1,20727,1,1,7,1,1,0,1);
INSERT INTO "half" VALUES(1,20727,1,4,5,1,1,0,2);
INSERT INTO "half" VALUES(1,20727,1,4,6,1,1,0,1);
INSERT INTO "half" VALUES(1,20727,1,4,8,1,1,0,1);
INSERT INTO "half" VALUES(1,20727,1,4,9,1,1,0,1);
INSERT INTO "half" VALUES(2,20727,1,0,0,1,2,0,4);
INSERT INTO "half" VALUES(2,20727,1,1,2,1,2,0,2);
INSERT INTO "half" VALUES(2,20727,1,1,3,1,2,0,2);
INSERT INTO "half" VALUES(4,20727,1,0,0,1,1,10,8);
INSERT INTO "half" VALUES(4,20727,1,1,2,1,1,10,5);
INSERT INTO "half" VALUES(4,20727,1,1,3,1,1,10,2);
INSERT INTO "half" VALUES(4,20727,1,1,7,1,1,10,1);
INSERT INTO "half" VALUES(4,20727,1,4,6,1,1,10,1);
INSERT INTO "half" VALUES(4,20727,1,4,9,1,1,10,2);
INSERT INTO "half" VALUES(4,20727,1,4,11,1,1,10,2);
INSERT INTO "half" VALUES(4,20727,1,4,12,1,1,10,1);
CREATE TABLE log (
  pos integer primary key,
  kind text not null,
  hour integer not null,
  -- One line of JSON. Repeats kind and hour, so that the leaf covers them.
  body text not null,
  -- SHA-256("hailong/1/logleaf\0" || body)
  leaf blob not null,
  -- SHA-256("hailong/1/loglink\0" || head before || leaf); the head before the first entry is 32 zero bytes
  head blob not null
) strict;
INSERT INTO "log" VALUES(1,'survey',1795460400,'{"from_day":20781,"hour":1795460400,"kind":"survey","no":1,"places":["district"],"reworded":0,"survey":"fa05725df44105ae8699bfc482dcafc1e3db98e9d54779ab1261fe637feb69cb","what":"published"}',X'A8811A5ED045C44864623885AB6DDB44017A22710C5F5D4D5EBCE37F19EB0888',X'7616B368A76C74C8DBF2876E874EEE32768873BDA63A226DE69E6C9B31644C85');
INSERT INTO "log" VALUES(2,'node',1795460400,'{"code":null,"contact":"Trung tâm Phục vụ hành chính công xã (số liệu minh họa)","from_day":20781,"hour":1795460400,"id":"6a9062d0-e15f-405e-a386-31713668c309","kind":"node","name":"Xã Mẫu","no":1,"node_kind":"commune","parent":null,"what":"node_added"}',X'0CF8CA95B3E5F148A43347FB01AADAD5986D445EDD47C00C522F4A391C61321B',X'BC29FA0CCD25E8B22B2350CBD1289E98F2FA439C20E52DA612734EC18065531E');
INSERT INTO "log" VALUES(3,'node',1795460400,'{"field":null,"hour":1795460400,"id":"ff5be68d-361d-46a0-9e0e-c4789b81cb7a","kind":"node","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ","no":1,"node":1,"what":"counter_added"}',X'64BDC08BBC464A40BE5068BAA2799FA433387F1F2BA8D1725012F2485066BFCC',X'B3C30FC1368D0897776534258853CB999999938A4F9471B0695F8EF648BD4B4E');
INSERT INTO "log" VALUES(4,'release',1795460400,'{"ballots":0,"counter":1,"from":-1000000000000000,"hour":1795460400,"kind":"release","release":1,"to":1000000000000000,"upto":9223372036854775807}',X'403AA00AC96FE35E798F7E649F1F3459595928D9346E9ED9115BDD7111C0418A',X'A36786DD52021C3A09900BCB90119AC7814FE05551BE34DCEC030E2EB5A235A7');
INSERT INTO "log" VALUES(5,'node',1795460400,'{"field":null,"hour":1795460400,"id":"0ad18a25-fb7c-4980-988f-87e298248721","kind":"node","moment":"returned","name":"Quầy 2 – Yêu cầu bổ sung / từ chối","no":2,"node":1,"what":"counter_added"}',X'498419F57C8F814DB127E1D0A8118BDFCE131022DAB7BA1B1B89453BEB938A4E',X'C37BE6DF2BD9074B02B02E0F4DA2980C96DEFE8EC40DF5A085A3A81110ABA57A');
INSERT INTO "log" VALUES(6,'release',1795460400,'{"ballots":0,"counter":2,"from":-1000000000000000,"hour":1795460400,"kind":"release","release":2,"to":1000000000000000,"upto":9223372036854775807}',X'BF27B83B5C7D4D67C13BC5FCA346EAE01B1F276C097316C543C51D36AC02329A',X'F30ED3A4ECFC359478A739FCD8752D587647E8FB998E57D473B91021E4DB04FF');
INSERT INTO "log" VALUES(7,'node',1795460400,'{"field":null,"hour":1795460400,"id":"978f8988-10e0-4a69-ac5c-7c8bf9efa5b8","kind":"node","moment":"result","name":"Quầy 3 – Trả kết quả","no":3,"node":1,"what":"counter_added"}',X'1F8ECBB891BA5B2662D91E5AD0DD553708B02D0F06FB988CBC437EB9ABEFC126',X'DC80002582213A6D0B5EA778F3982144C7C40839556F2AF3A2025975B1191ECA');
INSERT INTO "log" VALUES(8,'release',1795460400,'{"ballots":0,"counter":3,"from":-1000000000000000,"hour":1795460400,"kind":"release","release":3,"to":1000000000000000,"upto":9223372036854775807}',X'5F61F05C2D499B02C1CF9126BC716C6E9511A5989DFBC358CBE81B1713C0CA6F',X'F978C26F9C07A6549AA0B45DE2E98CE27430C6CE2C27FEAAC4C45351644AF6C3');
INSERT INTO "log" VALUES(9,'node',1795460400,'{"by":"init","hour":1795460400,"kind":"node","no":1,"node":"6a9062d0-e15f-405e-a386-31713668c309","settings":{"public":true},"what":"settings"}',X'7091C7E0B2E2CE892FBFE2B23C4F11AF43E1F366AF8BDB6CD27C218703DB6C9C',X'5643A925C3FBF5BAA803D917C2499D5646AA93F04D827B1629F5EFB73BBE1C6D');
INSERT INTO "log" VALUES(10,'node',1795460400,'{"code":null,"contact":"Trung tâm Phục vụ hành chính công phường (số liệu minh họa)","from_day":20781,"hour":1795460400,"id":"7c08a899-7faf-4973-bd8a-9dea100ef284","kind":"node","name":"Phường Mẫu","no":2,"node_kind":"commune","parent":null,"what":"node_added"}',X'BB22191D5BDCA8AF0B9F28339F02B1967E22112C788D01C3F7708DC9AB733C2D',X'39276029C7576C550D6F3677932B99A23634CAB2CEC1694DEAA8A8B5F5CEDA64');
INSERT INTO "log" VALUES(11,'node',1795460400,'{"field":"Chứng thực","hour":1795460400,"id":"b7fb2b27-1df7-4d82-af9b-13751118d272","kind":"node","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ","no":4,"node":2,"what":"counter_added"}',X'2649FB85E72757818222ECA82ECD80245A9046213849DAA374AA5F1D0EADC477',X'DA2EDE5F9A1DAB0E206B1DE2B66F05F3E88BA2C36AA0AD6E03D55CE1C486FD60');
INSERT INTO "log" VALUES(12,'release',1795460400,'{"ballots":0,"counter":4,"from":-1000000000000000,"hour":1795460400,"kind":"release","release":4,"to":1000000000000000,"upto":9223372036854775807}',X'0EC8E53E0AFE59F1199168CD6177E424B960A0B47359FF4D00AF9FD48D9EA6DC',X'7352F5926B164E6A87AC7023CBA18CDB519E564754C2199A5A9459C8CC3591E5');
INSERT INTO "log" VALUES(13,'node',1795460400,'{"field":"Hộ tịch","hour":1795460400,"id":"5b3aa5ef-b05c-4d3b-9a24-506144084088","kind":"node","moment":"returned","name":"Quầy 2 – Yêu cầu bổ sung / từ chối","no":5,"node":2,"what":"counter_added"}',X'7ED23C82528770DD62E45E3C57D09290D08171EF868F93C49180EBC618AD0AD9',X'39356721C32A5D253FE6295746B52D34A59E3178378178B213A16F067CC06F30');
INSERT INTO "log" VALUES(14,'release',1795460400,'{"ballots":0,"counter":5,"from":-1000000000000000,"hour":1795460400,"kind":"release","release":5,"to":1000000000000000,"upto":9223372036854775807}',X'63C7069833542DA51E2E0246B8B0B0F65B26EA2E5728261579C573A3D550C19F',X'2ACA1CB1A2B0C2EB43351D1C74C4C43BFF7CA9BE2C714D5AAB85766502D39DDE');
INSERT INTO "log" VALUES(15,'node',1795460400,'{"field":"Đất đai","hour":1795460400,"id":"c0d87739-588d-483c-afed-fab1a9de1d14","kind":"node","moment":"result","name":"Quầy 3 – Trả kết quả","no":6,"node":2,"what":"counter_added"}',X'E5C8C5B0F71DC5FD111A208C7EDA70DBB1A3B7FBC42E23B56773843E45227998',X'2332E5B6581D78BA64B9E8105209523887C805AACAA7C681C5AA8D7296A65EEA');
INSERT INTO "log" VALUES(16,'release',1795460400,'{"ballots":0,"counter":6,"from":-1000000000000000,"hour":1795460400,"kind":"release","release":6,"to":1000000000000000,"upto":9223372036854775807}',X'01F67039C1E63EFB3683490B21F35517A84210B48F7DE6528D6DD51F4F3C38EE',X'77440A174593864E246D38E75A1330EA04523D71AD49B2061B9C70F5A776BBD5');
INSERT INTO "log" VALUES(17,'node',1795460400,'{"by":"init","hour":1795460400,"kind":"node","no":2,"node":"7c08a899-7faf-4973-bd8a-9dea100ef284","settings":{"public":true},"what":"settings"}',X'BA376A9CB20721CF7365BA3E215CA942D828B000914921BE00D64FF4F04EC918',X'675CC816D223B5FEA4603B0BCA034F438B9CD9DAEE6CDD790FB17254F531B271');
INSERT INTO "log" VALUES(18,'user',1795460400,'{"access":{"node":null,"role":"system","until":null},"by":"command line","hour":1795460400,"kind":"user","mark":"4f1f8a00c75d7531c017f921eddcb2fdd6ed4684c13805d4e3a095cbf0ab4898","user":"quantri","what":"added"}',X'B44AF308AA418AF1A718EBBC873C87697B4A44958C0FFE07D80A7E167637A66D',X'62745FF08AC582B4DEF87FBC52BA5F2CB95802B95B067161B6BE04C8F732FF1C');
INSERT INTO "log" VALUES(19,'code',1795460400,'{"counter":"ff5be68d-361d-46a0-9e0e-c4789b81cb7a","expires":1796673593,"hash":"a619cbb0f3e36c59b1e0a0a37011453167fe4dc4dbcb3c3bd5f75d2ec2bc6e27","hour":1795460400,"kind":"code"}',X'24FD505C4B3C5D2B2EA27819E17DE3F9B7BFF72C94FC75205FCBB682FB46FFB1',X'A80B07C7C33DD05BB8A396A511B23C0AC7EDC9CB11B9CC27B467B0F21959F41E');
INSERT INTO "log" VALUES(20,'code',1795460400,'{"counter":"b7fb2b27-1df7-4d82-af9b-13751118d272","expires":1796673593,"hash":"b43d6cf7540865db1a78e0517045420e35bec440a756b10dac84319295887da6","hour":1795460400,"kind":"code"}',X'6DE622256A95A821BE31BE8CCD278EBE53F6842FAD2B5127EDE5A32A8CDFE06E',X'98033CE47511011FB8D1532F3D664F93C6961427EBEA4F571296357EA7277B92');
INSERT INTO "log" VALUES(21,'code',1795460400,'{"counter":"0ad18a25-fb7c-4980-988f-87e298248721","expires":1796673593,"hash":"4b88b792fd42e31896de20f9b5da6548a07f7df904eabe23c1c0bf01cac8d5d9","hour":1795460400,"kind":"code"}',X'20190463C06CAD77D86592CAF9A7AFA3AA1105390B9A140412FD63433DDAF4B5',X'372028FF5B7A3FFD5C555A6FA478307A20F63D2AE265C86519CEE1997150C5C0');
INSERT INTO "log" VALUES(22,'checkpoint',1795460400,'{"checkpoint":{"day":20781,"generation":"6d6a3aab34d2ed770ddce3c1335b4cec","head":"372028ff5b7a3ffd5c555a6fa478307a20f63d2ae265c86519cee1997150c5c0","sig":"d7ba8d2375890beb83a80acc992fe6b2b1f774f4006a149ee80d03149728543ea80e2434822ddb3dbcc3427994b9286fb328fb1cbfa0f53765471c3a730a7600","size":21},"hour":1795460400,"kind":"checkpoint"}',X'259D3F489A56D5C6AEA73048DC60A04A2630E900AC1522C1D0F60A06C1B4EB91',X'9A242F7C3A651858C6B0459CC09B5C3657E6D860FB76B7ECF197FB70AEA91A2B');
INSERT INTO "log" VALUES(23,'enrol',1795460400,'{"code":"a619cbb0f3e36c59b1e0a0a37011453167fe4dc4dbcb3c3bd5f75d2ec2bc6e27","counter":"ff5be68d-361d-46a0-9e0e-c4789b81cb7a","device":"2296ea8e592c38f6f0227e2e7c070984","hour":1795460400,"key":"e27f754f2e84007da65bd7c13f4ef9ec88196b05938a51bb339013f1fae5d55a","kind":"enrol"}',X'61B8D4C353F2231BF4389DDFE268DC3118284C6B6F54FF893FD7D0E810C3851B',X'011DED7E358957D4FB616B4A2617E97CAD519F9CB9AF94E183C07607FEFBCEBC');
INSERT INTO "log" VALUES(24,'setup',1795460400,'{"device":"2296ea8e592c38f6f0227e2e7c070984","hour":1795460400,"kind":"setup","setup":"d873947f9eaa835b82738b1e6e3165c39eecd05ccb1a6ebe6796fb9b313090b1","version":1795463994}',X'980F0654171DA6849BE04A6CF793C708BB043E786958AE07AF1D9E839866226C',X'87A2BDD50C559DAC5F281701195BD6375B247AF52165F9E490031F67FC72C25F');
INSERT INTO "log" VALUES(25,'bundle',1791162000,'{"device":"2296ea8e592c38f6f0227e2e7c070984","header":"{\"app\":\"0.1.0\",\"checkpoint\":null,\"clock\":1791162660,\"device\":\"2296ea8e592c38f6f0227e2e7c070984\",\"district\":\"989661c00dffc0fec41b4b75a957ca0a\",\"health\":{\"persisted\":null,\"practice\":false,\"queued\":13,\"setup\":1795463994},\"mark\":{\"ballots\":12,\"epoch\":\"d234f87fc382f948\",\"head\":\"d3a9d6a4679a7508006508274eff7c8fa91a2a7b34af6404a0478520b44b1f3a\",\"seq\":12},\"nonce\":\"b26eae1de07694fe4a789421ce52ccc2\",\"runs\":[{\"count\":13,\"epoch\":\"d234f87fc382f948\",\"first\":0,\"from\":null,\"head\":\"d3a9d6a4679a7508006508274eff7c8fa91a2a7b34af6404a0478520b44b1f3a\"}],\"step\":0,\"tip\":{\"ballots\":12,\"epoch\":\"d234f87fc382f948\",\"head\":\"d3a9d6a4679a7508006508274eff7c8fa91a2a7b34af6404a0478520b44b1f3a\",\"seq\":12},\"v\":1}","hour":1791162000,"kind":"bundle","receipt":"{\"checkpoint\":{\"day\":20781,\"generation\":\"6d6a3aab34d2ed770ddce3c1335b4cec\",\"head\":\"372028ff5b7a3ffd5c555a6fa478307a20f63d2ae265c86519cee1997150c5c0\",\"sig\":\"d7ba8d2375890beb83a80acc992fe6b2b1f774f4006a149ee80d03149728543ea80e2434822ddb3dbcc3427994b9286fb328fb1cbfa0f53765471c3a730a7600\",\"size\":21},\"district\":\"989661c00dffc0fec41b4b75a957ca0a\",\"generation\":\"6d6a3aab34d2ed770ddce3c1335b4cec\",\"held\":13,\"nonce\":\"b26eae1de07694fe4a789421ce52ccc2\",\"position\":25,\"received\":1791162000,\"revoked\":false,\"runs\":[{\"epoch\":\"d234f87fc382f948\",\"first\":0,\"head\":\"d3a9d6a4679a7508006508274eff7c8fa91a2a7b34af6404a0478520b44b1f3a\",\"last\":12}],\"setup\":1795463994,\"type\":\"receipt\",\"v\":1,\"wanted\":[]}\n{\"sig\":\"b2972aebfdbf6ec0e99fb84424dfd099f38040f89990989994c1e3779e1ca2bee65ec1ef7025b80165fe9ac22c63253cefab524690f3e5bc2b31776b50dab600\"}\n","rows":"920a1f25b29287f18354d4473158891dd2fb64e6a8a900b9de7d8fd841027f13","runs":[{"count":13,"epoch":"d234f87fc382f948","first":0,"from":null,"head":"d3a9d6a4679a7508006508274eff7c8fa91a2a7b34af6404a0478520b44b1f3a"}],"sig":"f7f8e6d52daaa6913ca7bfb27d35d962c95130d15e7324ebff7c086714ffc48daef9aab58c6528d95ec7b2436e7c2c9ae5dda8c70e0e64ecba730dff1c84af0b"}',X'019FAD4B7FD0A9773AD5577885594E9A4F99FF765726356276778C164D2D71EC',X'A3D704044144B5DBAD3C11494D3F24FB81C8CAD269125BC188725C27AFAA0306');
INSERT INTO "log" VALUES(26,'enrol',1795460400,'{"code":"b43d6cf7540865db1a78e0517045420e35bec440a756b10dac84319295887da6","counter":"b7fb2b27-1df7-4d82-af9b-13751118d272","device":"5f1961455b74f85758e3dd282b1fb495","hour":1795460400,"key":"a394f597b182c3a9f071b44175ceba00be04683b90c5deeab0db21c7d4fc1152","kind":"enrol"}',X'F872160FF1AEEC9875A611359BA825B8B9C13805CD7AF64EBDB0C02C03F9D583',X'B2BADF70218C6E061D2B0E3EFC65FE5C7DF69CA1BCA9F3A3C95C6382D878F48E');
INSERT INTO "log" VALUES(27,'setup',1795460400,'{"device":"5f1961455b74f85758e3dd282b1fb495","hour":1795460400,"kind":"setup","setup":"bff9b7c560556b657f44a0f175d5c5d99aa0af535d1a12db4711256c298cb83c","version":1795463994}',X'0FE13D83F1FA71A24FFE4E0ED1E9E7F765397BEB2920589A69D9DB6F16A29D18',X'134E5208253BF862926B1F392336CDD1E1A5FB3DEDB749E801FDE5B694A2E8B6');
INSERT INTO "log" VALUES(28,'bundle',1791162000,'{"device":"5f1961455b74f85758e3dd282b1fb495","header":"{\"app\":\"0.1.0\",\"checkpoint\":null,\"clock\":1791162420,\"device\":\"5f1961455b74f85758e3dd282b1fb495\",\"district\":\"989661c00dffc0fec41b4b75a957ca0a\",\"health\":{\"persisted\":null,\"practice\":false,\"queued\":9,\"setup\":1795463994},\"mark\":{\"ballots\":8,\"epoch\":\"373ac7c5f989334e\",\"head\":\"f1d79da2ac04b2e2002eedeb09c5c22fa0fcfb05bea103b08c5a102254397da3\",\"seq\":8},\"nonce\":\"8cb09c3b12f735fd9663f170c693f825\",\"runs\":[{\"count\":9,\"epoch\":\"373ac7c5f989334e\",\"first\":0,\"from\":null,\"head\":\"f1d79da2ac04b2e2002eedeb09c5c22fa0fcfb05bea103b08c5a102254397da3\"}],\"step\":0,\"tip\":{\"ballots\":8,\"epoch\":\"373ac7c5f989334e\",\"head\":\"f1d79da2ac04b2e2002eedeb09c5c22fa0fcfb05bea103b08c5a102254397da3\",\"seq\":8},\"v\":1}","hour":1791162000,"kind":"bundle","receipt":"{\"checkpoint\":{\"day\":20781,\"generation\":\"6d6a3aab34d2ed770ddce3c1335b4cec\",\"head\":\"372028ff5b7a3ffd5c555a6fa478307a20f63d2ae265c86519cee1997150c5c0\",\"sig\":\"d7ba8d2375890beb83a80acc992fe6b2b1f774f4006a149ee80d03149728543ea80e2434822ddb3dbcc3427994b9286fb328fb1cbfa0f53765471c3a730a7600\",\"size\":21},\"district\":\"989661c00dffc0fec41b4b75a957ca0a\",\"generation\":\"6d6a3aab34d2ed770ddce3c1335b4cec\",\"held\":9,\"nonce\":\"8cb09c3b12f735fd9663f170c693f825\",\"position\":28,\"received\":1791162000,\"revoked\":false,\"runs\":[{\"epoch\":\"373ac7c5f989334e\",\"first\":0,\"head\":\"f1d79da2ac04b2e2002eedeb09c5c22fa0fcfb05bea103b08c5a102254397da3\",\"last\":8}],\"setup\":1795463994,\"type\":\"receipt\",\"v\":1,\"wanted\":[]}\n{\"sig\":\"80746ae7edff4e6c215c44748f3cd370ba2fdc250f98c529055432ca227e7b2e8d2993dcb076fa94c225b5f1e991d634f340f0fcfab9070b875787005deae30e\"}\n","rows":"04c2eac266d9b57002d71ecf21624dc47d2452ef7bd498cc707ed92432e3bb1e","runs":[{"count":9,"epoch":"373ac7c5f989334e","first":0,"from":null,"head":"f1d79da2ac04b2e2002eedeb09c5c22fa0fcfb05bea103b08c5a102254397da3"}],"sig":"9541655c78dca7d985febd81a746ef0dcb5016b8c83a2fa280afbe21c45fda9343f2a9f5d52abd1bc6a1213248b868f6d7a86862298e87c5617d1fcd137c1c0d"}',X'D6672BCF4E1BC09225B0CCF1E6813EF2AB7CF3C3D473B2116F8A651E665014DF',X'DA36ECE6AB7E042DB63CF639933AA223529CC2DD2E4421448936217FFF63190E');
INSERT INTO "log" VALUES(29,'enrol',1795460400,'{"code":"4b88b792fd42e31896de20f9b5da6548a07f7df904eabe23c1c0bf01cac8d5d9","counter":"0ad18a25-fb7c-4980-988f-87e298248721","device":"6427862862d8a4091d14c83566b8b10d","hour":1795460400,"key":"0eaa41f6170dc9a29fd780ed10248ecfbc4d7558aa06de27e194bde7968e06b3","kind":"enrol"}',X'EE740BBFF07FA04A42858D4EFBEAB73F5A204BF66B6FE9E6A449E64A6AB8CCDE',X'E04644ACE28409FA59492315907251919FC7F08853DC6405756E238852C12685');
INSERT INTO "log" VALUES(30,'setup',1795460400,'{"device":"6427862862d8a4091d14c83566b8b10d","hour":1795460400,"kind":"setup","setup":"86a67b0d3b318a7c0420de2b3d0981b60d7ef1749ba68accb26081798ed082f3","version":1795463994}',X'32B461A38A2E77F63F191C561F294A05311F44CCC6580AA3F7B94C532237F220',X'056D635A80FEE6B93458A61317CE213ABE35BED0B0EAF14ED2759B845432A064');
INSERT INTO "log" VALUES(31,'bundle',1791162000,'{"device":"6427862862d8a4091d14c83566b8b10d","header":"{\"app\":\"0.1.0\",\"checkpoint\":null,\"clock\":1791162180,\"device\":\"6427862862d8a4091d14c83566b8b10d\",\"district\":\"989661c00dffc0fec41b4b75a957ca0a\",\"health\":{\"persisted\":null,\"practice\":false,\"queued\":5,\"setup\":1795463994},\"mark\":{\"ballots\":4,\"epoch\":\"5e1275bb778bbd65\",\"head\":\"d83c7a1a02e307f59643f5e6d76e3b4784c5476bf79fab6616837a1cab32c83f\",\"seq\":4},\"nonce\":\"af472f1f7f7d479d223b2edc6a633e6f\",\"runs\":[{\"count\":5,\"epoch\":\"5e1275bb778bbd65\",\"first\":0,\"from\":null,\"head\":\"d83c7a1a02e307f59643f5e6d76e3b4784c5476bf79fab6616837a1cab32c83f\"}],\"step\":0,\"tip\":{\"ballots\":4,\"epoch\":\"5e1275bb778bbd65\",\"head\":\"d83c7a1a02e307f59643f5e6d76e3b4784c5476bf79fab6616837a1cab32c83f\",\"seq\":4},\"v\":1}","hour":1791162000,"kind":"bundle","receipt":"{\"checkpoint\":{\"day\":20781,\"generation\":\"6d6a3aab34d2ed770ddce3c1335b4cec\",\"head\":\"372028ff5b7a3ffd5c555a6fa478307a20f63d2ae265c86519cee1997150c5c0\",\"sig\":\"d7ba8d2375890beb83a80acc992fe6b2b1f774f4006a149ee80d03149728543ea80e2434822ddb3dbcc3427994b9286fb328fb1cbfa0f53765471c3a730a7600\",\"size\":21},\"district\":\"989661c00dffc0fec41b4b75a957ca0a\",\"generation\":\"6d6a3aab34d2ed770ddce3c1335b4cec\",\"held\":5,\"nonce\":\"af472f1f7f7d479d223b2edc6a633e6f\",\"position\":31,\"received\":1791162000,\"revoked\":false,\"runs\":[{\"epoch\":\"5e1275bb778bbd65\",\"first\":0,\"head\":\"d83c7a1a02e307f59643f5e6d76e3b4784c5476bf79fab6616837a1cab32c83f\",\"last\":4}],\"setup\":1795463994,\"type\":\"receipt\",\"v\":1,\"wanted\":[]}\n{\"sig\":\"92edc5d6634cf5dcc135be2b66f6ae8618877a82a7d07ebf91867bddbfdefa6adf5112d6ab298ea24e7b4738ef057cad73ebccf88ed680996ddd53b40136bf0e\"}\n","rows":"9588a018db133f44659af4c1b14f33d07c2a26deb2172bcda1f4bb96c2d2028f","runs":[{"count":5,"epoch":"5e1275bb778bbd65","first":0,"from":null,"head":"d83c7a1a02e307f59643f5e6d76e3b4784c5476bf79fab6616837a1cab32c83f"}],"sig":"728a87e5833f90d18c1bc3d9f9e3b5975167e2e3b500ad0877842caa3f58cec5bc3663dac746051bdc1369af764450287e496a2439ad766089671301f2397d0e"}',X'9C262CE963104982CD5B7F19D35D832791009997AEC55E4338D38C8913BA3E32',X'B32291383F1ABC6F1CF93B0F76692E3B61173510351B8FF1FA326635C5C19AE4');
INSERT INTO "log" VALUES(32,'revoke',1795460400,'{"device":"6427862862d8a4091d14c83566b8b10d","hour":1795460400,"kind":"revoke"}',X'C06FA77A7457FBFB061BB007AAE305C51417CD5DA0C188E2D8D649726272AB2A',X'BB71901AC2CC4DF4E913160B67B25FF62DDC1D2ABB3E8543BE38DBF95FBED7CE');
INSERT INTO "log" VALUES(33,'bundle',1792458000,'{"device":"6427862862d8a4091d14c83566b8b10d","header":"{\"app\":\"0.1.0\",\"checkpoint\":{\"day\":20781,\"generation\":\"6d6a3aab34d2ed770ddce3c1335b4cec\",\"head\":\"372028ff5b7a3ffd5c555a6fa478307a20f63d2ae265c86519cee1997150c5c0\",\"sig\":\"d7ba8d2375890beb83a80acc992fe6b2b1f774f4006a149ee80d03149728543ea80e2434822ddb3dbcc3427994b9286fb328fb1cbfa0f53765471c3a730a7600\",\"size\":21},\"clock\":1792458120,\"device\":\"6427862862d8a4091d14c83566b8b10d\",\"district\":\"989661c00dffc0fec41b4b75a957ca0a\",\"health\":{\"persisted\":null,\"practice\":false,\"queued\":4,\"setup\":1795463994},\"mark\":{\"ballots\":3,\"epoch\":\"045683d5f4ca6923\",\"head\":\"6d0bb23388547bccb79d0ee4ef7e5b0c7fd68375471eca2529e6bfa1bfcd2a52\",\"seq\":3},\"nonce\":\"58fdc12577064c365be91edd2ed53fe2\",\"runs\":[{\"count\":4,\"epoch\":\"045683d5f4ca6923\",\"first\":0,\"from\":null,\"head\":\"6d0bb23388547bccb79d0ee4ef7e5b0c7fd68375471eca2529e6bfa1bfcd2a52\"}],\"step\":0,\"tip\":{\"ballots\":3,\"epoch\":\"045683d5f4ca6923\",\"head\":\"6d0bb23388547bccb79d0ee4ef7e5b0c7fd68375471eca2529e6bfa1bfcd2a52\",\"seq\":3},\"v\":1}","hour":1792458000,"kind":"bundle","receipt":"{\"checkpoint\":{\"day\":20781,\"generation\":\"6d6a3aab34d2ed770ddce3c1335b4cec\",\"head\":\"372028ff5b7a3ffd5c555a6fa478307a20f63d2ae265c86519cee1997150c5c0\",\"sig\":\"d7ba8d2375890beb83a80acc992fe6b2b1f774f4006a149ee80d03149728543ea80e2434822ddb3dbcc3427994b9286fb328fb1cbfa0f53765471c3a730a7600\",\"size\":21},\"district\":\"989661c00dffc0fec41b4b75a957ca0a\",\"generation\":\"6d6a3aab34d2ed770ddce3c1335b4cec\",\"held\":9,\"nonce\":\"58fdc12577064c365be91edd2ed53fe2\",\"position\":33,\"received\":1792458000,\"revoked\":true,\"runs\":[{\"epoch\":\"045683d5f4ca6923\",\"first\":0,\"head\":\"6d0bb23388547bccb79d0ee4ef7e5b0c7fd68375471eca2529e6bfa1bfcd2a52\",\"last\":3}],\"setup\":1795463994,\"type\":\"receipt\",\"v\":1,\"wanted\":[]}\n{\"sig\":\"c2dcf378d6f7254c3638db53fe0cb8e013182664fe4f00b99a52799a86fec7ca6d57eb9f8727e1d0de06c139957bb6c470f276d035120f60b4ea9e240e2c6609\"}\n","rows":"a4a82f72fa5a6176a2a6c2c3bea60c0b687e6927b9bd8bb8970680f191746a85","runs":[{"count":4,"epoch":"045683d5f4ca6923","first":0,"from":null,"head":"6d0bb23388547bccb79d0ee4ef7e5b0c7fd68375471eca2529e6bfa1bfcd2a52"}],"sig":"a1b4d410eb9ec67d8369a1b029ed3ce0a945786b71b4b3effd8eebe6d29c316b7fd06e9ba61c98923adb9afd670df2f85c74881fd986887ae2395339442c6507"}',X'F822BFE2DDCB0A93E12C9B4D9F3C3EBF665F6D2A8110F511B55FBEB12F1AECCB',X'032C0E1DF2E1F79248F04AFDFEEDF5AEF3F6F92C2A8648E994D6AD4EE5BE3E8E');
CREATE TABLE meta (
  name text primary key,
  value blob not null
) strict, without rowid;
INSERT INTO "meta" VALUES('created',X'000000006B049B39');
INSERT INTO "meta" VALUES('demo',X'01');
INSERT INTO "meta" VALUES('generation',X'6D6A3AAB34D2ED770DDCE3C1335B4CEC');
INSERT INTO "meta" VALUES('key',X'FD2F518DD67BCA1586015ED4929A231A56700AE8959DFFC6682322CC773C4217');
INSERT INTO "meta" VALUES('publications.applied',X'00000000000050FB');
INSERT INTO "meta" VALUES('released_day',X'000000000000512D');
INSERT INTO "meta" VALUES('tasks_looked',X'000000000000512D0000000000000016');
CREATE TABLE node (
  no integer primary key,
  id blob not null unique,
  name text not null,
  -- province | commune | reception_point
  kind text not null,
  parent_no integer references node (no),
  -- Whom a citizen may turn to, shown on the thank-you screen.
  contact text,
  -- Official code, kept as a note only: codes are re-used for other places (never a key).
  code text,
  valid_from integer not null,
  valid_to integer
) strict;
INSERT INTO "node" VALUES(1,X'6A9062D0E15F405EA38631713668C309','Xã Mẫu','commune',NULL,'Trung tâm Phục vụ hành chính công xã (số liệu minh họa)',NULL,1795463993,NULL);
INSERT INTO "node" VALUES(2,X'7C08A8997FAF4973BD8A9DEA100EF284','Phường Mẫu','commune',NULL,'Trung tâm Phục vụ hành chính công phường (số liệu minh họa)',NULL,1795463993,NULL);
CREATE TABLE node_setting (
  node_no integer primary key references node (no),
  document text not null
) strict;
INSERT INTO "node_setting" VALUES(1,'{"public":true}');
INSERT INTO "node_setting" VALUES(2,'{"public":true}');
CREATE TABLE node_version (
  node_no integer not null references node (no),
  -- Position of the log entry that said so.
  pos integer not null,
  -- Local day, since 1970-01-01.
  from_day integer not null,
  name text not null,
  code text,
  parent_no integer references node (no),
  primary key (node_no, pos)
) strict, without rowid;
INSERT INTO "node_version" VALUES(1,2,20781,'Xã Mẫu',NULL,NULL);
INSERT INTO "node_version" VALUES(2,10,20781,'Phường Mẫu',NULL,NULL);
CREATE TABLE officer (
  no integer primary key,
  id blob not null unique,
  name text not null,
  -- The number the office knows them by, a note.
  code text,
  node_no integer not null references node (no),
  pos integer not null
) strict;
CREATE TABLE officer_account (
  user_no integer not null references user (no),
  officer_no integer not null references officer (no),
  pos integer not null unique
) strict;
CREATE TABLE opening (
  epoch_no integer primary key,
  prev_epoch_no integer,
  prev_seq integer,
  prev_head blob,
  why text not null
) strict;
INSERT INTO "opening" VALUES(1,NULL,NULL,NULL,'new');
INSERT INTO "opening" VALUES(2,NULL,NULL,NULL,'new');
INSERT INTO "opening" VALUES(3,NULL,NULL,NULL,'new');
INSERT INTO "opening" VALUES(4,3,4,X'D83C7A1A02E307F59643F5E6D76E3B4784C5476BF79FAB6616837A1CAB32C83F','start');
CREATE TABLE operator_code (
  device_no integer not null references device (no),
  -- unlock | erase
  purpose text not null,
  used integer not null,
  primary key (device_no, purpose)
) strict, without rowid;
CREATE TABLE pack (
  no integer primary key,
  -- SHA-256("hailong/1/pack\0" || document)
  id blob not null unique,
  -- BCP-47 tag, as in the document.
  lang text not null,
  -- Canonical JSON.
  document text not null,
  -- The log entry that published it last: a pack may come back after another one.
  pos integer not null
) strict;
CREATE TABLE procedure (
  code text primary key,
  name text not null,
  field text not null,
  -- The log entry that brought it last.
  pos integer not null
) strict;
CREATE TABLE publication (
  no integer primary key,
  -- Local days, half-open: a calendar month.
  first_day integer not null unique,
  end_day integer not null,
  -- The figures are those of this log position.
  as_of integer not null,
  -- `store::publish::Document` as JSON; its hash is in the log.
  document text not null,
  -- Hour it was made, unix seconds.
  hour integer not null,
  pos integer not null
) strict;
CREATE TABLE quarter (
  question integer not null,
  -- First local day of the quarter.
  from_day integer not null,
  counter_no integer not null,
  state integer not null,
  survey_no integer not null,
  n integer not null,
  n1 integer not null,
  n2 integer not null,
  n3 integer not null,
  n4 integer not null,
  n5 integer not null,
  primary key (question, from_day, counter_no, state, survey_no)
) strict, without rowid;
INSERT INTO "quarter" VALUES(0,20727,1,1,1,12,0,0,0,0,0);
INSERT INTO "quarter" VALUES(0,20727,2,1,1,4,0,0,0,0,0);
INSERT INTO "quarter" VALUES(0,20727,4,1,1,8,0,0,0,0,0);
INSERT INTO "quarter" VALUES(1,20727,1,1,1,12,0,0,1,8,3);
INSERT INTO "quarter" VALUES(1,20727,2,1,1,4,0,0,0,2,2);
INSERT INTO "quarter" VALUES(1,20727,4,1,1,8,0,0,1,2,5);
CREATE TABLE record (
  epoch_no integer not null,
  seq integer not null,
  leaf blob not null,
  -- 0 open, 1 ballot, 2 day, 3 note, 4 other, 5 malformed, 6 hole
  kind integer not null,
  -- 0 none, 1 counted, 4 practice, 5 undated, 21 unread(survey), 31 quarantined(revoked), 32 (counter),
  -- 33 (conflict), 34 (malformed). A later state is a row of `decision`.
  state integer not null,
  -- Effective local day (since 1970-01-01) and hour (0-23): corrected for the clock; of arrival where undated.
  day integer not null,
  hour integer not null,
  counter_no integer not null,
  -- Bits: 1 late_sync, 2 old_survey, 4 skew_corrected, 8 no reliable time, 16 silent, 32 burst
  marks integer not null,
  -- The log entry that brought it.
  pos integer not null,
  primary key (epoch_no, seq)
) strict, without rowid;
INSERT INTO "record" VALUES(1,0,X'E9115589CDB3BABB0C78857F597B23AFF7AA71DC1430825D53C32C3C6B1B6D59',0,0,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,1,X'D7BB1100161D55C245B9C6CE7D92932CEA0281EF7D6F6D27AF9F8D6F5001175D',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,2,X'2C9C146B7A550DAFF63712DB3675D574BDEE91AB114DC9B9F9C455308EB5310D',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,3,X'C689F4A55447F75FC260DC48FD041CE58966F5D9C5E3CBFD98C9FCFF5A064918',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,4,X'8CBDFA717972F8E618A1EB1D287F273ED3CADD52EC8550FB5D4D9B497A8E01A0',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,5,X'2790461EBFC9CDCA335FC3ECB5194773514A65535A19321AEFE922A25D141E91',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,6,X'346BE8EA9ABB6F6E6EEFC63626D95E770A812BEC17B9B9320145539E8725F879',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,7,X'1E7CE0F568DFE9CF77A5B9EE4F81AC3E244AFDDFFF6B0B0EFA8136B7201E70BA',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,8,X'8C1E464B6C85C8AD6DE3A3775E0B821A5AA8C9BFEE05F002C027EB7EFD08C2F0',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,9,X'C5B50934A21B74B6E85F598F4D0BC3A51F50E9EDD04D329EA09BB96F5922FC3E',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,10,X'A190974D5C4D768682363C4E90E19425E7C72870BF058BF6CF00A82CCAF897D6',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,11,X'63B705E3ABB3D08583CBFB33D2D88B4CDA1CCB051872B1FD085118CE795DA0AD',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(1,12,X'39539F8B897A4F4D79A61F41C34A60C47DDC8EB2F9E4E26466C2E2369C6F6621',1,1,20731,8,1,0,25);
INSERT INTO "record" VALUES(2,0,X'E9115589CDB3BABB0C78857F597B23AFF7AA71DC1430825D53C32C3C6B1B6D59',0,0,20731,8,4,0,28);
INSERT INTO "record" VALUES(2,1,X'D7BD860EFF0F8CCE874DC407AA1B66C2D0A7542F2E20A7E2E0BAB0216C0485C9',1,1,20731,8,4,0,28);
INSERT INTO "record" VALUES(2,2,X'5674C4EBCF39062A252E39B67F5EE728EB988D0E18996DF6FA3F54D419856AA5',1,1,20731,8,4,0,28);
INSERT INTO "record" VALUES(2,3,X'2C930ADB5A3187F200798E0DB14D7F0A27822ACB8A225D9A60EE8BF696C3E051',1,1,20731,8,4,0,28);
INSERT INTO "record" VALUES(2,4,X'A85A8E5663FEF624AA37971B6F7A57E0667553BF6BD22A23B15BAE97F6B80204',1,1,20731,8,4,0,28);
INSERT INTO "record" VALUES(2,5,X'76FEF134D9C737ED82D599C76C5506399D8302143A065A3D0EBCAEE5F837AB2E',1,1,20731,8,4,0,28);
INSERT INTO "record" VALUES(2,6,X'A104CD18F2952F1F07F353DCCF1ED94BB20EC57B394E1A7AA75237A45508D2A2',1,1,20731,8,4,0,28);
INSERT INTO "record" VALUES(2,7,X'34996583C5CA4F2881D15E0EEDE3E290A1CE47DC1F6A77B66EA96F06BB302C1F',1,1,20731,8,4,0,28);
INSERT INTO "record" VALUES(2,8,X'69A8D35A5FECD3823F9181AF4865DD79D72844CDFDC5954F237E97AB2D098DC2',1,1,20731,8,4,0,28);
INSERT INTO "record" VALUES(3,0,X'E9115589CDB3BABB0C78857F597B23AFF7AA71DC1430825D53C32C3C6B1B6D59',0,0,20731,8,2,0,31);
INSERT INTO "record" VALUES(3,1,X'5A35A88719965550B092F98666CF84E002BE7C00208D641CA51D26781EAE04DB',1,1,20731,8,2,0,31);
INSERT INTO "record" VALUES(3,2,X'FEA68DC023F15E978B29637E51EEC7F739490B7F043B9646DBC07F82E63EE841',1,1,20731,8,2,0,31);
INSERT INTO "record" VALUES(3,3,X'2F769F10910C999D9795DE1E0A9117ACC4A9B69623EFE04E41A46A730CCBE8A6',1,1,20731,8,2,0,31);
INSERT INTO "record" VALUES(3,4,X'3430EF992580377350E3FB76CEDCC66E266529992C71559573AE771835C70F94',1,1,20731,8,2,0,31);
INSERT INTO "record" VALUES(4,0,X'5009F16F128108E97DF9E13621C39C4653ABC887A1613D8CDF14C976C7017624',0,0,20746,8,2,0,33);
INSERT INTO "record" VALUES(4,1,X'BC101790691C342A7E7B2CA320612AA76E69E8CA47CBB9162533D429BCA7D550',1,31,20746,8,2,16,33);
INSERT INTO "record" VALUES(4,2,X'ACBB7AE34D9DF3361333DF3FCDC97049F86C75BFF7DB8EC2DC823C97E857DB9C',1,31,20746,8,2,0,33);
INSERT INTO "record" VALUES(4,3,X'ECB5530B10452814D337B6FB771918898CBDA90CA64C7C99D0C9A61578D58E69',1,31,20746,8,2,16,33);
CREATE TABLE release (
  -- 1, 2, …; 0 in `rollup` means "waiting".
  no integer primary key,
  counter_no integer not null,
  -- Largest integer in a demo folder, where everything is released at once.
  upto integer not null,
  day integer not null,
  ballots integer not null,
  pos integer not null
, from_day integer not null default -1000000000000000, to_day integer not null default 1000000000000000) strict;
INSERT INTO "release" VALUES(1,1,9223372036854775807,20781,0,4,-1000000000000000,1000000000000000);
INSERT INTO "release" VALUES(2,2,9223372036854775807,20781,0,6,-1000000000000000,1000000000000000);
INSERT INTO "release" VALUES(3,3,9223372036854775807,20781,0,8,-1000000000000000,1000000000000000);
INSERT INTO "release" VALUES(4,4,9223372036854775807,20781,0,12,-1000000000000000,1000000000000000);
INSERT INTO "release" VALUES(5,5,9223372036854775807,20781,0,14,-1000000000000000,1000000000000000);
INSERT INTO "release" VALUES(6,6,9223372036854775807,20781,0,16,-1000000000000000,1000000000000000);
CREATE TABLE report (
  no integer primary key,
  node_no integer not null references node (no),
  first_day integer not null,
  end_day integer not null,
  -- The figures are those of this log position (not that of `pos`, the entry that tells of the filing).
  as_of integer not null,
  -- What was counted: `domain::report::Facts` as JSON; its hash is in the log and in the report's footer.
  facts text not null,
  -- The document as it was handed out (.docx); its hash is in the log.
  document blob not null,
  -- The document's file name.
  name text not null,
  who text not null,
  -- Hour of filing.
  hour integer not null,
  pos integer not null
) strict;
CREATE TABLE retention (
  no integer primary key,
  before_day integer not null,
  upto integer not null,
  pos integer not null
) strict;
CREATE TABLE retention_guard (
  before_day integer not null,
  upto integer not null
) strict;
CREATE TABLE rollup (
  day integer not null,
  counter_no integer not null,
  state integer not null,
  -- Number of the release, 0 while waiting; always 0 for states other than counted.
  release integer not null,
  -- word numbers; an answer is "1" to "5" or a tile's id.
  question integer not null,
  answer integer not null,
  survey_no integer not null,
  -- 0 unknown, 1 reception, 2 returned, 3 result
  moment integer not null,
  field integer not null,
  device_no integer not null,
  hour integer not null,
  n integer not null,
  primary key (day, counter_no, state, release, question, answer, survey_no, moment, field, device_no, hour)
) strict, without rowid;
INSERT INTO "rollup" VALUES(20731,1,1,1,0,0,1,1,0,1,8,12);
INSERT INTO "rollup" VALUES(20731,1,1,1,1,2,1,1,0,1,8,3);
INSERT INTO "rollup" VALUES(20731,1,1,1,1,3,1,1,0,1,8,8);
INSERT INTO "rollup" VALUES(20731,1,1,1,1,7,1,1,0,1,8,1);
INSERT INTO "rollup" VALUES(20731,1,1,1,4,5,1,1,0,1,8,2);
INSERT INTO "rollup" VALUES(20731,1,1,1,4,6,1,1,0,1,8,1);
INSERT INTO "rollup" VALUES(20731,1,1,1,4,8,1,1,0,1,8,1);
INSERT INTO "rollup" VALUES(20731,1,1,1,4,9,1,1,0,1,8,1);
INSERT INTO "rollup" VALUES(20731,2,1,2,0,0,1,2,0,3,8,4);
INSERT INTO "rollup" VALUES(20731,2,1,2,1,2,1,2,0,3,8,2);
INSERT INTO "rollup" VALUES(20731,2,1,2,1,3,1,2,0,3,8,2);
INSERT INTO "rollup" VALUES(20731,4,1,4,0,0,1,1,10,2,8,8);
INSERT INTO "rollup" VALUES(20731,4,1,4,1,2,1,1,10,2,8,5);
INSERT INTO "rollup" VALUES(20731,4,1,4,1,3,1,1,10,2,8,2);
INSERT INTO "rollup" VALUES(20731,4,1,4,1,7,1,1,10,2,8,1);
INSERT INTO "rollup" VALUES(20731,4,1,4,4,6,1,1,10,2,8,1);
INSERT INTO "rollup" VALUES(20731,4,1,4,4,9,1,1,10,2,8,2);
INSERT INTO "rollup" VALUES(20731,4,1,4,4,11,1,1,10,2,8,2);
INSERT INTO "rollup" VALUES(20731,4,1,4,4,12,1,1,10,2,8,1);
INSERT INTO "rollup" VALUES(20746,2,31,0,0,0,1,2,0,3,8,3);
CREATE TABLE session (
  hash blob primary key,
  user_no integer not null references user (no),
  -- Unix seconds; deleted with the session, at most a day later.
  began integer not null,
  seen integer not null
) without rowid;
CREATE TABLE setup (
  device_no integer primary key references device (no),
  version integer not null,
  basis blob not null,
  document text not null
) strict;
INSERT INTO "setup" VALUES(1,1795463994,X'7D03088AD8328A96E94AF8712B3E2E68C27AC27C29E36E273E041EF282C2EF9A','{"counter":{"field":null,"id":"ff5be68d-361d-46a0-9e0e-c4789b81cb7a","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ"},"demo":true,"device":"2296ea8e592c38f6f0227e2e7c070984","district":"989661c00dffc0fec41b4b75a957ca0a","file_key":"d8c3f2a6574ccb8c54a6f29ee21e343bb5314d3cea03e103ae5fa2e64228b575","node":{"contact":"Trung tâm Phục vụ hành chính công xã (số liệu minh họa)","id":"6a9062d0-e15f-405e-a386-31713668c309","name":"Xã Mẫu"},"operator":{"counters":[{"id":"ff5be68d-361d-46a0-9e0e-c4789b81cb7a","name":"Quầy 1 – Tiếp nhận hồ sơ"},{"id":"0ad18a25-fb7c-4980-988f-87e298248721","name":"Quầy 2 – Yêu cầu bổ sung / từ chối"},{"id":"978f8988-10e0-4a69-ac5c-7c8bf9efa5b8","name":"Quầy 3 – Trả kết quả"}],"erase":"0d7b644dc075f2571d6ae63ffe434719fd438ad8df9e8177bd622e02c72c0a2e","pin":null,"unlock":"4aa479ffb0ed752e5afd9c8d2aebe55b5c44d21113df00a5989b5521f76b7430"},"practice_since":null,"settings":{"hold":false,"prune_days":30},"survey":{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1},"v":1,"version":1795463994}
{"sig":"35223dd604eb0b71386ed693c3e3b1db8820f9d72ff7c33f9b4ccb70433d07e343eef596583cb8d70642e1ca1d5fe06945d9a1b828f2da047ad58e0c4949a00b"}
');
INSERT INTO "setup" VALUES(2,1795463994,X'77A8155005D38908D31434EABB3DA587410A1CD1442318098C44ADEBE1372757','{"counter":{"field":"Chứng thực","id":"b7fb2b27-1df7-4d82-af9b-13751118d272","moment":"reception","name":"Quầy 1 – Tiếp nhận hồ sơ"},"demo":true,"device":"5f1961455b74f85758e3dd282b1fb495","district":"989661c00dffc0fec41b4b75a957ca0a","file_key":"d8c3f2a6574ccb8c54a6f29ee21e343bb5314d3cea03e103ae5fa2e64228b575","node":{"contact":"Trung tâm Phục vụ hành chính công phường (số liệu minh họa)","id":"7c08a899-7faf-4973-bd8a-9dea100ef284","name":"Phường Mẫu"},"operator":{"counters":[{"id":"b7fb2b27-1df7-4d82-af9b-13751118d272","name":"Quầy 1 – Tiếp nhận hồ sơ"},{"id":"5b3aa5ef-b05c-4d3b-9a24-506144084088","name":"Quầy 2 – Yêu cầu bổ sung / từ chối"},{"id":"c0d87739-588d-483c-afed-fab1a9de1d14","name":"Quầy 3 – Trả kết quả"}],"erase":"aa4d5e317f772de429602cff2f73378271656e259f0b3362d8b9d6f8717993f4","pin":null,"unlock":"321915cacd03ca6b066c8f3f0547fda45b5795df62eb0ee7402d96aa3565720b"},"practice_since":null,"settings":{"hold":false,"prune_days":30},"survey":{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1},"v":1,"version":1795463994}
{"sig":"883a29feb764f659002f8b030fe44417651b77fb6e9f4975862efb57e817a3ea890d696bb0514ff1ef332a9fd13e33f9aac83a18b814e3f258dc546ee6e09204"}
');
INSERT INTO "setup" VALUES(3,1795463994,X'B9E4B70B679AC00701AF9405ED50CE2CF15F156C7463969FCAABDB6F44E7FD2C','{"counter":{"field":null,"id":"0ad18a25-fb7c-4980-988f-87e298248721","moment":"returned","name":"Quầy 2 – Yêu cầu bổ sung / từ chối"},"demo":true,"device":"6427862862d8a4091d14c83566b8b10d","district":"989661c00dffc0fec41b4b75a957ca0a","file_key":"d8c3f2a6574ccb8c54a6f29ee21e343bb5314d3cea03e103ae5fa2e64228b575","node":{"contact":"Trung tâm Phục vụ hành chính công xã (số liệu minh họa)","id":"6a9062d0-e15f-405e-a386-31713668c309","name":"Xã Mẫu"},"operator":{"counters":[{"id":"ff5be68d-361d-46a0-9e0e-c4789b81cb7a","name":"Quầy 1 – Tiếp nhận hồ sơ"},{"id":"0ad18a25-fb7c-4980-988f-87e298248721","name":"Quầy 2 – Yêu cầu bổ sung / từ chối"},{"id":"978f8988-10e0-4a69-ac5c-7c8bf9efa5b8","name":"Quầy 3 – Trả kết quả"}],"erase":"aec9e818a3ba04a32beb3bd8c598b5e2abf1f7b2308724286164cf9eeee37bba","pin":null,"unlock":"98d8bde472cb58f6808e477980c9092adabe2abd39764929c349f12020c5382a"},"practice_since":null,"settings":{"hold":false,"prune_days":30},"survey":{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1},"v":1,"version":1795463994}
{"sig":"ee22930f565b8eb02f95d3e9ae888c683c04e76c3bbfb309a20d296cdeb5e322555aa12cf2b6509b9f21c13ae0e3c003881d2f5151cf6333655d5b33cd48b602"}
');
CREATE TABLE survey (
  no integer primary key,
  id blob not null unique,
  doc text,
  pos integer
) strict;
INSERT INTO "survey" VALUES(1,X'FA05725DF44105AE8699BFC482DCAFC1E3DB98E9D54779AB1261FE637FEB69CB','{"headline":"hai_long","name":"Phiếu đánh giá tại quầy","questions":[{"id":"hai_long","kind":"scale","labels":[{"text":"Rất không hài lòng"},{"text":"Không hài lòng"},{"text":"Bình thường"},{"text":"Hài lòng"},{"text":"Rất hài lòng"}],"text":{"speech":"Ông bà đánh giá như thế nào về sự phục vụ hôm nay?","text":"Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"}},{"id":"ly_do","kind":"tiles","text":{"speech":"Xin ông bà cho biết lý do","text":"Xin Ông/Bà cho biết lý do"},"tiles":[{"id":"thai_do","picture":"thai_do","text":{"text":"Thái độ của cán bộ"}},{"id":"huong_dan","picture":"huong_dan","text":{"text":"Cách hướng dẫn"}},{"id":"thoi_gian","picture":"thoi_gian","text":{"text":"Thời gian, ngày hẹn"}},{"id":"di_lai","picture":"di_lai","text":{"text":"Số lần phải đi lại"}},{"id":"giay_to","picture":"giay_to","text":{"text":"Giấy tờ, lệ phí"}},{"id":"noi_cho","moments":["reception","returned"],"picture":"noi_cho","text":{"text":"Chỗ ngồi, trang thiết bị"}},{"id":"ket_qua","moments":["result"],"picture":"ket_qua","text":{"text":"Kết quả nhận được"}}]}],"v":1}',1);
CREATE TABLE survey_draft (
  -- UUID
  id blob primary key,
  -- Whose: those of this unit and above see it. Null: only who looks after the whole district.
  node_no integer references node (no),
  -- Name of the survey it was made from.
  base blob not null,
  -- JSON, as it was typed; may be wrong in many ways.
  document text not null,
  -- Other languages, as they were typed: {language: {key: {text, speech}}}
  texts text not null,
  -- Who saved it last, and when.
  who text not null,
  hour integer not null,
  -- 1, 2, … with each save: who saves over somebody else's work is told.
  revision integer not null
, languages text not null default '{}') strict, without rowid;
CREATE TABLE survey_use (
  no integer primary key,
  survey_no integer not null references survey (no),
  -- First local day on which tablets show it.
  from_day integer not null,
  -- A user's name; "district" for what the program itself did.
  who text not null,
  hour integer not null,
  pos integer not null
) strict;
INSERT INTO "survey_use" VALUES(1,1,20781,'district',1795460400,1);
CREATE TABLE survey_use_place (
  survey_use_no integer not null references survey_use (no),
  node_no integer references node (no),
  counter_no integer references counter (no)
) strict;
INSERT INTO "survey_use_place" VALUES(1,NULL,NULL);
CREATE TABLE tally (
  question integer not null,
  counter_no integer not null,
  -- First local day of the half month.
  from_day integer not null,
  state integer not null,
  survey_no integer not null,
  -- All together, and how many of each answer.
  n integer not null,
  n1 integer not null,
  n2 integer not null,
  n3 integer not null,
  n4 integer not null,
  n5 integer not null,
  primary key (question, counter_no, from_day, state, survey_no)
) strict, without rowid;
INSERT INTO "tally" VALUES(0,1,20727,1,1,12,0,0,0,0,0);
INSERT INTO "tally" VALUES(0,2,20727,1,1,4,0,0,0,0,0);
INSERT INTO "tally" VALUES(0,4,20727,1,1,8,0,0,0,0,0);
INSERT INTO "tally" VALUES(1,1,20727,1,1,12,0,0,1,8,3);
INSERT INTO "tally" VALUES(1,2,20727,1,1,4,0,0,0,2,2);
INSERT INTO "tally" VALUES(1,4,20727,1,1,8,0,0,1,2,5);
CREATE TABLE task (
  no integer primary key,
  -- The reception point: the unit that the counters belong to. No counter, device, hour or officer is in a task.
  node_no integer not null references node (no),
  -- Local day on which it was opened.
  day integer not null,
  -- Highest level that was low.
  level integer not null,
  -- How many low ratings.
  ballots integer not null,
  -- 1: some of them were more than 48 h on their way.
  late integer not null,
  -- How often each reason was named, as JSON, in the words that the citizens read.
  reasons text not null,
  pos integer not null unique
) strict;
CREATE TABLE task_ballot (
  epoch_no integer not null,
  seq integer not null,
  task_no integer not null references task (no),
  primary key (epoch_no, seq)
) strict, without rowid;
CREATE TABLE task_entry (
  no integer primary key,
  task_no integer not null references task (no),
  -- encouraged | reminded | unverified; null: it was opened again
  outcome text,
  -- In the leader's own words; long numbers are hidden before they get here.
  words text not null,
  who text not null,
  -- Hour, unix seconds.
  hour integer not null,
  pos integer not null unique
) strict;
CREATE TABLE task_open (
  task_no integer primary key references task (no)
) strict;
CREATE TABLE task_start (
  pos integer not null
) strict;
INSERT INTO "task_start" VALUES(0);
CREATE TABLE unread (
  device_no integer not null,
  survey_no integer not null,
  epoch_no integer not null,
  seq integer not null,
  -- By device first: what one device makes up costs no other device's receipt.
  primary key (device_no, survey_no, epoch_no, seq)
) strict, without rowid;
CREATE TABLE user (
  no integer primary key,
  -- Lower-case, NFC.
  name text not null unique,
  -- argon2id in PHC form: salt and parameters are in it.
  password text not null,
  -- Hour it was added.
  created integer not null,
  -- 1: may not sign in. Users are never deleted: the log names them.
  disabled integer not null default 0
, role text not null default 'system', node_no integer references node (no), until integer, must_change integer not null default 0);
INSERT INTO "user" VALUES(1,'quantri','$argon2id$v=19$m=19456,t=2,p=1$EobbM1Ay5O86VR0WiRMexw$7Kv9Sp5yBcwSn3WfrKbiCubB2qXULimmRiQ5XM34Osw',1795460400,0,'system',NULL,NULL,0);
CREATE TABLE visit_cast (
  device_no integer not null,
  salt blob not null,
  primary key (device_no, salt)
) strict, without rowid;
INSERT INTO "visit_cast" VALUES(1,X'076127012F93DB04');
INSERT INTO "visit_cast" VALUES(1,X'18EE7C61BAA03B9E');
INSERT INTO "visit_cast" VALUES(1,X'2D8192276DF56946');
INSERT INTO "visit_cast" VALUES(1,X'2EB5BB718AD0D75D');
INSERT INTO "visit_cast" VALUES(1,X'35FE819C00201BAD');
INSERT INTO "visit_cast" VALUES(1,X'742460D185363A15');
INSERT INTO "visit_cast" VALUES(1,X'7B95A07828340CF6');
INSERT INTO "visit_cast" VALUES(1,X'93E43C3AC7F6701A');
INSERT INTO "visit_cast" VALUES(1,X'9FFD84E8785B2852');
INSERT INTO "visit_cast" VALUES(1,X'CEDB1D5C1163BEBD');
INSERT INTO "visit_cast" VALUES(1,X'EF248B60B32CBF06');
INSERT INTO "visit_cast" VALUES(1,X'FC88946A8CEA7B86');
INSERT INTO "visit_cast" VALUES(2,X'02BBFDE8111B7B2D');
INSERT INTO "visit_cast" VALUES(2,X'5EADE11B590495F1');
INSERT INTO "visit_cast" VALUES(2,X'7F61D65553F90296');
INSERT INTO "visit_cast" VALUES(2,X'918CD7975E798441');
INSERT INTO "visit_cast" VALUES(2,X'B08009099A33FFAE');
INSERT INTO "visit_cast" VALUES(2,X'B4685A3F9BDD16FC');
INSERT INTO "visit_cast" VALUES(2,X'B6A6CE3E8F684D97');
INSERT INTO "visit_cast" VALUES(2,X'BA7A5B5EBBA0CB6E');
INSERT INTO "visit_cast" VALUES(3,X'62888E8887B7427B');
INSERT INTO "visit_cast" VALUES(3,X'857ADB41A23B7F83');
INSERT INTO "visit_cast" VALUES(3,X'A002DC1A85C856A4');
INSERT INTO "visit_cast" VALUES(3,X'C59DC9EE604AA79B');
INSERT INTO "visit_cast" VALUES(3,X'C96A8D8CCD7E0C3A');
INSERT INTO "visit_cast" VALUES(3,X'CEAD35E0AF8667A4');
INSERT INTO "visit_cast" VALUES(3,X'E88402D85024CA92');
CREATE TABLE visit_day (
  epoch_no integer not null,
  seq integer not null,
  day integer not null,
  device_no integer not null,
  counter_no integer not null,
  started integer not null,
  abandoned integer not null,
  cast_count integer not null, comments integer not null default 0,
  primary key (epoch_no, seq)
) strict, without rowid;
CREATE TABLE volume (
  no integer primary key,
  node_no integer not null references node (no),
  -- Local days, half-open.
  first_day integer not null,
  end_day integer not null,
  -- `domain::volume::Volume` as JSON.
  document text not null,
  who text not null,
  pos integer not null
) strict;
CREATE TABLE word (
  no integer primary key,
  text text not null unique
) strict;
INSERT INTO "word" VALUES(0,'');
INSERT INTO "word" VALUES(1,'hai_long');
INSERT INTO "word" VALUES(2,'5');
INSERT INTO "word" VALUES(3,'4');
INSERT INTO "word" VALUES(4,'ly_do');
INSERT INTO "word" VALUES(5,'thai_do');
INSERT INTO "word" VALUES(6,'giay_to');
INSERT INTO "word" VALUES(7,'3');
INSERT INTO "word" VALUES(8,'di_lai');
INSERT INTO "word" VALUES(9,'huong_dan');
INSERT INTO "word" VALUES(10,'Chứng thực');
INSERT INTO "word" VALUES(11,'thoi_gian');
INSERT INTO "word" VALUES(12,'noi_cho');
CREATE INDEX log_kind on log (kind, pos);
CREATE INDEX opening_prev on opening (prev_epoch_no);
CREATE INDEX decision_key on decision (epoch_no, seq, no);
CREATE INDEX release_counter on release (counter_no, upto);
CREATE INDEX unread_survey on unread (survey_no);
CREATE INDEX rollup_waiting on rollup (counter_no, day) where state = 1 and release = 0;
CREATE TRIGGER log_no_update before update on log begin select raise(abort, 'the log is append-only'); end;
CREATE TRIGGER log_no_delete before delete on log begin select raise(abort, 'the log is append-only'); end;
CREATE TRIGGER log_gapless before insert on log
when new.pos is not (select coalesce(max(pos), 0) + 1 from log)
begin select raise(abort, 'the log has no gaps'); end;
CREATE TRIGGER record_no_update before update on record begin select raise(abort, 'records are append-only'); end;
CREATE TRIGGER record_no_delete before delete on record begin select raise(abort, 'records are append-only'); end;
CREATE TRIGGER body_no_update before update on body begin select raise(abort, 'bodies never change'); end;
CREATE TRIGGER body_no_delete before delete on body
when not exists (
  select 1 from retention_guard g
  join record r on r.epoch_no = old.epoch_no and r.seq = old.seq and r.day < g.before_day and r.pos <= g.upto
)
begin select raise(abort, 'only retention deletes bodies'); end;
CREATE TRIGGER conflict_no_delete before delete on conflict
begin select raise(abort, 'conflicts are append-only'); end;
CREATE TRIGGER conflict_no_update before update on conflict
when new.bytes is not null or new.no is not old.no or new.epoch_no is not old.epoch_no or new.seq is not old.seq
  or new.leaf is not old.leaf or new.kind is not old.kind or new.state is not old.state or new.day is not old.day
  or new.hour is not old.hour or new.counter_no is not old.counter_no or new.marks is not old.marks
  or new.pos is not old.pos
  or not exists (select 1 from retention_guard g where old.day < g.before_day and old.pos <= g.upto)
begin select raise(abort, 'conflicts are append-only'); end;
CREATE TRIGGER decision_no_update before update on decision
begin select raise(abort, 'decisions are append-only'); end;
CREATE TRIGGER decision_no_delete before delete on decision
begin select raise(abort, 'decisions are append-only'); end;
CREATE TRIGGER release_no_update before update on release
begin select raise(abort, 'releases are append-only'); end;
CREATE TRIGGER release_no_delete before delete on release
begin select raise(abort, 'releases are append-only'); end;
CREATE TRIGGER retention_no_update before update on retention
begin select raise(abort, 'retention is append-only'); end;
CREATE TRIGGER retention_no_delete before delete on retention
begin select raise(abort, 'retention is append-only'); end;
CREATE TRIGGER guard_needs_entry before insert on retention_guard
when not exists (
  select 1 from retention r
  where r.before_day = new.before_day and r.upto = new.upto and r.pos = (select max(pos) from log)
)
begin select raise(abort, 'retention needs its log entry'); end;
CREATE INDEX session_user on session (user_no);
CREATE INDEX pack_lang on pack (lang, pos);
CREATE INDEX comment_place on comment (node_no, month);
CREATE TRIGGER node_version_no_update before update on node_version
begin select raise(abort, 'versions are append-only'); end;
CREATE TRIGGER node_version_no_delete before delete on node_version
begin select raise(abort, 'versions are append-only'); end;
CREATE TRIGGER officer_no_update before update on officer begin select raise(abort, 'officers are append-only'); end;
CREATE TRIGGER officer_no_delete before delete on officer begin select raise(abort, 'officers are append-only'); end;
CREATE INDEX duty_counter on duty (counter_no, day);
CREATE TRIGGER duty_no_update before update on duty begin select raise(abort, 'duties are append-only'); end;
CREATE TRIGGER duty_no_delete before delete on duty begin select raise(abort, 'duties are append-only'); end;
CREATE TRIGGER exclusion_no_update before update on exclusion
begin select raise(abort, 'exclusions are append-only'); end;
CREATE TRIGGER exclusion_no_delete before delete on exclusion
begin select raise(abort, 'exclusions are append-only'); end;
CREATE TRIGGER exclusion_end_no_update before update on exclusion_end
begin select raise(abort, 'exclusions are append-only'); end;
CREATE TRIGGER exclusion_end_no_delete before delete on exclusion_end
begin select raise(abort, 'exclusions are append-only'); end;
CREATE VIEW half_of_rollup as
select counter_no,
  coalesce(day - cast(strftime('%d', day * 86400, 'unixepoch') as integer)
    + case when cast(strftime('%d', day * 86400, 'unixepoch') as integer) >= 15 then 15 else 1 end, day) as from_day,
  state, question, answer, survey_no, moment, field, n
from rollup where release > 0;
CREATE TRIGGER half_insert after insert on rollup when new.release > 0 begin
  insert into half (counter_no, from_day, state, question, answer, survey_no, moment, field, n)
  values (new.counter_no,
    coalesce(new.day - cast(strftime('%d', new.day * 86400, 'unixepoch') as integer)
      + case when cast(strftime('%d', new.day * 86400, 'unixepoch') as integer) >= 15 then 15 else 1 end, new.day),
    new.state, new.question, new.answer, new.survey_no, new.moment, new.field, new.n)
  on conflict do update set n = n + excluded.n;
end;
CREATE TRIGGER half_delete after delete on rollup when old.release > 0 and old.n <> 0 begin
  insert into half (counter_no, from_day, state, question, answer, survey_no, moment, field, n)
  values (old.counter_no,
    coalesce(old.day - cast(strftime('%d', old.day * 86400, 'unixepoch') as integer)
      + case when cast(strftime('%d', old.day * 86400, 'unixepoch') as integer) >= 15 then 15 else 1 end, old.day),
    old.state, old.question, old.answer, old.survey_no, old.moment, old.field, -old.n)
  on conflict do update set n = n + excluded.n;
end;
CREATE TRIGGER half_update_from after update on rollup when old.release > 0 begin
  insert into half (counter_no, from_day, state, question, answer, survey_no, moment, field, n)
  values (old.counter_no,
    coalesce(old.day - cast(strftime('%d', old.day * 86400, 'unixepoch') as integer)
      + case when cast(strftime('%d', old.day * 86400, 'unixepoch') as integer) >= 15 then 15 else 1 end, old.day),
    old.state, old.question, old.answer, old.survey_no, old.moment, old.field, -old.n)
  on conflict do update set n = n + excluded.n;
end;
CREATE TRIGGER half_update_to after update on rollup when new.release > 0 begin
  insert into half (counter_no, from_day, state, question, answer, survey_no, moment, field, n)
  values (new.counter_no,
    coalesce(new.day - cast(strftime('%d', new.day * 86400, 'unixepoch') as integer)
      + case when cast(strftime('%d', new.day * 86400, 'unixepoch') as integer) >= 15 then 15 else 1 end, new.day),
    new.state, new.question, new.answer, new.survey_no, new.moment, new.field, new.n)
  on conflict do update set n = n + excluded.n;
end;
CREATE INDEX rollup_uncounted on rollup (counter_no, day, state, n) where state <> 1;
CREATE INDEX volume_node on volume (node_no, first_day, end_day, no);
CREATE INDEX report_node on report (node_no, end_day);
CREATE TRIGGER volume_no_update before update on volume begin select raise(abort, 'volumes are append-only'); end;
CREATE TRIGGER volume_no_delete before delete on volume begin select raise(abort, 'volumes are append-only'); end;
CREATE TRIGGER report_no_update before update on report begin select raise(abort, 'reports are append-only'); end;
CREATE TRIGGER report_no_delete before delete on report begin select raise(abort, 'reports are append-only'); end;
CREATE INDEX task_node on task (node_no, day);
CREATE INDEX task_ballot_task on task_ballot (task_no);
CREATE INDEX task_entry_task on task_entry (task_no, no);
CREATE TRIGGER task_no_update before update on task begin select raise(abort, 'tasks are append-only'); end;
CREATE TRIGGER task_no_delete before delete on task begin select raise(abort, 'tasks are append-only'); end;
CREATE TRIGGER task_ballot_no_update before update on task_ballot
begin select raise(abort, 'tasks are append-only'); end;
CREATE TRIGGER task_ballot_no_delete before delete on task_ballot
begin select raise(abort, 'tasks are append-only'); end;
CREATE TRIGGER task_entry_no_update before update on task_entry
begin select raise(abort, 'tasks are append-only'); end;
CREATE TRIGGER task_entry_no_delete before delete on task_entry
begin select raise(abort, 'tasks are append-only'); end;
CREATE INDEX officer_account_user on officer_account (user_no, pos);
CREATE INDEX explanation_month on explanation (year, month);
CREATE INDEX explanation_task on explanation (task_no);
CREATE TRIGGER officer_account_no_update before update on officer_account
begin select raise(abort, 'accounts of officers are append-only'); end;
CREATE TRIGGER officer_account_no_delete before delete on officer_account
begin select raise(abort, 'accounts of officers are append-only'); end;
CREATE TRIGGER explanation_no_update before update on explanation
begin select raise(abort, 'explanations are append-only'); end;
CREATE TRIGGER explanation_no_delete before delete on explanation
begin select raise(abort, 'explanations are append-only'); end;
CREATE INDEX survey_use_places on survey_use_place (survey_use_no);
CREATE TRIGGER survey_use_no_update before update on survey_use begin select raise(abort, 'publications are append-only'); end;
CREATE TRIGGER survey_use_no_delete before delete on survey_use begin select raise(abort, 'publications are append-only'); end;
CREATE TRIGGER survey_use_place_no_update before update on survey_use_place begin select raise(abort, 'publications are append-only'); end;
CREATE TRIGGER survey_use_place_no_delete before delete on survey_use_place begin select raise(abort, 'publications are append-only'); end;
CREATE TRIGGER publication_no_update before update on publication begin select raise(abort, 'publications are append-only'); end;
CREATE TRIGGER publication_no_delete before delete on publication begin select raise(abort, 'publications are append-only'); end;
CREATE VIEW tally_of_half as
select h.question, h.counter_no, h.from_day, h.state, h.survey_no, h.n,
  h.n * (w.text = '1') as n1, h.n * (w.text = '2') as n2, h.n * (w.text = '3') as n3, h.n * (w.text = '4') as n4,
  h.n * (w.text = '5') as n5
from half h join word w on w.no = h.answer
where h.question = 0 or w.text in ('1', '2', '3', '4', '5');
CREATE TRIGGER tally_insert after insert on half begin
  insert into tally (question, counter_no, from_day, state, survey_no, n, n1, n2, n3, n4, n5)
  select new.question, new.counter_no, new.from_day, new.state, new.survey_no, new.n,
    new.n * (w.text = '1'), new.n * (w.text = '2'), new.n * (w.text = '3'), new.n * (w.text = '4'),
    new.n * (w.text = '5')
  from word w where w.no = new.answer and (new.question = 0 or w.text in ('1', '2', '3', '4', '5'))
  on conflict do update set n = n + excluded.n, n1 = n1 + excluded.n1, n2 = n2 + excluded.n2, n3 = n3 + excluded.n3,
    n4 = n4 + excluded.n4, n5 = n5 + excluded.n5;
end;
CREATE TRIGGER tally_update after update on half begin
  insert into tally (question, counter_no, from_day, state, survey_no, n, n1, n2, n3, n4, n5)
  select new.question, new.counter_no, new.from_day, new.state, new.survey_no, new.n - old.n,
    (new.n - old.n) * (w.text = '1'), (new.n - old.n) * (w.text = '2'), (new.n - old.n) * (w.text = '3'),
    (new.n - old.n) * (w.text = '4'), (new.n - old.n) * (w.text = '5')
  from word w where w.no = new.answer and (new.question = 0 or w.text in ('1', '2', '3', '4', '5'))
  on conflict do update set n = n + excluded.n, n1 = n1 + excluded.n1, n2 = n2 + excluded.n2, n3 = n3 + excluded.n3,
    n4 = n4 + excluded.n4, n5 = n5 + excluded.n5;
end;
CREATE INDEX record_place on record (counter_no, day) where kind = 1;
CREATE INDEX record_odd on record (counter_no, day) where kind <> 1 and state > 0;
CREATE INDEX decision_day on decision (day);
CREATE INDEX record_silent on record (counter_no, day, state, marks) where state = 1 and marks & 16;
CREATE INDEX record_burst on record (day, counter_no, epoch_no, state, marks) where state = 1 and marks & 32;
CREATE INDEX visit_day_place on visit_day (counter_no, day, started, abandoned);
CREATE INDEX record_uncounted_day on record (epoch_no, seq) where kind = 2 and marks & 72;
CREATE INDEX visit_day_told on visit_day (device_no, day);
CREATE INDEX opening_loss on opening (epoch_no) where why in ('rolled_back', 'damaged');
CREATE INDEX draft_clip_named on draft_clip (hash);
CREATE INDEX tally_day on tally (question, from_day, counter_no, state, survey_no, n, n1, n2, n3, n4, n5);
CREATE VIEW quarter_of_tally as
select question,
  coalesce(unixepoch(from_day * 86400, 'unixepoch', 'start of month',
    '-' || ((strftime('%m', from_day * 86400, 'unixepoch') - 1) % 3) || ' months') / 86400, from_day) as from_day,
  counter_no, state, survey_no, n, n1, n2, n3, n4, n5
from tally;
CREATE TRIGGER quarter_insert after insert on tally begin
  insert into quarter (question, from_day, counter_no, state, survey_no, n, n1, n2, n3, n4, n5)
  values (new.question,
    coalesce(unixepoch(new.from_day * 86400, 'unixepoch', 'start of month',
      '-' || ((strftime('%m', new.from_day * 86400, 'unixepoch') - 1) % 3) || ' months') / 86400, new.from_day),
    new.counter_no, new.state, new.survey_no, new.n, new.n1, new.n2, new.n3, new.n4, new.n5)
  on conflict do update set n = n + excluded.n, n1 = n1 + excluded.n1, n2 = n2 + excluded.n2, n3 = n3 + excluded.n3,
    n4 = n4 + excluded.n4, n5 = n5 + excluded.n5;
end;
CREATE TRIGGER quarter_update after update on tally begin
  insert into quarter (question, from_day, counter_no, state, survey_no, n, n1, n2, n3, n4, n5)
  values (new.question,
    coalesce(unixepoch(new.from_day * 86400, 'unixepoch', 'start of month',
      '-' || ((strftime('%m', new.from_day * 86400, 'unixepoch') - 1) % 3) || ' months') / 86400, new.from_day),
    new.counter_no, new.state, new.survey_no, new.n - old.n, new.n1 - old.n1, new.n2 - old.n2, new.n3 - old.n3,
    new.n4 - old.n4, new.n5 - old.n5)
  on conflict do update set n = n + excluded.n, n1 = n1 + excluded.n1, n2 = n2 + excluded.n2, n3 = n3 + excluded.n3,
    n4 = n4 + excluded.n4, n5 = n5 + excluded.n5;
end;
COMMIT;
pragma user_version = 25;
