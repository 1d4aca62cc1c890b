//! "Tin nhắn buổi sáng" (domain.md F37): a text of at most 600 characters to copy, without personal data.

use super::{
    Asked,
    texts::{self, Texts},
};
use crate::{
    domain::{number, policy::DIGEST_CHARS, stats::Figure, time::LocalDay},
    server::{
        admin::{
            Admin,
            error::PageError,
            overview::{self, Overview, Quiet},
            page::{self, Nav, Page},
        },
        auth::Visitor,
        export::DEMO_MARK,
    },
    store::{
        figures::{self, Scope},
        tasks::Count,
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use dioxus::prelude::*;

/// Longest name of a unit in the message, in characters.
const NAME_CHARS: usize = 80;

/// What the message tells.
#[derive(Clone, Debug)]
struct Digest {
    demo: bool,
    unit: String,
    today: LocalDay,
    yesterday: u64,
    this_month: u64,
    figure: Figure,
    tasks: Count,
    /// Tablets in use, and those not heard of for a day.
    tablets: (u64, u64),
    missing: u64,
}

impl Digest {
    fn of(overview: &Overview, unit: String, yesterday: u64, today: LocalDay, demo: bool) -> Self {
        let in_use = overview.devices.iter().filter(|device| device.state != Quiet::Revoked);
        let silent = overview.devices.iter().filter(|device| device.state == Quiet::Silent);
        Self {
            demo,
            unit,
            today,
            yesterday,
            this_month: overview.live.month,
            figure: overview.figure,
            tasks: overview.tasks,
            tablets: (in_use.count() as u64, silent.count() as u64),
            missing: overview.missing,
        }
    }

    /// The message. Lines that would make it too long are left out, the last ones first.
    fn text(&self) -> String {
        let n = number::integer;
        let mark = if self.demo {
            format!("[{DEMO_MARK}] ")
        } else {
            String::new()
        };
        let unit: String = self.unit.chars().take(NAME_CHARS).collect();
        let mut lines = vec![
            format!("{mark}{unit}, sáng {}", number::date(self.today)),
            format!(
                "- Phiếu hôm qua: {}; từ đầu tháng: {}.",
                n(self.yesterday),
                n(self.this_month)
            ),
        ];
        let tasks = &self.tasks;
        lines.push(match tasks.open {
            0 => "- Không có việc nào cần xử lý từ đánh giá thấp.".to_owned(),
            open => format!(
                "- Việc cần xử lý: {} (mới sáng nay {}, quá hạn {}).",
                n(open),
                n(tasks.today),
                n(tasks.overdue)
            ),
        });
        lines.push(match self.figure.rate() {
            Some(_) => format!("- Tỷ lệ hài lòng (phiếu tại quầy): {}.", self.figure.vietnamese()),
            None => format!("- {}.", self.figure.vietnamese()),
        });
        let (in_use, silent) = self.tablets;
        lines.push(match silent {
            0 => format!("- Máy đang dùng: {}, đều có liên lạc trong ngày.", n(in_use)),
            silent => format!("- Máy mất liên lạc trên 1 ngày: {}/{}.", n(silent), n(in_use)),
        });
        if self.missing > 0 {
            lines.push(format!("- Có thể thiếu ít nhất {} phiếu.", n(self.missing)));
        }
        lines.push("Xem chi tiết ở trang quản trị Hài Lòng.".to_owned());
        let mut text = String::new();
        for line in lines {
            let more = line.chars().count() + usize::from(!text.is_empty());
            if text.chars().count() + more > DIGEST_CHARS {
                break;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&line);
        }
        text
    }
}

/// `GET /admin/tasks/digest`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let now = admin.clock.now();
    let (top, node, demo) = (visitor.node, visitor.scope(asked.node.parse().ok()), page.demo);
    let digest = admin
        .read(move |conn| {
            let today = LocalDay::of(now);
            let overview = overview::load(conn, (top, node), None, now)?;
            let scope = Scope::seen(conn, top, node)?;
            let yesterday = figures::on_day(conn, &scope, LocalDay(today.0 - 1))?;
            let named = node.and_then(|id| overview.nodes.iter().find(|(node, _)| *node == id));
            let unit = match (named, overview.nodes.as_slice()) {
                (Some((_, name)), _) | (None, [(_, name)]) => name.clone(),
                _ => format!("{} đơn vị", overview.nodes.len()),
            };
            Ok(Digest::of(&overview, unit, yesterday, today, demo))
        })
        .await?;
    let page = page.of(&visitor, Nav::Overview);
    let t = texts::of(&page);
    Ok(page::document(&page, t.digest, markup(&page, t, &digest.text())).into_response())
}

fn markup(page: &Page, t: &Texts, text: &str) -> Element {
    let length = text.chars().count() as u64;
    let (length, most) = (page.lang.number(length), page.lang.number(DIGEST_CHARS as u64));
    rsx! {
        section { class: "card narrow",
            h1 { {t.digest} }
            p { {t.digest_lead} }
            label { span { class: "hidden", {t.digest} }
                textarea { class: "message", readonly: true, rows: "11", lang: "vi", "{text}" }
            }
            p { class: "small", "{length} {t.characters} {t.of_at_most} {most}." }
            p { a { class: "button quiet", href: "/admin/tasks", {t.back} } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{period::Period, stats::Tally, time::Month};

    fn digest() -> Digest {
        let month = Month { year: 2026, month: 11 };
        Digest {
            demo: false,
            unit: "Xã Mẫu".into(),
            today: LocalDay(20_780),
            yesterday: 12,
            this_month: 1_230,
            figure: Figure::of(Tally::new([1, 2, 4, 20, 20]), Period::month(month)),
            tasks: Count {
                today: 1,
                open: 3,
                overdue: 1,
            },
            tablets: (3, 1),
            missing: 4,
        }
    }

    #[test]
    fn the_message_says_what_a_leader_asks_in_the_morning() {
        insta::assert_snapshot!(digest().text(), @"
        Xã Mẫu, sáng 23/11/2026
        - Phiếu hôm qua: 12; từ đầu tháng: 1.230.
        - Việc cần xử lý: 3 (mới sáng nay 1, quá hạn 1).
        - Tỷ lệ hài lòng (phiếu tại quầy): 85% (tháng 11/2026, n = 47), ước lượng trong khoảng 72–93%.
        - Máy mất liên lạc trên 1 ngày: 1/3.
        - Có thể thiếu ít nhất 4 phiếu.
        Xem chi tiết ở trang quản trị Hài Lòng.
        ");
        let calm = Digest {
            tasks: Count::default(),
            tablets: (3, 0),
            missing: 0,
            figure: Figure::of(Tally::new([0, 0, 0, 4, 3]), digest().figure.period()),
            ..digest()
        };
        insta::assert_snapshot!(calm.text(), @"
        Xã Mẫu, sáng 23/11/2026
        - Phiếu hôm qua: 12; từ đầu tháng: 1.230.
        - Không có việc nào cần xử lý từ đánh giá thấp.
        - Chưa đủ phiếu để tính tỷ lệ (n = 7).
        - Máy đang dùng: 3, đều có liên lạc trong ngày.
        Xem chi tiết ở trang quản trị Hài Lòng.
        ");
    }

    #[test]
    fn it_never_has_more_than_600_characters() {
        let most = u64::MAX;
        let long = Digest {
            demo: true,
            unit: "Phường ".repeat(200),
            yesterday: most,
            this_month: most,
            tasks: Count {
                today: most,
                open: most,
                overdue: most,
            },
            tablets: (most, most),
            missing: most,
            ..digest()
        };
        let text = long.text();
        assert!(text.chars().count() <= DIGEST_CHARS, "{}", text.chars().count());
        assert!(text.contains("quá hạn"), "what matters most stands first: {text}");
    }
}
