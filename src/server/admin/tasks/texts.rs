//! What these pages say.

use super::super::texts::page_texts;

page_texts! {
    title: "Việc cần xử lý", "Tasks";
    lead: "Khi một điểm tiếp nhận có nhiều đánh giá thấp trong ít ngày, sáng hôm sau hệ thống mở một việc. Việc không nêu quầy, giờ, công chức hay người dân: để lãnh đạo hỏi thăm, động viên, nhắc nhở cả nơi đó, không phải để tìm ai đã đánh giá.",
        "When a reception point gets several low ratings within a few days, a task is opened the next morning. It names no counter, hour, officer or citizen: it is there to talk to those who work there, not to find who rated.";
    demo: "Thư mục minh họa: việc được mở ngay trong vòng một phút, kể cả từ đánh giá của hôm nay.",
        "A demo folder opens tasks within a minute, from today's ratings too.";
    open_title: "Đang mở", "Open";
    open_none: "Không có việc nào đang mở.", "No task is open.";
    closed_title: "Đã đóng", "Closed";
    closed_none: "Chưa có việc nào được đóng.", "None has been closed yet.";
    closed_more: "Chỉ hiện các việc mới nhất.", "Only the newest are shown.";
    more_open: "Còn nhiều việc đang mở hơn; danh sách này bắt đầu từ việc cũ nhất.", "There are more; the oldest are shown.";
    number: "Việc số", "Task";
    point: "Điểm tiếp nhận", "Reception point";
    opened: "Mở ngày", "Opened";
    due: "hạn xử lý: hết ngày", "to be dealt with by";
    overdue: "quá hạn", "overdue";
    new: "mới sáng nay", "new this morning";
    ratings: "đánh giá", "ratings";
    low_ratings: "Số đánh giá thấp", "Low ratings";
    reasons: "Lý do được nêu", "Reasons named";
    reasons_none: "Không nêu lý do.", "No reason was named.";
    below_five: "dưới 5", "below 5";
    late: "Có phiếu đến muộn vì máy mất liên lạc: chuyện có thể đã xảy ra từ trước đó.", "Some came late, from a tablet that was offline: it may have happened earlier.";
    outcome: "Kết quả xử lý", "What was done";
    words: "Ghi chú của lãnh đạo", "Leader's note";
    words_hint: "Không ghi tên người dân hay công chức. Ghi chú được in trong báo cáo tháng. “Không xác minh được” phải có ghi chú.",
        "No names of citizens or officers. It is printed in the monthly report; “could not be verified” needs one.";
    close: "Đóng việc", "Close the task";
    reopen: "Mở lại", "Open again";
    reopen_why: "Vì sao mở lại", "Why";
    reopened: "mở lại", "opened again";
    closed_on: "Đóng ngày", "Closed";
    by: "Người xử lý", "By";
    explained: "Giải trình của cán bộ", "An officer explains";
    digest: "Tin nhắn buổi sáng", "Morning message";
    rule: "Quy tắc mở việc", "Rule";
    show: "Xem", "Show";
    unit: "Đơn vị", "Unit";
    all_units: "Tất cả đơn vị", "All units";
    back: "Quay lại", "Back";
    not_counted: "Phiếu dùng thử, phiếu cần kiểm tra và phiếu không rõ ngày không mở việc.", "Practice ballots, quarantined ones and those without a day open none.";

    rule_title: "Quy tắc mở việc", "When a task is opened";
    rule_now: "Đang áp dụng", "Now";
    rule_default: "Đơn vị này chưa tự đặt quy tắc: theo đơn vị cấp trên, hoặc theo mặc định.", "This unit has no rule of its own: it follows the unit above, or the default.";
    rule_own: "Quy tắc riêng của đơn vị này và các đơn vị trực thuộc.", "Its own, for this unit and those below it.";
    rule_other: "Thử quy tắc khác", "Try another";
    level: "Đánh giá thấp là", "Low is";
    count: "Số đánh giá thấp", "How many";
    days: "Trong số ngày làm việc", "Within working days";
    try_it: "Xem thử trước khi lưu", "Look before saving";
    would: "Nếu áp dụng trong 12 tháng qua, quy tắc này đã mở", "In the last 12 months this would have opened";
    would_tasks: "việc ở các điểm tiếp nhận của đơn vị này", "tasks at the reception points of this unit";
    would_note: "Tính bằng chính cách mở việc, trên phiếu đã công bố, đến hết hôm qua.", "Counted with the code that opens tasks, over released ballots up to yesterday.";
    save: "Lưu quy tắc này", "Save this rule";
    follow: "Theo đơn vị cấp trên", "Follow the unit above";
    forward: "Quy tắc mới chỉ áp dụng cho phiếu nhận sau khi lưu; việc đã mở giữ nguyên.", "A new rule is for ballots that come after it is saved; open tasks stay.";
    one: "Một đánh giá đơn lẻ không mở việc, để không ai biết một người dân đã chọn gì.", "One rating alone opens none, so that nobody learns what one citizen chose.";
    off_title: "Ngày nghỉ", "Days off";
    off_lead: "Ngày làm việc theo giờ làm việc của đơn vị (chưa khai: thứ Hai đến thứ Sáu), trừ 01/01, 30/4, 01/5, 02/9 và các ngày ghi dưới đây: Tết Nguyên đán, Giỗ Tổ, ngày nghỉ bù, nghỉ hoán đổi. Mỗi dòng một ngày, dạng 16/02/2026.",
        "Working days follow the opening hours (none given: Monday to Friday), without 1 January, 30 April, 1 May, 2 September and the days below. One day a line, as 16/02/2026.";
    off_save: "Lưu ngày nghỉ", "Save";
    off_above: "Để trống tất cả: theo đơn vị cấp trên.", "Empty: as the unit above.";

    digest_lead: "Bấm vào ô, nhấn Ctrl+A rồi Ctrl+C, dán vào nhóm của đơn vị. Không có thông tin cá nhân, không có tên công chức.",
        "Click into the box, Ctrl+A, Ctrl+C, and paste it where your unit talks. Nothing personal is in it.";
    characters: "ký tự", "characters";
    of_at_most: "trên tối đa", "of at most";
}
