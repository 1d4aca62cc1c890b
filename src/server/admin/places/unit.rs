//! The page of one unit. Each section is a form of its own; parts that other areas add (`sections`) stand between hours
//! and history.

use super::{Unit, languages, view};
use crate::{
    domain::{
        ballot::Moment,
        number::date,
        settings::{Hours, Span},
        time::LocalDay,
    },
    server::{
        admin::page::{self, Page},
        auth::permission::Right,
    },
    store::places::{self, Counter},
};
use axum::response::Html;
use dioxus::prelude::*;

pub(super) fn document(page: &Page, unit: &Unit) -> Html<String> {
    let node = &unit.node;
    let may = page.may(Right::Places) && node.valid_to.is_none();
    let body = rsx! {
        div { class: "title",
            h1 { "{node.name}" }
            p { class: "actions",
                {view::closed(page, node.valid_to)}
                a { class: "button quiet", href: "/admin/places", {page.say("Mọi đơn vị", "All units")} }
                a { class: "button quiet", href: "/admin/?node={node.id}", {page.say("Xem số liệu", "See figures")} }
            }
        }
        section { class: "card",
            p {
                {view::kind(page, node.kind)}
                if let Some(parent) = &unit.parent {
                    " · "
                    {page.t.node_parent}
                    " "
                    a { href: "/admin/places/unit?node={parent.id}", "{parent.name}" }
                }
                if let Some(code) = &node.code {
                    " · "
                    {page.say("mã ", "code ")}
                    "{code}"
                }
            }
            if !unit.same_code.is_empty() {
                p { class: "notice",
                    {page.say("Mã này cũng được dùng cho: ", "The same code is used for: ")}
                    {unit.same_code.join(", ")}
                    {page.say(". Mã chỉ để ghi chú; số liệu không gộp theo mã.", ". A code is only a note; nothing is added up by it.")}
                }
            }
        }
        {counters(page, unit, may)}
        if may {
            div { class: "grid halves",
                {contact(page, unit)}
                {hours(page, unit)}
            }
            {open_to_all(page, unit)}
            {languages::card(page, unit)}
            if !unit.top {
                {rename(page, unit)}
            }
        }
        {history(page, unit)}
        if page.may(Right::Places) && !unit.top {
            {close(page, unit)}
        }
    };
    page::document(page, &node.name, body)
}

/// The hidden field that says which unit a form is about.
pub(super) fn this(unit: &Unit) -> Element {
    rsx! { input { r#type: "hidden", name: "node", value: "{unit.node.id}" } }
}

fn counters(page: &Page, unit: &Unit, may: bool) -> Element {
    let moments = [Moment::Reception, Moment::Returned, Moment::Result];
    let today = unit.today.date().to_string();
    rsx! {
        section { class: "card",
            h2 { {page.say("Quầy", "Counters")} }
            if unit.counters.is_empty() {
                p { class: "muted", {page.t.sheets_none} }
            }
            for counter in &unit.counters {
                if may && counter.valid_to.is_none() {
                    details { class: "row",
                        summary {
                            strong { "{counter.name}" }
                            " · "
                            {page.lang.moment(counter.moment)}
                            if let Some(field) = &counter.field { " · {field}" }
                        }
                        form { class: "stack short", method: "post", action: "/admin/places/counter/change",
                            {page.csrf()}
                            input { r#type: "hidden", name: "counter", value: "{counter.id}" }
                            {desk(page, Some(counter), &moments)}
                            button { r#type: "submit", {page.say("Lưu quầy", "Save counter")} }
                        }
                        form { class: "line", method: "post", action: "/admin/places/counter/close",
                            {page.csrf()}
                            input { r#type: "hidden", name: "counter", value: "{counter.id}" }
                            span { {page.say("Đóng quầy từ ngày", "Close from")} }
                            input { name: "from", r#type: "date", required: true, value: "{today}", max: "{today}", "aria-label": page.say("Đóng quầy từ ngày", "Close from") }
                            button { class: "quiet", r#type: "submit", {page.say("Đóng quầy", "Close counter")} }
                        }
                    }
                } else {
                    p { strong { "{counter.name}" } " · " {page.lang.moment(counter.moment)} " " {view::closed(page, counter.valid_to)}
                        if may {
                            form { method: "post", action: "/admin/places/counter/close",
                                {page.csrf()}
                                input { r#type: "hidden", name: "counter", value: "{counter.id}" }
                                button { class: "quiet", r#type: "submit", name: "open", value: "again", {page.say("Mở lại", "Open again")} }
                            }
                        }
                    }
                }
            }
            if may {
                details { class: "row",
                    summary { {page.t.add_counters} }
                    form { class: "stack short", method: "post", action: "/admin/places/counter/add",
                        {page.csrf()}
                        {this(unit)}
                        {desk(page, None, &moments)}
                        button { r#type: "submit", {page.t.add_counters} }
                    }
                }
                p { class: "small",
                    {page.say(
                        "Đổi tên, thời điểm, lĩnh vực của quầy có hiệu lực ở lần máy liên lạc tới; phiếu đã nhận giữ nguyên thời điểm và lĩnh vực lúc đánh giá.",
                        "Changes reach the tablet with its next contact; ballots keep the moment and the field they were cast with.",
                    )}
                }
            }
        }
    }
}

fn desk(page: &Page, counter: Option<&Counter>, moments: &[Moment]) -> Element {
    let name = counter.map(|counter| counter.name.clone()).unwrap_or_default();
    let field = counter.and_then(|counter| counter.field.clone()).unwrap_or_default();
    rsx! {
        label { span { {page.t.counter_name} }
            input { name: "name", required: true, maxlength: "200", value: name }
        }
        label { span { {page.t.counter_moment} }
            select { name: "moment",
                for moment in moments.iter().copied() {
                    option { value: places::moment_name(moment), selected: counter.is_some_and(|counter| counter.moment == moment), {page.lang.moment(moment)} }
                }
            }
        }
        label { span { {page.t.counter_field} " " small { "({page.t.optional})" } }
            input { name: "field", maxlength: "200", value: field }
        }
    }
}

fn contact(page: &Page, unit: &Unit) -> Element {
    rsx! {
        section { class: "card",
            h2 { {page.t.contact} }
            form { class: "stack", method: "post", action: "/admin/places/contact",
                {page.csrf()}
                {this(unit)}
                label { span { class: "hidden", {page.t.contact} }
                    textarea { name: "contact", rows: "5", maxlength: "500", {unit.node.contact.clone().unwrap_or_default()} }
                    small { {page.t.contact_hint} }
                }
                button { r#type: "submit", {page.say("Lưu liên hệ", "Save contact")} }
            }
        }
    }
}

/// "07:30".
fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn hours(page: &Page, unit: &Unit) -> Element {
    let own = unit.own.hours.is_some();
    let week: [Option<Span>; 7] = unit.effective.hours.clone().map(|Hours(days)| days).unwrap_or_default();
    let names = page.lang.weekdays();
    let (opens, closes) = (page.say("mở", "opens"), page.say("đóng", "closes"));
    rsx! {
        section { class: "card",
            h2 { {page.say("Giờ làm việc", "Opening hours")} }
            form { class: "stack", method: "post", action: "/admin/places/hours",
                {page.csrf()}
                {this(unit)}
                div {
                    label { class: "line",
                        input { r#type: "radio", name: "whose", value: "above", checked: !own }
                        span { {page.say("Theo đơn vị cấp trên (không khai ở đâu: luôn mở)", "As the unit above (nobody says: always open)")} }
                    }
                    label { class: "line",
                        input { r#type: "radio", name: "whose", value: "own", checked: own }
                        span { {page.say("Giờ riêng của đơn vị này và các đơn vị trực thuộc:", "Own hours, for this unit and those below it:")} }
                    }
                }
                table { class: "tight hours",
                    tbody {
                        for (name , span) in names.into_iter().zip(week) {
                            tr {
                                th { scope: "row", {name} }
                                td { input { name: "opens", r#type: "time", value: span.map(|span| clock(span.from)).unwrap_or_default(), "aria-label": "{name} {opens}" } }
                                td { "–" }
                                td { input { name: "closes", r#type: "time", value: span.map(|span| clock(span.to)).unwrap_or_default(), "aria-label": "{name} {closes}" } }
                            }
                        }
                    }
                }
                p { class: "small", {page.say("Để trống cả hai ô: nghỉ cả ngày. Phiếu ngoài giờ vẫn được nhận và tính, chỉ được đánh dấu để xem xét.", "Both empty: closed all day. Ballots outside are still taken and counted, only flagged.")} }
                button { r#type: "submit", {page.say("Lưu giờ làm việc", "Save hours")} }
            }
        }
    }
}

/// Whether everybody may see the last ended month.
fn open_to_all(page: &Page, unit: &Unit) -> Element {
    let choices = [
        (
            "above",
            None,
            page.say(
                "Theo đơn vị cấp trên (không khai ở đâu: không công khai)",
                "As the unit above (nobody says: not public)",
            ),
        ),
        ("on", Some(true), page.say("Công khai", "Public")),
        ("off", Some(false), page.say("Không công khai", "Not public")),
    ];
    let at = format!("/cong-khai/{}", unit.node.id);
    rsx! {
        section { class: "card",
            h2 { {page.say("Công khai kết quả", "Public figures")} }
            p { {page.say(
                "Ai cũng xem được tỷ lệ hài lòng của tháng đã kết thúc gần nhất (từ 30 phiếu), không cần đăng nhập, không có tên cán bộ. Số liệu được chốt một lần khi tháng kết thúc và không đổi nữa, để không ai biết một người dân đã chọn gì.",
                "Everybody can see the rate of the last ended month (from 30 ballots on), without signing in and without names of officers. It is closed once when the month has ended and never changes, so that nobody learns one citizen's answer.",
            )} }
            if unit.effective.public == Some(true) {
                p { class: "actions",
                    a { href: "{at}", {page.say("Trang công khai", "Public page")} }
                    a { href: "{at}/bang", {page.say("Màn hình phòng chờ", "Screen for the hall")} }
                    a { href: "{at}/to-roi", {page.say("Tờ rơi A4", "A4 poster")} }
                }
            }
            form { class: "stack", method: "post", action: "/admin/places/public",
                {page.csrf()}
                {this(unit)}
                div {
                    for (value , own , label) in choices {
                        label { class: "line",
                            input { r#type: "radio", name: "public", value, checked: unit.own.public == own }
                            span { {label} }
                        }
                    }
                }
                button { r#type: "submit", {page.say("Lưu", "Save")} }
            }
        }
    }
}

fn rename(page: &Page, unit: &Unit) -> Element {
    let (node, today) = (&unit.node, unit.today.date().to_string());
    let everything = page.visitor.as_ref().is_some_and(|visitor| visitor.node.is_none());
    rsx! {
        section { class: "card",
            h2 { {page.say("Đổi tên, mã, đơn vị cấp trên", "Name, code, unit above")} }
            form { class: "stack short", method: "post", action: "/admin/places/rename",
                {page.csrf()}
                {this(unit)}
                label { span { {page.t.node_name} }
                    input { name: "name", required: true, maxlength: "200", value: "{node.name}" }
                }
                label { span { {page.say("Mã đơn vị hành chính", "Official code")} " " small { "({page.t.optional})" } }
                    input { name: "code", maxlength: "40", value: node.code.clone().unwrap_or_default() }
                }
                label { span { {page.t.node_parent} }
                    select { name: "parent",
                        if everything {
                            option { value: "", {page.t.node_parent_none} }
                        }
                        for other in &unit.parents {
                            option { value: "{other.id}", selected: node.parent == Some(other.id), "{other.name}" }
                        }
                    }
                }
                label { span { {page.say("Có hiệu lực từ ngày", "From")} }
                    input { name: "from", r#type: "date", required: true, value: "{today}", max: "{today}" }
                    small { {page.say(
                        "Nhập đúng ngày quyết định có hiệu lực, kể cả khi nhập muộn. Số liệu trước ngày đó vẫn xem được theo cây đơn vị cũ.",
                        "The day the decision takes effect, also when entered late. Figures of before can still be seen by the tree of before.",
                    )} }
                }
                button { r#type: "submit", {page.say("Lưu thay đổi", "Save change")} }
            }
        }
    }
}

fn history(page: &Page, unit: &Unit) -> Element {
    let parent = |id: Option<crate::domain::ids::NodeId>| {
        let name = unit.names.iter().find(|(other, _)| Some(*other) == id);
        name.map_or_else(|| "–".to_owned(), |(_, name)| name.clone())
    };
    let ends: Vec<LocalDay> = unit.versions.iter().skip(1).map(|version| version.from).collect();
    rsx! {
        section { class: "card",
            h2 { {page.say("Đơn vị này qua các thời kỳ", "This unit over time")} }
            table {
                thead {
                    tr {
                        th { scope: "col", {page.say("Từ ngày", "From")} }
                        th { scope: "col", {page.say("Đến hết ngày", "Until")} }
                        th { scope: "col", {page.t.node_name} }
                        th { scope: "col", {page.say("Mã", "Code")} }
                        th { scope: "col", {page.t.node_parent} }
                    }
                }
                tbody {
                    for (place , version) in unit.versions.iter().enumerate() {
                        tr {
                            td { {date(version.from)} }
                            td { {ends.get(place).map(|end| date(LocalDay(end.0 - 1))).unwrap_or_else(|| page.say("nay", "now").to_owned())} }
                            th { scope: "row", "{version.name}" }
                            td { {version.code.clone().unwrap_or_default()} }
                            td { {parent(version.parent)} }
                        }
                    }
                }
            }
        }
    }
}

fn close(page: &Page, unit: &Unit) -> Element {
    let today = unit.today.date().to_string();
    rsx! {
        section { class: "card",
            h2 { {page.say("Đóng đơn vị", "Close this unit")} }
            form { class: "line", method: "post", action: "/admin/places/close",
                {page.csrf()}
                {this(unit)}
                if unit.node.valid_to.is_none() {
                    span { {page.say("Không còn hoạt động từ ngày", "Closed from")} }
                    input { name: "from", r#type: "date", required: true, value: "{today}", max: "{today}", "aria-label": page.say("Không còn hoạt động từ ngày", "Closed from") }
                    button { class: "serious", r#type: "submit", {page.say("Đóng đơn vị", "Close")} }
                } else {
                    button { class: "quiet", r#type: "submit", name: "open", value: "again", {page.say("Mở lại đơn vị", "Open again")} }
                }
            }
            p { class: "small", {page.say("Phiếu và số liệu đã có vẫn giữ nguyên. Đóng quầy và đơn vị trực thuộc trước.", "Ballots and figures stay. Close its counters and the units below first.")} }
        }
    }
}
