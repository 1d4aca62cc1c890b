//! The report's text, made from its facts alone.

use super::{
    facts::Facts,
    paper::{Block, Paper, Table},
    tables, tasks,
};
use crate::{
    domain::{
        collate,
        compare::apart,
        number,
        stats::{Figure, Tally, shown_cell},
        time::LocalDay,
        volume::{is_implausible, needed_sample},
    },
    store::places,
};
use std::cmp::Ordering;

/// The paper of a month, dated `today`.
pub fn paper(facts: &Facts, demo: bool, today: LocalDay) -> Paper {
    let head = &facts.labels.letterhead;
    let period = facts.period();
    let mut blocks = Vec::new();
    situation(facts, &mut blocks);
    result(facts, &mut blocks);
    opinions(facts, &mut blocks);
    praise(facts, &mut blocks);
    limits(facts, &mut blocks);
    blocks.push(heading("VI. ĐỀ XUẤT, KIẾN NGHỊ"));
    blocks.push(text("…".repeat(29)));
    // "./." ends the text (domain.md §3.4).
    blocks.push(text("Trên đây là báo cáo kết quả đánh giá mức độ hài lòng trong kỳ./."));
    let mut annex = Vec::new();
    tables::annex(facts, &mut annex);
    tasks::annex(facts, &mut annex);
    Paper {
        above: head.above.clone(),
        body: head.body.clone(),
        place_and_date: format!("{}, {}", head.place, long_date(today)),
        title: "BÁO CÁO".to_owned(),
        subject: format!(
            "Kết quả đánh giá mức độ hài lòng tháng {} (từ ngày {} đến ngày {})",
            facts.month,
            number::date(period.first()),
            number::date(period.last_day())
        ),
        blocks,
        annex,
        signature: vec![
            format!(
                "TM. {}",
                if head.body.starts_with("UBND") {
                    "ỦY BAN NHÂN DÂN"
                } else {
                    &head.body
                }
            ),
            head.signer.clone(),
        ],
        receivers: vec![
            format!("{};", sentence_case(&head.above)),
            "Lãnh đạo đơn vị;".to_owned(),
            "Lưu: VT, TTPVHCC.".to_owned(),
        ]
        .into_iter()
        .filter(|line| line != ";")
        .collect(),
        footer: format!(
            "Kỳ {} · vị trí nhật ký {} · mã số liệu {} · Hài Lòng {}",
            period.vietnamese(),
            number::integer(facts.as_of.unsigned_abs()),
            facts.hash().to_string().get(..16).unwrap_or_default(),
            facts.labels.version
        ),
        mark: demo.then(|| format!("{}: đơn vị và phiếu đều là hư cấu", crate::server::export::DEMO_MARK)),
    }
}

pub(super) fn heading(text: &str) -> Block {
    Block::Heading(text.to_owned())
}

fn text(text: impl Into<String>) -> Block {
    Block::Text(text.into())
}

/// "ngày 05 tháng 02 năm 2026": a zero before days under 10 and months 1 and 2 (NĐ 30/2020).
pub(crate) fn long_date(day: LocalDay) -> String {
    use chrono::Datelike;
    let date = day.date();
    let month = match date.month() {
        early @ (1 | 2) => format!("0{early}"),
        month => month.to_string(),
    };
    format!("ngày {:02} tháng {month} năm {}", date.day(), date.year())
}

/// "UBND TỈNH TUYÊN QUANG" as "UBND tỉnh Tuyên Quang".
fn sentence_case(name: &str) -> String {
    let kinds = ["UBND", "TỈNH", "THÀNH", "PHỐ", "XÃ", "PHƯỜNG", "ĐẶC", "KHU"];
    let words = name.split(' ').map(|word| match word {
        "UBND" => word.to_owned(),
        kind if kinds.contains(&kind) => kind.to_lowercase(),
        word => {
            let mut letters = word.chars();
            let first = letters.next().map(String::from).unwrap_or_default();
            first + &letters.as_str().to_lowercase()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

pub(super) fn n(count: u64) -> String {
    number::integer(count)
}

fn situation(facts: &Facts, blocks: &mut Vec<Block>) {
    blocks.push(heading("I. TÌNH HÌNH CHUNG"));
    let answered = facts.pooled().n();
    match &facts.volume {
        Some(volume) => {
            let response = volume.response(facts.counted).map(|share| share.vietnamese());
            blocks.push(text(format!(
                "Trong kỳ có {} lượt giao dịch; người dân, tổ chức đã gửi {} phiếu được tính; tỷ lệ phản hồi {}. Để ước \
                 lượng với sai số 5% cần {} phiếu.",
                n(volume.transactions),
                n(facts.counted),
                response.unwrap_or_else(|| "không tính được".to_owned()),
                n(needed_sample(volume.transactions))
            )));
            if facts.counted > volume.transactions {
                blocks.push(text(
                    "Số phiếu nhiều hơn số lượt giao dịch: cần kiểm tra lại số lượt giao dịch hoặc cách lấy phiếu.",
                ));
            }
            if let Some(papers) = volume.papers {
                let [total, on_time, pending, late] = papers.parts();
                let share = papers.on_time().map(|share| share.vietnamese()).unwrap_or_default();
                blocks.push(text(format!(
                    "Hồ sơ tiếp nhận: {}; giải quyết sớm và đúng hạn: {}; đang giải quyết, còn hạn: {}; quá hạn: {}. Tỷ lệ \
                     sớm và đúng hạn: {share}.",
                    n(total),
                    n(on_time),
                    n(pending),
                    n(late)
                )));
            }
        }
        None => blocks.push(text(format!(
            "Số phiếu được tính trong kỳ: {}. Chưa nhập số lượt giao dịch của kỳ nên không tính được tỷ lệ phản hồi.",
            n(facts.counted)
        ))),
    }
    let inexact = match facts.labels.visits_inexact {
        0 => String::new(),
        tablets => format!(
            " Số lượt chỉ là gần đúng: {} máy từng bị đưa về dữ liệu cũ, bị sao chép hoặc mất dữ liệu.",
            n(tablets)
        ),
    };
    blocks.push(text(format!(
        "Nhận được {} phiếu: được tính {} (trong đó {} phiếu không bấm Gửi, {} phiếu chờ công bố), chưa đọc được {}, cần \
         kiểm tra {}, dùng thử {}, không rõ ngày {}, bị loại theo quyết định {}. Số phiếu có trả lời và đã công bố: {}. Lượt bắt đầu đánh giá {}, bỏ \
         dở {}.{inexact}",
        n(facts.received),
        n(facts.counted),
        n(facts.silent),
        n(facts.waiting),
        n(facts.unread),
        n(facts.quarantined),
        n(facts.practice),
        n(facts.undated),
        n(facts.excluded),
        n(answered),
        n(facts.started),
        n(facts.abandoned)
    )));
    let late = match facts.late {
        Some(0) => "Không có phiếu đến muộn của kỳ trước.".to_owned(),
        Some(late) => format!("Phiếu đến muộn của kỳ trước (không tính vào kỳ này): {}.", n(late)),
        None => "Chưa có báo cáo kỳ trước trên hệ thống nên không tính số phiếu đến muộn.".to_owned(),
    };
    blocks.push(text(format!(
        "Số máy đánh giá đang dùng: {}; số ngày làm việc máy mất liên lạc (cộng các máy): {}; số phiếu đồng bộ trễ trên 48 \
         giờ: {}. {late}",
        n(facts.labels.devices),
        n(facts.labels.silent_days),
        n(facts.slow)
    )));
}

fn result(facts: &Facts, blocks: &mut Vec<Block>) {
    blocks.push(heading("II. KẾT QUẢ ĐÁNH GIÁ"));
    let period = facts.period();
    let figure = Figure::of(facts.pooled(), period);
    match figure.rate() {
        None => blocks.push(text(format!("{}.", figure.vietnamese()))),
        Some(rate) => {
            blocks.push(text(format!(
                "Tỷ lệ hài lòng (phiếu tại quầy): {}.",
                figure.vietnamese()
            )));
            let mut table = Table::new("Các mức đánh giá", &[("Mức độ", -50), ("Số phiếu", 25), ("Tỷ lệ", 25)]);
            table.rows = rate
                .levels()
                .into_iter()
                .map(|(label, count, share)| vec![label.to_owned(), n(count), share])
                .collect();
            table
                .rows
                .push(vec!["Cộng".to_owned(), n(rate.tally().n()), "100%".to_owned()]);
            table.total = true;
            blocks.push(Block::Table(table));
        }
    }
    compared(facts, &figure, blocks);
    let counters = facts
        .labels
        .counters
        .iter()
        .cloned()
        .zip(facts.by_counter.iter().copied());
    tables::cut("Theo quầy", "Quầy", counters.collect(), period, blocks);
    let other = |name: &str| {
        if name.is_empty() {
            "Không ghi lĩnh vực".to_owned()
        } else {
            name.to_owned()
        }
    };
    let mut fields: Vec<_> = facts
        .by_field
        .iter()
        .map(|(name, levels)| (other(name), *levels))
        .collect();
    fields.sort_by_cached_key(|(name, _)| collate::key(name));
    if fields.len() > 1 {
        tables::cut("Theo lĩnh vực", "Lĩnh vực", fields, period, blocks);
    }
    let moments = facts.by_moment.iter().map(|(name, levels)| {
        let name = places::parse_moment(name).map_or(name.as_str(), |moment| moment.vietnamese());
        (name.to_owned(), *levels)
    });
    let moments: Vec<_> = moments.collect();
    if moments.len() > 1 {
        tables::cut("Theo thời điểm", "Thời điểm", moments, period, blocks);
    }
    let hours = tables::parts_of_day(facts);
    if hours.len() > 1 {
        tables::cut("Theo khung giờ", "Khung giờ", hours, period, blocks);
    }
    tables::factors(facts, blocks);
}

/// Against the month before and the same month of the year before.
fn compared(facts: &Facts, now: &Figure, blocks: &mut Vec<Block>) {
    let period = facts.period();
    let mut said = Vec::new();
    for (name, before, levels) in [
        ("tháng trước", period.month_before(), facts.month_before),
        ("cùng kỳ năm trước", period.year_before(), facts.year_before),
    ] {
        let Some(before) = before else { continue };
        let then = Figure::of(Tally::new(levels), before);
        let change = match apart(now, &then) {
            Some(Ordering::Greater) => "; kỳ này cao hơn, hai khoảng ước lượng tách rời",
            Some(Ordering::Less) => "; kỳ này thấp hơn, hai khoảng ước lượng tách rời",
            Some(Ordering::Equal) => "; hai khoảng ước lượng chồng lên nhau, chưa thể nói tăng hay giảm",
            None => "; chưa đủ phiếu để so sánh",
        };
        said.push(format!("So với {name}: {}{change}.", then.vietnamese()));
    }
    blocks.push(text(said.join(" ")));
}

fn opinions(facts: &Facts, blocks: &mut Vec<Block>) {
    blocks.push(heading("III. Ý KIẾN NỔI BẬT VÀ VIỆC ĐÃ XỬ LÝ"));
    let mut reasons: Vec<_> = facts.reasons.iter().collect();
    reasons.sort_by(|a, b| b.1.cmp(a.1).then_with(|| collate::key(a.0).cmp(&collate::key(b.0))));
    if reasons.is_empty() {
        blocks.push(text("Không có lý do nào được chọn trong kỳ."));
    } else {
        let mut table = Table::new(
            "Lý do người dân chọn (không bắt buộc, chọn được nhiều ô)",
            &[("Lý do", -70), ("Số lượt chọn", 30)],
        );
        table.rows = reasons
            .into_iter()
            .map(|(reason, count)| {
                vec![
                    reason.clone(),
                    shown_cell(*count).map_or_else(|| "dưới 5".to_owned(), n),
                ]
            })
            .collect();
        blocks.push(Block::Table(table));
    }
    blocks.push(text("Việc đã xử lý trong kỳ: …………………………"));
}

fn praise(facts: &Facts, blocks: &mut Vec<Block>) {
    blocks.push(heading("IV. BIỂU DƯƠNG, NHẮC NHỞ"));
    let period = facts.period();
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for (place, levels) in facts.by_counter.iter().enumerate() {
        let others = facts.by_counter.iter().enumerate().filter(|(other, _)| *other != place);
        let others = others.fold(Tally::default(), |all, (_, levels)| all.plus(Tally::new(*levels)));
        let name = facts.labels.counters.get(place).cloned().unwrap_or_default();
        match apart(&Figure::of(Tally::new(*levels), period), &Figure::of(others, period)) {
            Some(Ordering::Greater) => above.push(name),
            Some(Ordering::Less) => below.push(name),
            _ => {}
        }
    }
    if above.is_empty() && below.is_empty() {
        blocks.push(text(
            "Không có quầy nào từ 30 phiếu trở lên có khoảng ước lượng tách rời các quầy còn lại; số liệu kỳ này chưa đủ căn \
             cứ để biểu dương hay nhắc nhở.",
        ));
    }
    for (names, what) in [(above, "cao hơn"), (below, "thấp hơn")] {
        if !names.is_empty() {
            blocks.push(text(format!(
                "Quầy có tỷ lệ hài lòng {what} các quầy còn lại (từ 30 phiếu, khoảng ước lượng tách rời): {}.",
                names.join("; ")
            )));
        }
    }
    tasks::section(facts, blocks);
}

fn limits(facts: &Facts, blocks: &mut Vec<Block>) {
    blocks.push(heading("V. HẠN CHẾ CỦA SỐ LIỆU"));
    let figure = Figure::of(facts.pooled(), facts.period());
    let transactions = facts.volume.map(|volume| volume.transactions);
    if is_implausible(&figure, transactions) {
        blocks.push(text(
            "Tỷ lệ trên 98% nhưng tỷ lệ phản hồi dưới 20% (hoặc chưa biết số lượt giao dịch): người dân tự chọn có đánh giá \
             hay không, người hài lòng thường dễ bấm hơn; con số này không đại diện cho mọi người đã đến giao dịch.",
        ));
    }
    blocks.push(text(
        "Phiếu do người dân tự nguyện đánh giá ngay tại quầy, nên tỷ lệ thường cao hơn điều tra chọn mẫu. Đây không phải Chỉ \
         số SIPAS, không phải Bộ chỉ số 766; không cộng các số này với nhau. Dưới 10 phiếu không tính tỷ lệ; dưới 30 phiếu \
         không xếp hạng, không so sánh; ô dưới 5 phiếu không nêu số.",
    ));
    if facts.labels.silent_days > 0 {
        blocks.push(text(format!(
            "Có {} ngày làm việc máy không liên lạc được với máy chủ; phiếu của những ngày đó có thể đến sau.",
            n(facts.labels.silent_days)
        )));
    }
    if facts.gone > 0 {
        blocks.push(text(format!(
            "{} phiếu đã hết thời hạn lưu nội dung, chỉ còn số đếm.",
            n(facts.gone)
        )));
    }
}
