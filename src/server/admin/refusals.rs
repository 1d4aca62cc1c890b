//! What the store refuses, in whole sentences: what is wrong, with its name and number, and what to do.

use super::page::Page;
use crate::{
    domain::number::date,
    store::{Few, Refusal},
};

/// The sentence.
pub(super) fn said(page: &Page, refusal: &Refusal) -> String {
    let (vi, en) = both(refusal);
    page.say(vi, en)
}

fn both(refusal: &Refusal) -> (String, String) {
    let en = refusal.to_string();
    let vi = match refusal {
        Refusal::Name => "Tên phải có từ 1 đến 200 ký tự, không có ký tự điều khiển.".into(),
        Refusal::Contact => "Liên hệ có nhiều nhất 500 ký tự, trong nhiều nhất 6 dòng.".into(),
        Refusal::Code => "Mã có nhiều nhất 40 ký tự và không có dấu cách.".into(),
        Refusal::Reason => "Xin ghi lý do, từ 5 đến 500 ký tự.".into(),
        Refusal::Hours => "Giờ làm việc chưa đúng: giờ đóng phải sau giờ mở, dạng 07:30.".into(),
        Refusal::UserExists(name) => format!("Đã có người dùng tên “{name}”. Xin chọn tên khác."),
        Refusal::UserName => "Tên đăng nhập có từ 1 đến 60 ký tự và không có dấu cách.".into(),
        Refusal::RoleNode => {
            "Mỗi vai trò phải gắn với một đơn vị; riêng quản trị hệ thống thì không gắn với đơn vị nào.".into()
        }
        Refusal::NotYours => "Chỉ người của đơn vị cấp trên mới giao được vai trò này ở đơn vị này.".into(),
        Refusal::WrongPassword => "Mật khẩu hiện tại chưa đúng.".into(),
        Refusal::Password => "Mật khẩu mới phải có ít nhất 12 ký tự (có thể là một câu dễ nhớ).".into(),
        Refusal::CommonPassword => {
            "Mật khẩu này dễ bị đoán: chỉ gồm từ phổ biến, dãy phím, dãy số, năm hoặc tên đăng nhập. Xin đặt một câu của \
             riêng mình."
                .into()
        }
        Refusal::PasswordTwice => "Hai lần nhập mật khẩu mới không giống nhau.".into(),
        Refusal::Until => "Tài khoản thanh tra, kiểm tra phải có ngày hết hạn.".into(),
        Refusal::Twin { name, parent } => format!("Trong {parent} đã có “{name}” đang hoạt động. Xin dùng tên khác."),
        Refusal::Cycle { node, parent, day } => format!(
            "“{node}” không thể thuộc “{parent}”: từ ngày {} “{parent}” lại thuộc “{node}”.",
            date(*day)
        ),
        Refusal::Depth(name) => format!("“{name}” nằm quá sâu: cây đơn vị có nhiều nhất 16 cấp."),
        Refusal::Overlap { name, last } => format!(
            "“{name}” đã có thay đổi từ ngày {}; thay đổi mới phải bắt đầu sau ngày đó.",
            date(*last)
        ),
        Refusal::Future => {
            "Ngày bắt đầu ở tương lai. Xin nhập vào đúng ngày quyết định có hiệu lực, hoặc sau đó.".into()
        }
        Refusal::Outlived { node, parent, day } => format!(
            "“{node}” không thể thuộc “{parent}”: ngày {} “{parent}” chưa có hoặc đã đóng.",
            date(*day)
        ),
        Refusal::StillOpen { node, inside } => {
            format!("Chưa đóng được “{node}”: “{inside}” còn hoạt động. Xin đóng hoặc chuyển “{inside}” trước.")
        }
        Refusal::Tablets { counter, devices } => {
            format!("Chưa đóng được “{counter}”: còn {devices} máy đang dùng ở đây. Xin ngừng dùng hoặc chuyển máy trước.")
        }
        Refusal::Closed(name) => format!("“{name}” đã đóng."),
        Refusal::FewBallots(n) => format!(
            "Phạm vi này chỉ có {n} phiếu đã công bố và đang được tính. Chỉ loại được phạm vi có từ 5 phiếu trở lên, để \
             không ai biết một người dân đã chọn gì. Xin chọn thêm ngày, hoặc chờ phiếu được công bố."
        ),
        Refusal::Few {
            counter,
            from,
            ballots,
            how,
        } => {
            let what = match how {
                Few::Moved => format!("phạm vi này chỉ loại {ballots} phiếu"),
                Few::Left => format!("phạm vi này chỉ để lại {ballots} phiếu được tính"),
                Few::Out => format!("chỉ {ballots} phiếu nằm ngoài thống kê"),
                Few::Apart => format!("so với các số liệu đã có, phạm vi này tách riêng {ballots} phiếu"),
            };
            format!(
                "Ở {}, trong nửa tháng bắt đầu từ {}, {what}: dưới 5 phiếu thì so các số liệu sẽ biết một người \
                 dân đã chọn gì. Xin chọn rộng hơn: quầy ấy (thay cho máy), mọi phiếu, cả nửa tháng (ngày 1–14 hoặc \
                 15–cuối tháng); hoặc hẹp lại để không có phiếu nào của nửa tháng ấy.",
                named(counter),
                date(*from)
            )
        }
        Refusal::FewBack {
            counter,
            from,
            ballots,
        } => format!(
            "Nếu chỉ bỏ quyết định này, ở {}, trong nửa tháng bắt đầu từ {}, có {ballots} phiếu bị tách riêng, và \
             so các số liệu sẽ biết một người dân đã chọn gì. Xin bỏ các quyết định loại khác của quầy và nửa tháng ấy trước.",
            named(counter),
            date(*from)
        ),
        Refusal::Elsewhere => {
            "Trong những ngày ấy máy này còn nhận phiếu ở quầy của đơn vị khác. Xin chọn quầy của đơn vị mình thay cho \
             máy, hoặc đề nghị đơn vị cấp trên quyết định."
                .into()
        }
        Refusal::Retained => "Nội dung phiếu trong phạm vi này đã hết hạn lưu, nên số liệu không thể tính lại.".into(),
        Refusal::Days => "Khoảng ngày chưa đúng: ngày cuối phải bằng hoặc sau ngày đầu, nhiều nhất 366 ngày.".into(),
        Refusal::Undone => "Quyết định này đã được bỏ trước đó.".into(),
        Refusal::Told => {
            "Các phiếu này đã vào số liệu nên không giữ ngoài được nữa: số liệu đổi đi sẽ cho biết người dân đã chọn gì. Nếu \
             cần, xin loại cả ngày hoặc cả nửa tháng ở trang “Dấu hiệu bất thường, loại khỏi thống kê”."
                .into()
        }
        Refusal::Undecidable => "Không có phiếu nào trong số này đang chờ quyết định.".into(),
        Refusal::Duty => "Ca trực bắt đầu và kết thúc ở phút 00, 15, 30 hoặc 45; giờ cuối phải sau giờ đầu.".into(),
        Refusal::Corrected => "Ca trực này đã được sửa trước đó. Xin sửa ở dòng mới nhất.".into(),
        Refusal::DutiesClosed { month, since } => format!(
            "Ca trực tháng {month} đã chốt từ ngày {}, không thêm hay sửa được nữa: số liệu theo cán bộ đã có, sửa một ca sẽ \
             cho biết một người dân đã chọn gì. Nếu bảng trực khai sai, cán bộ ghi giải trình ở trang “Số liệu của tôi”; \
             giải trình đứng cạnh số liệu.",
            date(*since)
        ),
        Refusal::DutiesOpen { month, since } => format!(
            "Số liệu theo cán bộ của tháng {month} có từ ngày {}: đến hết hôm trước ca trực của tháng còn sửa được. Xin xem \
             lại bảng ca trực trước ngày ấy.",
            date(*since)
        ),
        Refusal::Reworded(n) => format!(
            "Có {n} chỗ đổi câu chữ dưới mã đã công bố. Xin xác nhận các chỗ ấy vẫn cùng một ý; nếu khác ý, xin đặt câu mới \
             với mã mới."
        ),
        Refusal::PastDay => "Ngày bắt đầu đã qua. Xin chọn hôm nay hoặc một ngày sau.".into(),
        Refusal::NoPlace => "Chưa chọn nơi dùng. Xin chọn ít nhất một quầy hoặc một đơn vị.".into(),
        Refusal::Drafts(n) => format!("Đã có {n} bản nháp. Xin công bố hoặc bỏ bớt một bản trước."),
        Refusal::LargeDraft => "Bản nháp quá dài, không lưu được. Xin rút gọn câu chữ hoặc bớt câu hỏi.".into(),
        Refusal::Languages(n) => format!("Máy tính bảng có nhiều nhất {n} ngôn ngữ thêm. Xin bỏ bớt một ngôn ngữ của bản nháp."),
        Refusal::Recordings(bytes) => format!(
            "Các bản ghi âm của một ngôn ngữ có nhiều nhất {} MB, để máy tính bảng giữ được khi mất mạng. Xin bỏ bớt hoặc ghi \
             ngắn hơn.",
            bytes / (1024 * 1024)
        ),
        Refusal::DraftChanged => "Có người vừa lưu bản nháp này. Xin mở lại để xem bản mới nhất.".into(),
        Refusal::TaskClosed => "Việc này đã được đóng trước đó. Xin tải lại trang để xem kết quả.".into(),
        Refusal::TaskOpen => "Việc này đang mở, không cần mở lại.".into(),
        Refusal::TaskOutcome => "Xin chọn một kết quả: động viên, nhắc nhở, hoặc không xác minh được.".into(),
        Refusal::TaskRule => {
            "Quy tắc chưa đúng: mức 1 đến 3, từ 2 đến 50 đánh giá, trong 1 đến 23 ngày làm việc. Một đánh giá \
             không mở việc, để không ai biết một người dân đã chọn gì."
                .into()
        }
        Refusal::Day(text) => format!("“{text}” không phải là ngày. Xin ghi mỗi dòng một ngày, dạng 16/02/2026."),
        Refusal::OfficerAccount => {
            "Tài khoản “Cán bộ tại quầy” phải gắn với một cán bộ đã khai ở trang Ca trực, thuộc đơn vị của tài khoản."
                .into()
        }
        Refusal::OpenMonth => "Tháng này chưa kết thúc. Số liệu theo cán bộ chỉ có sau khi hết tháng.".into(),
    };
    (vi, en)
}

fn named(counter: &Option<String>) -> String {
    let known = counter.as_ref().map(|name| format!("“{name}”"));
    known.unwrap_or_else(|| "quầy không xác định".into())
}
