//! What these pages say. The report itself is always Vietnamese: it is an official paper.

use super::super::texts::page_texts;

page_texts! {
    reports: "Báo cáo tháng", "Monthly report";
    unit: "Đơn vị", "Unit";
    month: "Tháng", "Month";
    show: "Xem", "Show";
    file: "Nộp báo cáo và lấy tệp Word", "File the report and get the document";
    file_lead: "Nộp là giữ lại đúng bản này cùng vị trí nhật ký; sau đó vẫn nộp lại được, bản cũ không mất.",
        "Filing keeps exactly this paper with its log position; it can be filed again, and the old one stays.";
    print: "Bản in", "Printable";
    export: "Xuất dữ liệu tháng này", "Export this month";
    download: "Tải tệp Word (.docx)", "Get the document (.docx)";
    done: "Đã nộp báo cáo.", "The report is filed.";
    filed: "Báo cáo đã nộp", "Reports filed";
    none: "Chưa có báo cáo nào.", "None yet.";
    when: "Nộp lúc", "Filed";
    who: "Người nộp", "By";
    position: "Vị trí nhật ký", "Log position";
    check: "Xem và kiểm tra lại", "Look and check";
    days: "Từ ngày – đến ngày", "Days";
    no_volume: "Chưa nhập số lượt giao dịch của kỳ này, nên báo cáo không có tỷ lệ phản hồi.",
        "The month's transactions are not entered, so the report has no response rate.";
    enter_volume: "Nhập số lượt giao dịch", "Enter transactions";
    same: "Đã tính lại từ từng phiếu theo đúng vị trí nhật ký: kết quả khớp.", "Counted again from the ballots as of its log position: the same.";
    differs: "Đã tính lại theo đúng vị trí nhật ký: kết quả KHÔNG khớp với bản đã nộp. Hãy chạy “hailong-district verify”.",
        "Counted again as of its log position: NOT the same. Run “hailong-district verify”.";
    gone: "phiếu đã hết thời hạn lưu nội dung từ khi nộp, nên không tính lại đầy đủ được.",
        "ballots have reached the end of retention since, so it can't be counted in full again.";
    facts_hash: "Mã băm số liệu", "Hash of the figures";
    document_hash: "Mã băm tệp Word", "Hash of the document";
    refused: "Chưa lập được báo cáo", "No report yet";
    back: "Quay lại", "Back";
    settings: "Kỳ báo cáo, đầu trang, cách gộp 3 mức", "Months, letterhead, tables of three levels";
    kind: "Tháng báo cáo", "Reporting months";
    calendar: "từ ngày 1 đến hết tháng", "by the calendar";
    statutory: "từ ngày 15 tháng trước đến ngày 14", "from the 15th to the 14th";
    inherit: "theo đơn vị cấp trên", "as the unit above";
    middle: "Khi gộp còn 3 mức, mức “Bình thường”", "In tables of three levels, “Bình thường” goes";
    dissatisfied: "vào “Không hài lòng”", "to “Không hài lòng”";
    satisfied: "vào “Hài lòng”", "to “Hài lòng”";
    left_out: "không tính vào mức nào", "nowhere";
    above: "Cơ quan cấp trên", "Body above";
    body: "Cơ quan ban hành", "Issuing body";
    place: "Địa danh", "Place";
    signer: "Chức vụ người ký", "Who signs";
    save: "Lưu", "Save";
    filled: "Để trống thì lấy theo tên đơn vị.", "Empty lines are filled from the names of the units.";
    volume: "Số lượt giao dịch và hồ sơ", "Transactions and papers";
    volume_lead: "Số liệu theo sổ của đơn vị, dùng để tính tỷ lệ phản hồi và đặt cạnh tỷ lệ hài lòng. Nhập lại thì số mới thay số cũ; mọi lần nhập đều ghi nhật ký.",
        "From the unit's own books, for the response rate. A new entry takes the place of the old; all are logged.";
    transactions: "Số lượt giao dịch tại quầy", "Transactions at the counters";
    first: "Số liệu từ ngày", "From";
    last: "đến hết ngày", "to";
    total: "Tổng hồ sơ tiếp nhận", "Papers taken in";
    on_time: "Giải quyết sớm và đúng hạn", "Done early or on time";
    pending: "Đang giải quyết, còn hạn", "Not done, in time";
    late: "Quá hạn", "Overdue";
    papers: "Hồ sơ (không bắt buộc; nhập cả bốn ô)", "Papers (optional; all four)";
    entered: "Đã nhập", "Entered";
    needed: "Số phiếu cần (sai số 5%)", "Ballots needed (5% error)";
    none_entered: "Chưa nhập tháng nào.", "None yet.";
    entered_by: "Người nhập", "By";
    numbers: "Xin nhập số nguyên không âm ở ô", "Whole numbers only, in";
    dates: "Xin nhập ngày ở cả hai ô “từ ngày” và “đến hết ngày”.", "Please enter both dates.";
    all_four: "Xin nhập đủ bốn ô hồ sơ, hoặc để trống cả bốn.", "Please enter all four numbers of papers, or none.";
    on_time_share: "Sớm và đúng hạn", "On time";
}
