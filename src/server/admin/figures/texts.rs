//! What these pages say, in both languages side by side.

use super::super::texts::page_texts;

page_texts! {
    units: "So sánh các đơn vị", "Units compared";
    all: "Tất cả đơn vị", "All units";
    under: "Thuộc", "Part of";
    period: "Kỳ số liệu", "Period";
    unit: "Đơn vị", "Unit";
    show: "Xem", "Show";
    whole: "Toàn bộ", "Altogether";
    sort: "Xếp theo", "Order";
    sort_name: "tên (a–y)", "name";
    sort_n: "số phiếu", "ballots";
    sort_rate: "tỷ lệ, thấp trước", "rate, lowest first";
    sort_best: "tỷ lệ, cao trước", "rate, highest first";
    sort_change: "giảm nhiều so với năm trước", "fell most in a year";
    ballots: "Số phiếu (n)", "Ballots (n)";
    rate: "Tỷ lệ hài lòng", "Satisfied";
    interval: "Khoảng ước lượng 95%", "95% interval";
    band: "Nhóm", "Band";
    year_before: "Cùng kỳ năm trước", "A year before";
    month_before: "Tháng trước", "Month before";
    response: "Tỷ lệ phản hồi", "Response";
    waiting: "Chờ công bố", "Waiting";
    too_few: "chưa đủ phiếu", "too few";
    higher: "cao hơn", "higher";
    lower: "thấp hơn", "lower";
    not_apart: "chưa rõ khác biệt", "no clear difference";
    bands_note: "Nhóm 1 cao nhất. Hai đơn vị chỉ khác nhóm khi mọi khoảng ước lượng của nhóm trên nằm trên mọi khoảng của nhóm dưới; từ 30 phiếu mới xếp nhóm.",
        "Band 1 is the highest. Units are in different bands only where every interval of the upper one lies above every interval of the lower one; from 30 ballots on.";
    bands_none: "Khoảng ước lượng của các đơn vị chồng lên nhau nên chưa thể xếp nhóm.",
        "The units' intervals overlap: no bands.";
    hidden_note: "Dưới 10 phiếu không tính tỷ lệ. Một hàng lớn hơn cũng có thể để trống tỷ lệ, để không ai suy ra phiếu của hàng dưới 5 phiếu.",
        "No rate under 10 ballots. A larger row may be left out too, so that nobody can work out a row of fewer than 5.";
    none: "Chưa có đơn vị nào ở dưới.", "No units below.";
    pages: "Trang", "Page";
    open: "Xem chi tiết", "Details";
    back: "Lên", "Up to";
    parts: "Phần nào kéo tỷ lệ lên hay xuống", "What pulls the rate up or down";
    parts_lead: "Xếp theo mức kéo giảm: hàng đầu là phần mà nếu không có nó thì tỷ lệ chung cao lên nhiều nhất.",
        "The first row is the one without which the rate would rise most.";
    part: "Đơn vị, quầy", "Unit or counter";
    without: "Các phần còn lại", "All others";
    against: "So với phần còn lại", "Against the others";
    unknown: "Quầy không xác định", "Unknown counter";
    reasons: "Lý do: nơi này và các quầy khác", "Reasons: here and at other counters";
    reasons_whole: "Lý do người dân chọn", "Reasons chosen";
    reason: "Lý do", "Reason";
    here: "Ở đây", "Here";
    elsewhere: "Quầy khác", "Elsewhere";
    per_hundred: "trên 100 phiếu", "per 100 ballots";
    times: "lượt", "times";
    few: "dưới 5", "under 5";
    crossed: "Lý do theo mức đánh giá", "Reasons by level";
    crossed_lead: "Mức 1–3 gồm Rất không hài lòng, Không hài lòng, Bình thường. “–”: dưới 5, hoặc giấu cùng để không suy ra được.",
        "Levels 1–3 are very dissatisfied to neutral. “–”: under 5, or hidden with such a cell.";
    low_levels: "Mức 1–3", "Levels 1–3";
    high_levels: "Mức 4–5", "Levels 4–5";
    total: "Cộng", "Total";
    by_field: "Theo lĩnh vực", "By field";
    by_moment: "Theo thời điểm", "By moment";
    by_weekday: "Theo thứ trong tuần", "By weekday";
    by_hour: "Theo giờ", "By hour";
    col_field: "Lĩnh vực", "Field";
    col_moment: "Thời điểm", "Moment";
    col_weekday: "Thứ", "Weekday";
    col_hour: "Giờ", "Hour";
    no_field: "Không ghi lĩnh vực", "No field";
    unknown_moment: "Không rõ thời điểm", "Unknown moment";
    hour: "giờ", "h";
    cuts_later: "Tháng này chưa kết thúc. Lĩnh vực, thời điểm, thứ và giờ chỉ hiện khi tháng đã kết thúc, để không ai đoán được một phiếu qua chênh lệch mỗi ngày.",
        "This month has not ended. Fields, moments, weekdays and hours are shown afterwards, so that no single ballot can be told from a day's difference.";
    trend: "Mười hai tháng qua", "The last twelve months";
    under_figure: "Nhận được", "Received";
    counted: "được tính", "counted";
    silent: "không bấm Gửi", "without Send";
    waiting_short: "chờ công bố", "waiting";
    unread: "chưa đọc được", "unread";
    quarantined: "cần kiểm tra", "to be checked";
    practice: "dùng thử", "practice";
    undated: "không rõ ngày", "undated";
    started: "lượt bắt đầu", "visits begun";
    abandoned: "bỏ dở", "abandoned";
}
