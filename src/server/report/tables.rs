//! The report's tables: cuts with their rates, and the form of the annex.

use super::{
    facts::Facts,
    paper::{Block, Table},
    words::{heading, n},
};
use crate::domain::{
    compare::{self, Totals, suppress},
    period::Period,
    policy,
    stats::{Figure, Rate, Tally, shown_cell, whole_percent},
    survey::Factor,
};
use std::collections::BTreeMap;

/// Two cells of a figure: rate and interval, or why there is none.
fn figure_cells(figure: &Figure) -> [String; 2] {
    match figure.rate().map(Rate::said) {
        Some(said) => [said.percent, said.interval],
        None => ["chưa đủ phiếu".to_owned(), "–".to_owned()],
    }
}

/// Answers by part of the day.
pub(super) fn parts_of_day(facts: &Facts) -> Vec<(String, [u64; 5])> {
    let mut parts: BTreeMap<usize, Tally> = BTreeMap::new();
    for (hour, levels) in &facts.by_hour {
        let part = parts.entry(part_of_day(*hour)).or_default();
        *part = part.plus(Tally::new(*levels));
    }
    let hours = parts.into_iter().map(|(part, tally)| {
        let name = DAY_PARTS.get(part).copied().unwrap_or_default();
        (name.to_owned(), tally.levels())
    });
    hours.collect()
}

const DAY_PARTS: [&str; 4] = [
    "Trước 9 giờ",
    "9 giờ đến 11 giờ 59",
    "12 giờ đến 14 giờ 59",
    "Từ 15 giờ",
];

fn part_of_day(hour: u8) -> usize {
    match hour {
        0..9 => 0,
        9..12 => 1,
        12..15 => 2,
        _ => 3,
    }
}

/// A table of rates, one row for each part.
pub(super) fn cut(caption: &str, what: &str, rows: Vec<(String, [u64; 5])>, period: Period, blocks: &mut Vec<Block>) {
    let mut table = Table::new(
        caption,
        &[
            (what, -46),
            ("Số phiếu", 14),
            ("Tỷ lệ hài lòng", 18),
            ("Khoảng ước lượng 95%", 22),
        ],
    );
    let tallies: Vec<Tally> = rows.iter().map(|(_, levels)| Tally::new(*levels)).collect();
    for ((name, _), figure) in rows.into_iter().zip(compare::rows(&tallies, period)) {
        let [rate, interval] = figure_cells(&figure);
        let count = shown_cell(figure.n()).map_or_else(|| "dưới 5".to_owned(), n);
        table.rows.push(vec![name, count, rate, interval]);
    }
    blocks.push(Block::Table(table));
}

/// The five factors, of ballots that answer the criteria of SIPAS: a kind of its own, beside the rate at the counter and
/// never in it. Below ten ballots there is no index, however many criteria each of them answers.
pub(super) fn factors(facts: &Facts, blocks: &mut Vec<Block>) {
    if facts.sipas == 0 {
        return;
    }
    let mut table = Table::new(
        "Chỉ số hài lòng theo 5 yếu tố (phiếu theo tiêu chí SIPAS)",
        &[
            ("Yếu tố", -46),
            ("Số câu trả lời", 14),
            ("Chỉ số", 18),
            ("Khoảng ước lượng 95%", 22),
        ],
    );
    for factor in Factor::ALL {
        let levels = facts.by_factor.get(factor.code()).copied().unwrap_or_default();
        let tally = match facts.sipas >= policy::MIN_N_RATE {
            true => Tally::new(levels),
            false => Tally::default(),
        };
        let [rate, interval] = figure_cells(&Figure::of(tally, facts.period()));
        let count = match facts.sipas >= policy::MIN_CELL {
            true => n(Tally::new(levels).n()),
            false => "–".to_owned(),
        };
        table
            .rows
            .push(vec![factor.vietnamese().to_owned(), count, rate, interval]);
    }
    blocks.push(Block::Table(table));
    blocks.push(Block::Note(format!(
        "Gộp câu trả lời của {} phiếu theo tiêu chí SIPAS; không cộng với tỷ lệ hài lòng ở trên và không phải Chỉ số SIPAS do \
         Bộ Nội vụ công bố.",
        shown_cell(facts.sipas).map_or_else(|| "dưới 5".to_owned(), n)
    )));
}

/// The form "Báo cáo kết quả đánh giá sự hài lòng" (domain.md §3.2), by counter: a ballot names no officer.
pub(super) fn annex(facts: &Facts, blocks: &mut Vec<Block>) {
    blocks.push(heading("PHỤ LỤC. BIỂU KẾT QUẢ ĐÁNH GIÁ SỰ HÀI LÒNG"));
    let columns = [
        ("TT", -6),
        ("Quầy", -30),
        ("Tổng số phiếu", 12),
        ("Rất hài lòng", 13),
        ("Hài lòng", 13),
        ("Bình thường", 13),
        ("Không hài lòng", 13),
    ];
    let mut table = Table::new("Số phiếu (tỷ lệ)", &columns);
    // Best first; the form has one column for both levels of discontent.
    let levels = |[worst, bad, middle, good, best]: [u64; 5]| vec![best, good, middle, bad + worst];
    let counts: Vec<Vec<u64>> = facts.by_counter.iter().map(|own| levels(*own)).collect();
    let shown = suppress(&counts, Totals::of_levels(&counts));
    let cell = |count: Option<u64>, total: Option<u64>| match (count, total) {
        (Some(count), Some(total)) if total >= policy::MIN_N_RATE => share(count, total),
        (Some(count), _) => n(count),
        (None, _) => "–".to_owned(),
    };
    for (place, cells) in shown.cells.iter().enumerate() {
        let total = shown.rows.get(place).copied().flatten();
        let mut row = vec![
            (place + 1).to_string(),
            facts.labels.counters.get(place).cloned().unwrap_or_default(),
            total.map_or_else(|| "–".to_owned(), n),
        ];
        row.extend(cells.iter().map(|count| cell(*count, total)));
        table.rows.push(row);
    }
    let mut row = vec![
        String::new(),
        "Cộng".to_owned(),
        shown.all.map_or_else(|| "–".to_owned(), n),
    ];
    row.extend(shown.columns.iter().map(|count| cell(*count, shown.all)));
    table.rows.push(row);
    table.total = true;
    blocks.push(Block::Table(table));
    blocks.push(Block::Note(
        "“–”: dưới 5 phiếu, hoặc ô phải giấu cùng để không suy ra được ô dưới 5 phiếu. “Không hài lòng” gồm cả “Rất không hài \
         lòng”. Phiếu không ghi tên công chức."
            .to_owned(),
    ));
}

/// "34 (66%)".
fn share(count: u64, total: u64) -> String {
    let percent = whole_percent(count, total);
    format!("{} ({percent})", n(count))
}
