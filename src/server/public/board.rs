//! The screen in the hall: one figure, large enough to be read from the last row, on a television of 1920x1080.
//!
//! It asks for itself again every few minutes by itself, without a script, and so does a refusal at its address: nobody
//! stands beside it with a keyboard. What is old looks old: a month that is not the newest ended one is named as such,
//! and a page that could not be renewed says so after a quarter of an hour (an animation of the style sheet that waits
//! so long; each renewal begins it anew).

use super::{
    frame::{Frame, capital, interval},
    model::{Board, Shown},
};
use dioxus::prelude::*;

pub(super) fn markup(frame: &Frame, board: &Board) -> String {
    let made = frame.clock(board.common.now);
    let body = rsx! {
        header {
            div {
                if let Some(above) = &board.above { p { class: "above", "{above}" } }
                h1 { "{board.name}" }
            }
            p { class: "when", {capital(&frame.month(&board.common))} }
        }
        {frame.demo_mark()}
        main { class: if frame.stale(&board.common).is_some() { "stale" },
            section { class: "figure",
                h2 { {frame.say("Tỷ lệ hài lòng (phiếu tại quầy)", "Satisfied (ballots at the counter)")} }
                if let Shown::Rate(rate) = &board.shown {
                    p { class: "big", "{frame.lang.rate(rate).percent}" }
                    {interval(frame, rate)}
                    p { class: "reads",
                        {frame.say("Ước lượng trong khoảng ", "Estimated between ")}
                        strong { "{frame.lang.rate(rate).interval}" }
                        " · n = {frame.lang.rate(rate).n} "
                        {frame.say("phiếu", "ballots")}
                    }
                } else {
                    p { class: "too-few", {frame.why_not(&board.shown).unwrap_or_default()} }
                }
                if let Some(stale) = frame.stale(&board.common) {
                    p { class: "notice", role: "note", "{stale}" }
                }
            }
            aside {
                h2 { {frame.say("Mời Ông/Bà đánh giá", "Please rate us")} }
                p {
                    {frame.say(
                        "Chạm vào một khuôn mặt trên máy tính bảng ở quầy. Tự nguyện, không ghi tên, không ảnh hưởng đến việc giải quyết hồ sơ.",
                        "Touch a face on the tablet at the counter. Voluntary, no name, without any effect on your papers.",
                    )}
                }
                if !board.contact.is_empty() {
                    h2 { {frame.say("Phản ánh, kiến nghị", "Contact")} }
                    p { class: "contact",
                        for line in &board.contact {
                            "{line}"
                            br {}
                        }
                    }
                }
            }
        }
        footer {
            p { {frame.kind()} if let Some(beside) = frame.beside(board) { " {beside}" } }
            p { class: "made",
                {frame.say("Màn hình cập nhật lúc ", "Screen renewed at ")}
                "{made}"
            }
        }
        p { class: "late", role: "note",
            {frame.say(
                format!("MÀN HÌNH CHƯA CẬP NHẬT ĐƯỢC từ {made}: số liệu có thể đã cũ."),
                format!("THIS SCREEN COULD NOT BE RENEWED since {made}: its figures may be old."),
            )}
        }
    };
    frame.document("hall", &board.name, body)
}
