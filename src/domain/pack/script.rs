//! The script to record: every text that "Nghe" says, with the name of its file. `docs/huong-dan/thu-am.md` is the one of
//! the default survey.

use super::{Heard, Pack, SAID, Wanted};
use std::fmt::Write;

const HOW: &str = "\
# Thu âm lời đọc cho máy đánh giá

Nút “Nghe” trên máy đọc to màn hình đang hiện. Máy phát đoạn thu âm nếu có; nếu không có thì dùng giọng đọc sẵn của
thiết bị; nếu cả hai đều không có thì nút “Nghe” không hiện. Máy không bao giờ đọc to mức mà người dân đã chọn.

Trang này do lệnh `hailong-district pack script` tạo ra, xin không sửa bằng tay.

## Cách thu

1. **Người đọc**: người nói thứ tiếng ấy từ nhỏ, giọng rõ, quen thuộc với người dân trong vùng. Đọc chậm rãi, tự nhiên,
   giọng điệu như nhau ở mọi câu: không vui hơn ở câu khen, không trầm hơn ở câu chê.
2. **Máy thu**: điện thoại hoặc máy tính bảng là đủ (trên iPad, iPhone: ứng dụng Ghi âm). Đặt cách miệng khoảng 20 cm,
   trong phòng yên tĩnh, tắt quạt, đóng cửa.
3. **Định dạng**: mỗi câu một tệp, một kênh (mono), tốt nhất là M4A (AAC) 64 kbit/s; MP3 cũng được. Tệp OGG không phát
   được trên iPad cũ. Mỗi tệp không quá 512 KB, tức khoảng 30 giây.
4. **Độ to**: nói ở mức đỉnh khoảng -6 dB, không bị vỡ tiếng; các câu to như nhau. Chừa nửa giây im lặng ở đầu và cuối.
5. **Tên tệp**: đúng như cột “Tên tệp”, với đuôi `.m4a` (hoặc `.mp3`, `.ogg`).
6. **Nghe lại** tất cả cùng một người khác cũng nói thứ tiếng ấy, rồi đưa lên trang quản trị: “Bộ câu hỏi”, mở bộ câu hỏi
   đang dùng, nhấn “Soạn từ bản này”, mở “Ngôn ngữ, ghi âm”, chọn ngôn ngữ, chọn tất cả các tệp ở “Nhiều bản ghi âm một lần”,
   nhấn “Lưu chữ và ghi âm”. Nghe thử ở “Xem trước”, rồi nhấn “Công bố”.

Ai quản trị máy chủ cũng có thể đặt các tệp cạnh tệp ngôn ngữ rồi dùng lệnh:

```sh
hailong-district pack check --data DIR tyz/pack.json
hailong-district pack publish --data DIR tyz/pack.json
```

Không để trong đoạn thu tên người, tiếng người dân hay cuộc nói chuyện nào khác. Giọng đọc là dữ liệu của người đọc: xin
giữ giấy đồng ý của họ.
";

/// The script as Markdown: how to record, then the texts screen by screen. With a pack, its own wording stands beside
/// the official one.
pub fn script(wanted: &[Wanted], pack: Option<&Pack>) -> String {
    let mut out = HOW.to_owned();
    if let Some(pack) = pack {
        let _ = write!(out, "\nNgôn ngữ: {} (`{}`).\n", pack.name, pack.lang);
    }
    for (heard, title) in [
        (Heard::Question, "Màn hình câu hỏi"),
        (Heard::FollowUp, "Màn hình lý do và các câu hỏi sau"),
        (Heard::Comment, "Màn hình ý kiến (nếu đơn vị bật)"),
        (Heard::MoreTime, "Hỏi thêm thời gian"),
        (Heard::Thanks, "Màn hình cảm ơn"),
    ] {
        let _ = write!(out, "\n## {title}\n\n");
        let (head, rule) = match pack {
            Some(_) => ("| Tên tệp | Lời tiếng Việt | Lời đọc |", "|---|---|---|"),
            None => ("| Tên tệp | Lời đọc |", "|---|---|"),
        };
        let _ = writeln!(out, "{head}\n{rule}");
        for said in in_order(wanted, heard) {
            let _ = write!(out, "| `{}.m4a` | {} |", said.key, said.spoken.trim());
            if let Some(pack) = pack {
                let entry = pack.texts.get(&said.key);
                let own = entry.and_then(|entry| entry.speech.as_ref().or(entry.text.as_ref()));
                let _ = write!(out, " {} |", own.map_or("(chưa dịch)", String::as_str));
            }
            out.push('\n');
        }
    }
    out
}

/// What a screen says: the question, the app's hint, then the answers, as they are heard.
fn in_order(wanted: &[Wanted], heard: Heard) -> Vec<&Wanted> {
    let mut said: Vec<&Wanted> = wanted.iter().filter(|wanted| wanted.heard == Some(heard)).collect();
    let place = |key: &str| SAID.iter().position(|(said, _)| *said == key);
    // A survey's texts keep their order, before the app's own.
    said.sort_by_key(|wanted| place(&wanted.key).map_or(0, |place| place + 1));
    said
}
