//! What the pages about comments say.

use crate::server::admin::texts::Lang;

macro_rules! texts {
    ($($name:ident)*) => {
        /// The texts in one language.
        pub(super) struct Texts {
            $(pub(super) $name: &'static str,)*
        }
    };
}

texts! {
    title lead units_title units_lead unit state asks not own_on own_off as_above turn_on turn_off follow
    heaps_title none month held new counted read wait read_title read_lead back
    mark_new mark_reviewed mark_hidden to_reviewed to_hidden to_new unreadable rule hidden_title
}

pub(super) fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Vi => &VI,
        Lang::En => &EN,
    }
}

const VI: Texts = Texts {
    title: "Ý kiến",
    lead: "Sau khi đánh giá, người dân có thể viết thêm ý kiến nếu đơn vị bật mục này. Ý kiến không gắn với phiếu, quầy, máy hay ngày nào; số điện thoại và số căn cước bị che ngay trên máy.",
    units_title: "Đơn vị nào hỏi ý kiến",
    units_lead: "Mặc định là không. Khi bật, máy hỏi thêm một màn hình sau “Gửi”; người dân phải đánh dấu đồng ý thì ý kiến mới được gửi.",
    unit: "Đơn vị",
    state: "Hiện nay",
    asks: "Có hỏi ý kiến",
    not: "Không hỏi",
    own_on: "đơn vị tự bật",
    own_off: "đơn vị tự tắt",
    as_above: "theo cấp trên",
    turn_on: "Bật",
    turn_off: "Tắt",
    follow: "Theo cấp trên",
    heaps_title: "Ý kiến đã nhận",
    none: "Chưa có ý kiến nào.",
    month: "Tháng",
    held: "Đã nhận",
    new: "Chưa duyệt",
    counted: "Theo máy đếm",
    read: "Đọc",
    wait: "đọc được khi hết tháng",
    read_title: "Ý kiến tháng",
    read_lead: "Lần đọc này đã được ghi vào nhật ký cùng tên người đọc. Thứ tự là ngẫu nhiên.",
    back: "Trở lại",
    mark_new: "Chưa duyệt",
    mark_reviewed: "Đã duyệt, được trích dẫn",
    mark_hidden: "Đã ẩn",
    to_reviewed: "Duyệt",
    to_hidden: "Ẩn",
    to_new: "Bỏ đánh dấu",
    unreadable: "Không mở được ý kiến này bằng khóa hiện có.",
    rule: "Trước khi trích dẫn: đọc kỹ, không trích dẫn ý kiến nêu tên, số, địa chỉ của ai. Ý kiến tự bị xóa 90 ngày sau khi hết tháng.",
    hidden_title: "Đã ẩn",
};

const EN: Texts = Texts {
    title: "Comments",
    lead: "After rating, citizens may write a comment where their unit asks for one. A comment belongs to no ballot, counter, tablet or day; phone and identity numbers are hidden on the tablet itself.",
    units_title: "Which units ask",
    units_lead: "Off by default. When on, one more screen follows “Send”; nothing is sent unless the citizen ticks the consent.",
    unit: "Unit",
    state: "Now",
    asks: "Asks for comments",
    not: "Does not ask",
    own_on: "turned on here",
    own_off: "turned off here",
    as_above: "as the unit above",
    turn_on: "Turn on",
    turn_off: "Turn off",
    follow: "As above",
    heaps_title: "Comments received",
    none: "No comments yet.",
    month: "Month",
    held: "Received",
    new: "Not reviewed",
    counted: "Counted by tablets",
    read: "Read",
    wait: "readable once the month is over",
    read_title: "Comments of",
    read_lead: "This reading is in the log with your name. The order is random.",
    back: "Back",
    mark_new: "Not reviewed",
    mark_reviewed: "Reviewed, may be quoted",
    mark_hidden: "Hidden",
    to_reviewed: "Mark reviewed",
    to_hidden: "Hide",
    to_new: "Remove mark",
    unreadable: "The key at hand does not open this comment.",
    rule: "Before quoting: read it closely and quote nothing that names a person, a number or an address. Comments are deleted 90 days after their month.",
    hidden_title: "Hidden",
};
