//! The poster for the village: one A4 page, in the type of NĐ 30/2020 (domain.md §3.4), printed with the browser. It
//! names the unit and nobody who works there.

use super::{
    frame::{Frame, interval},
    model::{Board, Shown},
};
use crate::{
    domain::{number, time::LocalDay},
    server::qr,
};
use dioxus::prelude::*;

pub(super) fn markup(frame: &Frame, board: &Board, link: Option<&str>) -> String {
    let t = |vi: &'static str, en: &'static str| frame.say(vi, en);
    let body = rsx! {
        p { class: "screen-only",
            {t("In trang này: nhấn Ctrl+P, khổ A4, một trang.", "To print this page press Ctrl+P: A4, one page.")}
            " "
            a { href: frame.link(&format!("/cong-khai/{}", board.id)), {t("Quay lại", "Back")} }
        }
        article {
            header {
                if let Some(above) = &board.above { p { class: "above", {above.to_uppercase()} } }
                p { class: "body", {board.name.to_uppercase()} }
            }
            {frame.demo_mark()}
            h1 {
                {t("THÔNG BÁO", "NOTICE")}
                span {
                    {t("Kết quả người dân đánh giá sự phục vụ tại quầy, ", "How citizens rated the service at the counter, ")}
                    "{frame.month(&board.common)}"
                }
            }
            section { class: "figure",
                if let Shown::Rate(rate) = &board.shown {
                    p { class: "label", {t("Tỷ lệ hài lòng (phiếu tại quầy)", "Satisfied (ballots at the counter)")} }
                    p { class: "big", "{frame.lang.rate(rate).percent}" }
                    p { class: "reads",
                        {t("ước lượng trong khoảng ", "estimated between ")}
                        "{frame.lang.rate(rate).interval}, n = {frame.lang.rate(rate).n} "
                        {t("phiếu", "ballots")}
                    }
                    {interval(frame, rate)}
                } else {
                    p { class: "too-few", {frame.why_not(&board.shown).unwrap_or_default()} }
                }
                if let Some(stale) = frame.stale(&board.common) {
                    p { class: "stale", "{stale}" }
                }
            }
            section { class: "text",
                p {
                    {t(
                        "Tỷ lệ này gồm các phiếu “Hài lòng” và “Rất hài lòng” trên tổng số phiếu có trả lời. ",
                        "The share of “Satisfied” and “Very satisfied” among all answers. ",
                    )}
                    {frame.kind()}
                }
                p {
                    {t(
                        "Khi đến làm thủ tục, xin mời Ông/Bà chạm vào một khuôn mặt trên máy tính bảng đặt ở quầy. Việc đánh giá là tự nguyện, không ghi tên và không ảnh hưởng đến việc giải quyết hồ sơ. Khen hay chê đều giúp cán bộ phục vụ tốt hơn.",
                        "When you come with your papers, please touch a face on the tablet at the counter. It is voluntary, without a name, and has no effect on your papers. Praise and criticism both help us.",
                    )}
                }
            }
            footer {
                div {
                    if !board.contact.is_empty() {
                        p { class: "label", {t("Phản ánh, kiến nghị", "Contact")} }
                        p { class: "contact",
                            for line in &board.contact {
                                "{line}"
                                br {}
                            }
                        }
                    }
                    p { class: "source",
                        {frame.closed(&board.common).unwrap_or_default()}
                        if let Some(beside) = frame.beside(board) { " {beside}" }
                        if let Some(made) = &board.common.checkpoint {
                            {t(" Điểm chốt của nhật ký ngày ", " Checkpoint of the log, ")}
                            "{number::date(LocalDay(made.day))}: {number::integer(made.size)}, "
                            code { {made.head.to_string().chars().take(16).collect::<String>()} }
                            "…"
                        }
                    }
                }
                if let Some(link) = link {
                    div { class: "code",
                        {qr::svg(link, t("Mã mở trang công khai", "Opens the public page"))}
                        p { {t("Xem trên mạng", "See it online")} }
                    }
                }
            }
        }
    };
    frame.document("poster", &board.name, body)
}
