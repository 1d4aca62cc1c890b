//! "Quản lý": everything beside figures and tablets, in one list; what somebody may not do is not in it.

use super::{
    Admin,
    page::{self, Nav, Page},
};
use crate::server::auth::{Visitor, permission::Right};
use axum::{extract::State, response::Html};
use dioxus::prelude::*;

/// One entry: where it leads, what it takes, name and purpose in both languages.
struct Entry {
    href: &'static str,
    right: Right,
    name: (&'static str, &'static str),
    what: (&'static str, &'static str),
}

const ENTRIES: &[Entry] = &[
    Entry {
        href: "/admin/places",
        right: Right::SeePlaces,
        name: ("Đơn vị và quầy", "Units and counters"),
        what: (
            "Tên, liên hệ, giờ làm việc; đổi tên, chuyển, đóng.",
            "Names, contact, hours; rename, move, close.",
        ),
    },
    Entry {
        href: "/admin/import",
        right: Right::Places,
        name: ("Nhập danh sách", "Bring a list"),
        what: (
            "Đơn vị, quầy, cán bộ, thủ tục từ tệp CSV hoặc XLSX; xem trước rồi mới lưu.",
            "Units, counters, officers, procedures from CSV or XLSX, with a preview.",
        ),
    },
    Entry {
        href: "/admin/surveys",
        right: Right::SeeSurveys,
        name: ("Bộ câu hỏi", "Questions"),
        what: (
            "Quầy nào hỏi gì; soạn, xem trước, công bố; lịch sử và khác biệt.",
            "What is asked where; write, preview, publish; history and differences.",
        ),
    },
    Entry {
        href: "/admin/roster",
        right: Right::SeeRoster,
        name: ("Ca trực", "Duties"),
        what: ("Ai trực quầy nào, khi nào.", "Who is at which counter when."),
    },
    Entry {
        href: "/admin/officers",
        right: Right::Officers,
        name: ("Số liệu theo cán bộ", "Figures per officer"),
        what: (
            "Chỉ của tháng đã kết thúc; mỗi lần xem được ghi nhật ký.",
            "Of months that have ended; each look is logged.",
        ),
    },
    Entry {
        href: "/admin/tasks",
        right: Right::Tasks,
        name: ("Việc cần xử lý", "Tasks"),
        what: (
            "Đánh giá thấp của hôm trước: động viên, nhắc nhở, hoặc không xác minh được; tin nhắn buổi sáng.",
            "Low ratings of the day before, and what was done about them; the daily digest.",
        ),
    },
    Entry {
        href: "/admin/mine",
        right: Right::Mine,
        name: ("Số liệu của tôi", "My figures"),
        what: (
            "Của tháng đã kết thúc; giải trình.",
            "Of months that have ended; explaining them.",
        ),
    },
    Entry {
        href: "/admin/exclusions",
        right: Right::SeeDecisions,
        name: ("Dấu hiệu bất thường, loại khỏi thống kê", "Flags and exclusions"),
        what: (
            "Phiếu dồn dập, ngoài giờ; phạm vi đã loại và lý do.",
            "Bursts, after hours; what is excluded, and why.",
        ),
    },
    Entry {
        href: "/admin/waiting",
        right: Right::SeeDecisions,
        name: ("Phiếu chưa được tính", "Ballots in no figure"),
        what: (
            "Phiếu cần kiểm tra, dùng thử, chưa đọc được.",
            "Quarantined, practice, unread.",
        ),
    },
    Entry {
        href: "/admin/dossier",
        right: Right::Evidence,
        name: ("Hồ sơ ISO 9001", "ISO 9001 evidence pack"),
        what: (
            "Bộ câu hỏi, báo cáo đã nộp, quyết định, điểm chốt trong một tệp ZIP có bảng kê mã băm.",
            "Question sets, filed reports, decisions, checkpoints in one ZIP with a manifest of hashes.",
        ),
    },
    Entry {
        href: "/admin/users",
        right: Right::Users,
        name: ("Người dùng", "Users"),
        what: (
            "Ai được đăng nhập, với vai trò nào, ở đơn vị nào.",
            "Who may sign in, as what, for which unit.",
        ),
    },
    Entry {
        href: "/admin/account",
        right: Right::Own,
        name: ("Tài khoản của tôi", "My account"),
        what: ("Đổi mật khẩu.", "Change the password."),
    },
];

/// `GET /admin/manage`.
pub(super) async fn page(State(_): State<Admin>, visitor: Visitor, page: Page) -> Html<String> {
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Quản lý", "Manage");
    let body = rsx! {
        div { class: "title", h1 { {title} } }
        section { class: "card",
            dl { class: "columns wide",
                for entry in ENTRIES.iter().filter(|entry| page.may(entry.right)) {
                    div {
                        dt { a { href: entry.href, {page.say(entry.name.0, entry.name.1)} } }
                        dd { {page.say(entry.what.0, entry.what.1)} }
                    }
                }
            }
        }
    };
    page::document(&page, title, body)
}
