//! What an officer's page says.

use super::super::texts::page_texts;

page_texts! {
    title: "Số liệu của tôi", "My figures";
    later: "Ca trực của tháng này còn sửa được; số liệu có từ ngày", "Duties of this month can still be corrected; figures come on";
    lead: "Chỉ gồm phiếu đã công bố của tháng đã chốt (sau ngày 5 tháng sau), ở quầy và giờ mà chỉ một mình Ông/Bà trực theo bảng ca trực. Dưới 10 phiếu không tính tỷ lệ; dưới 30 phiếu chỉ tham khảo. Mỗi lần xem được ghi nhật ký.",
        "Released ballots of months that are closed (after the 5th of the next), at counters and times where only you were on duty. Below 10 no rate, below 30 for information only. Each look is logged.";
    few: "Dưới 30 phiếu: chỉ để tham khảo, không dùng để xếp hạng.", "Below 30 ballots: for information only, not for ranks.";
    unlinked: "Tài khoản này chưa được gắn với cán bộ nào. Xin hỏi lãnh đạo đơn vị.", "This account belongs to no officer yet. Please ask the leader of your unit.";
    explain: "Giải trình", "Explain";
    about: "Về việc gì", "About";
    about_month: "Kết quả của tháng", "The month";
    task: "Việc số", "Task";
    words: "Nội dung", "In your words";
    words_hint: "Nhiều nhất 500 ký tự. Không ghi tên hay số điện thoại của người dân. Lãnh đạo đơn vị đọc được; nội dung được in ở phụ lục báo cáo tháng, không kèm tên.",
        "At most 500 characters, no names or numbers of citizens. The leader reads it; it is printed in the report's annex, without your name.";
    send: "Gửi giải trình", "Send";
    explained: "Đã gửi", "Sent";
    none: "Chưa có giải trình nào cho tháng này.", "Nothing for this month.";
}
