//! What the pages of the tablets say.

use super::super::texts::page_texts;
use crate::store::withdraw::Reason;

page_texts! {
    many: "Chọn một hay nhiều quầy rồi in phiếu kích hoạt, mỗi quầy một trang.", "Choose one or several counters and print their activation sheets, a page for each.";
    make: "Tạo phiếu kích hoạt cho các quầy đã chọn", "Make sheets for the chosen counters";
    backup: "Bản sao lưu mới nhất", "Newest backup";
    backup_none: "chưa có bản nào", "none yet";
    backup_today: "hôm nay", "today";
    backup_one_day: "1 ngày trước", "1 day ago";
    backup_days: "ngày trước", "days ago";
    backup_missed: "Người vận hành máy chủ xin xem mục [backup] trong tệp cấu hình và nhật ký của máy chủ.", "Whoever runs the server: see [backup] in its configuration, and its log.";
    in_use: "máy đang dùng ở đây", "tablets in use here";
    waiting: "Dòng chờ gửi", "Waiting";
    waiting_note: "“Dòng chờ gửi” là số phiếu và ghi chép máy còn giữ ở lần liên lạc gần nhất.", "“Waiting” are ballots and notes that the tablet still held at its last contact.";
    app: "Phiên bản", "Version";
    signs: "Tình trạng", "How it is";
    why: "Vì sao ngừng dùng máy này?", "Why is it taken out of use?";
    note: "Ghi chú", "Note";
    note_hint: "Ví dụ: số biên bản, máy nào thay.", "For example the record's number, or which tablet replaces it.";
    all: "Tất cả", "All";
    look: "Cần xem", "To look at";
    none_such: "Không có máy nào như vậy.", "No such tablet.";
    still: "Ở lần liên lạc gần nhất máy còn giữ", "At its last contact the tablet still held";
    still_lines: "dòng chưa gửi. Hãy nối mạng cho máy gửi xong trước khi ngừng dùng; phiếu gửi sau đó phải có người xem xét mới được tính.", "lines unsent. Let it send them first; ballots that come later count only after somebody's decision.";
    missing: "Có thể thiếu ít nhất", "It may be missing at least";
    replace: "Ngừng dùng và in phiếu cho máy thay", "Take out of use and print the sheet for its replacement";
    stop: "Ngừng dùng máy", "Take out of use";
    by: "bởi", "by";
    forgotten: "Quá 14 ngày không liên lạc mà chưa đóng: tìm máy, hoặc ngừng dùng", "Silent for over 14 days and not taken out of use: find it, or take it out";
    forked: "Bị sao chép hoặc dữ liệu quay về bản cũ", "Copied, or its data went back";
    damaged: "Tệp dữ liệu từng bị hỏng", "Its file was damaged";
    rolled_back: "Bộ nhớ từng quay về thời điểm cũ", "Its storage went back in time";
    conflict: "Gửi dòng khác dưới cùng một số", "Sent other lines under the same number";
    hole: "Có dòng không đọc lại được", "Lines it can't read back";
    malformed: "Gửi dữ liệu không đọc được", "Sent unreadable lines";
    log: "Giữ dấu xác nhận trái với nhật ký", "Holds a checkpoint that contradicts the log";
    full: "Tự kiểm tra: không ghi được bộ nhớ (đầy hoặc hỏng)", "Self-test: storage can't be written (full or broken)";
    failed: "Tự kiểm tra chưa đạt", "Self-test found";
    ahead: "Đồng hồ nhanh", "Clock ahead by";
    behind: "Đồng hồ chậm", "Clock behind by";
    minutes: "phút", "min";
    not_persisted: "Trình duyệt chưa hứa giữ bộ nhớ: hãy mở từ biểu tượng trên màn hình chính", "The browser did not promise to keep its storage: open it from the Home Screen";
    practice: "Đang dùng thử", "In practice";
    fine: "Không có gì cần để ý", "Nothing to note";
    test_awake: "màn hình tự tắt", "screen goes dark";
    test_clock: "đồng hồ", "clock";
    test_kiosk: "chưa ở chế độ quầy", "no kiosk mode";
    test_offline: "chưa mở được khi mất mạng", "does not open offline";
    test_persist: "bộ nhớ chưa được giữ", "storage not kept";
    test_voice: "giọng đọc", "voice";
}

/// What a reason is called.
pub(super) fn reason(page: &super::Page, reason: Reason) -> &'static str {
    match reason {
        Reason::Lost => page.say("Mất máy", "Lost"),
        Reason::Broken => page.say("Hỏng", "Broken"),
        Reason::Replaced => page.say("Thay bằng máy khác", "Replaced"),
        Reason::Closed => page.say(
            "Không cần dùng nữa, đã gửi hết phiếu",
            "No longer needed, everything sent",
        ),
    }
}
