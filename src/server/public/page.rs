//! The list of units, and a unit's page.

use super::{
    frame::{Frame, interval},
    model::{Board, Common, List, Shown},
};
use crate::domain::{number, time::LocalDay};
use dioxus::prelude::*;

/// The frame of the pages to read: head, content, the log's checkpoint, foot.
fn sheet(frame: &Frame, title: &str, common: Option<&Common>, body: Element) -> String {
    let whole = rsx! {
        header { class: "top",
            a { class: "mark", href: frame.link("/cong-khai/"),
                strong { "Hài Lòng" }
                span { {frame.say("Công khai kết quả đánh giá tại quầy", "Ratings at the counter, for everybody")} }
            }
            {frame.other_language()}
        }
        {frame.demo_mark()}
        main {
            {body}
            if let Some(common) = common {
                {checkpoint(frame, common)}
            }
        }
        footer { {frame.kind()} }
    };
    frame.document("read", title, whole)
}

pub(super) fn list(frame: &Frame, list: &List) -> String {
    let title = frame.say("Các đơn vị công khai kết quả", "Units that publish their figures");
    let body = rsx! {
        h1 { {title} }
        p { class: "lead",
            {frame.say("Tỷ lệ hài lòng (phiếu tại quầy), ", "Satisfied, of ballots at the counter, ")}
            "{frame.month(&list.common)}"
        }
        {stale(frame, &list.common)}
        if list.units.is_empty() {
            p { {frame.say("Chưa có đơn vị nào công khai kết quả ở đây.", "No unit publishes its figures here yet.")} }
        } else {
            table {
                thead {
                    tr {
                        th { scope: "col", {frame.say("Đơn vị", "Unit")} }
                        th { scope: "col", class: "num", {frame.say("Tỷ lệ hài lòng", "Satisfied")} }
                        th { scope: "col", {frame.say("Ước lượng trong khoảng", "Estimated between")} }
                        th { scope: "col", class: "num", {frame.say("Số phiếu (n)", "Ballots (n)")} }
                    }
                }
                tbody {
                    for (id , name , above , shown) in &list.units {
                        tr {
                            th { scope: "row",
                                a { href: frame.link(&format!("/cong-khai/{id}")), "{name}" }
                                if let Some(above) = above {
                                    small { " {above}" }
                                }
                            }
                            if let Shown::Rate(rate) = shown {
                                td { class: "num strong", "{frame.lang.rate(rate).percent}" }
                                td { "{frame.lang.rate(rate).interval}" }
                                td { class: "num", "{frame.lang.rate(rate).n}" }
                            } else {
                                td { class: "muted", colspan: "3", {frame.why_not(shown).unwrap_or_default()} }
                            }
                        }
                    }
                }
            }
            p { class: "small",
                {frame.say(
                    "Xếp theo tên. Khoảng ước lượng của hai đơn vị chồng lên nhau thì chưa thể nói đơn vị nào tốt hơn.",
                    "In alphabetical order. Where the intervals of two units overlap, neither can be called better.",
                )}
            }
        }
    };
    sheet(frame, title, Some(&list.common), body)
}

pub(super) fn unit(frame: &Frame, board: &Board) -> String {
    let at = format!("/cong-khai/{}", board.id);
    let body = rsx! {
        p { class: "crumb",
            a { href: frame.link("/cong-khai/"), {frame.say("Mọi đơn vị", "All units")} }
            if let Some(above) = &board.above { " · {above}" }
        }
        h1 { "{board.name}" }
        {stale(frame, &board.common)}
        section { class: "card headline",
            h2 {
                {frame.say("Tỷ lệ hài lòng (phiếu tại quầy), ", "Satisfied, of ballots at the counter, ")}
                "{frame.month(&board.common)}"
            }
            if let Shown::Rate(rate) = &board.shown {
                p { class: "big", "{frame.lang.rate(rate).percent}" }
                p { class: "reads",
                    {frame.say("ước lượng trong khoảng ", "estimated between ")}
                    strong { "{frame.lang.rate(rate).interval}" }
                    br {}
                    "n = {frame.lang.rate(rate).n} "
                    {frame.say("phiếu trả lời", "answers")}
                }
                {interval(frame, rate)}
            } else {
                p { class: "too-few", {frame.why_not(&board.shown).unwrap_or_default()} }
            }
            p { class: "small",
                {frame.say(
                    "Gồm “Hài lòng” và “Rất hài lòng” trên tổng số phiếu có trả lời.",
                    "“Satisfied” and “Very satisfied”, of all answers.",
                )}
                " "
                {frame.closed(&board.common).unwrap_or_default()}
                if let Some(beside) = frame.beside(board) { " {beside}" }
            }
        }
        if !board.contact.is_empty() {
            section { class: "card",
                h2 { {frame.say("Phản ánh, kiến nghị", "Contact")} }
                p { class: "contact",
                    for line in &board.contact {
                        "{line}"
                        br {}
                    }
                }
            }
        }
        p { class: "links",
            a { href: frame.link(&format!("{at}/bang")), {frame.say("Màn hình cho phòng chờ", "Screen for the hall")} }
            a { href: frame.link(&format!("{at}/to-roi")), {frame.say("Tờ rơi A4 để in", "A4 poster to print")} }
        }
    };
    sheet(frame, &board.name, Some(&board.common), body)
}

fn stale(frame: &Frame, common: &Common) -> Element {
    rsx! {
        if let Some(stale) = frame.stale(common) {
            p { class: "notice", role: "note", "{stale}" }
        }
    }
}

/// What outsiders keep: the log's size and head with the district's signature.
fn checkpoint(frame: &Frame, common: &Common) -> Element {
    let Some(made) = &common.checkpoint else {
        return rsx! {};
    };
    let day = number::date(LocalDay(made.day));
    let size = frame.lang.number(made.size);
    rsx! {
        section { class: "card checkpoint",
            h2 { {frame.say("Điểm chốt của nhật ký", "Checkpoint of the log")} }
            p {
                {frame.say(
                    "Mọi việc trên máy chủ này là một mục của nhật ký nối chuỗi. Ai giữ một bản sao của các dòng dưới đây đều có thể chứng minh nếu sau này nhật ký bị sửa hay cắt bớt.",
                    "Everything done on this server is an entry of a chained log. Whoever keeps a copy of these lines can prove it if the log is changed or cut later.",
                )}
            }
            dl {
                div { dt { {frame.say("Ngày", "Day")} } dd { "{day}" } }
                div { dt { {frame.say("Vị trí (số mục)", "Position (entries)")} } dd { "{size}" } }
                div { dt { {frame.say("Gốc băm", "Root")} } dd { code { "{made.head}" } } }
                div { dt { {frame.say("Chữ ký", "Signature")} } dd { code { "{made.sig}" } } }
                div { dt { {frame.say("Khóa công khai", "Public key")} } dd { code { "{common.key}" } } }
            }
            p { class: "small",
                a { href: "/cong-khai/diem-chot.json", {frame.say("Tải bản cho máy đọc (JSON)", "For programs (JSON)")} }
            }
        }
    }
}

pub(super) fn missing(frame: &Frame) -> String {
    let title = frame.say("Không có ở đây", "Not here");
    let body = rsx! {
        h1 { {title} }
        p {
            {frame.say(
                "Đơn vị này không có, hoặc chưa công khai kết quả.",
                "There is no such unit, or it does not publish its figures.",
            )}
        }
        p { a { href: frame.link("/cong-khai/"), {frame.say("Xem các đơn vị công khai", "Units that do")} } }
    };
    sheet(&frame.somewhere(), title, None, body)
}

pub(super) fn failed(frame: &Frame) -> String {
    let title = frame.say("Máy chủ chưa trả lời được", "The server can't answer now");
    let body = rsx! {
        h1 { {title} }
        p { {frame.say("Xin thử lại sau ít phút.", "Please try again in a few minutes.")} }
    };
    sheet(&frame.somewhere(), title, None, body)
}
