//! Figures by counter and month, with five levels or with three.
//!
//! Three levels are what some kiosks and portals know (domain.md F46): {1,2} → Không hài lòng, {4} → Hài lòng, {5} → Rất
//! hài lòng, {3} as the unit chose. They lose what they merge, and the file says so. There is no way back in: a table
//! whose small cells are hidden can't be read back to the same numbers, and figures that are no ballots have no place
//! among ballots.

use super::{Names, Request, column};
use crate::{
    domain::{
        collate,
        compare::{self, Totals, suppress},
        period::Period,
        settings::Middle,
        stats::Tally,
        time::{LocalDay, Month},
    },
    store::{
        Reader, Result, cuts,
        figures::{self, Scope},
    },
    table::{Cell, Column},
};
use std::collections::BTreeSet;

/// How many levels the table tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// All five.
    Five,
    /// Three; where "Bình thường" goes.
    Three(Middle),
}

/// The columns with five levels.
pub const FIVE: &[Column] = &[
    MONTH,
    UNIT,
    POINT,
    COUNTER,
    N,
    column("Rất không hài lòng", "level_1", 12, HIDDEN),
    column("Không hài lòng", "level_2", 12, HIDDEN),
    column("Bình thường", "level_3", 12, HIDDEN),
    column("Hài lòng", "level_4", 12, HIDDEN),
    column("Rất hài lòng", "level_5", 12, HIDDEN),
    RATE,
    LOW,
    HIGH,
    SCALE,
];

/// The columns with three levels.
pub const THREE: &[Column] = &[
    MONTH,
    UNIT,
    POINT,
    COUNTER,
    N,
    column("Không hài lòng", "dissatisfied", 12, HIDDEN),
    column("Hài lòng", "satisfied", 12, HIDDEN),
    column("Rất hài lòng", "very_satisfied", 12, HIDDEN),
    RATE,
    LOW,
    HIGH,
    SCALE,
];

const HIDDEN: &str =
    "Số phiếu ở mức này. Trống: dưới 5 phiếu, hoặc ô phải giấu cùng để không suy ra được ô dưới 5 phiếu.";
const MONTH: Column = column(
    "Tháng",
    "month",
    11,
    "Tháng (MM/YYYY), giờ Việt Nam. Luôn là cả tháng, kể cả khi chọn ngày lẻ.",
);
const UNIT: Column = column("Đơn vị", "unit", 26, "Đơn vị lấy ý kiến.");
const POINT: Column = column(
    "Điểm tiếp nhận",
    "point",
    20,
    "Điểm tiếp nhận, nếu quầy thuộc một điểm.",
);
const COUNTER: Column = column("Quầy", "counter", 28, "Tên quầy.");
const N: Column = column(
    "Số phiếu có trả lời",
    "n",
    12,
    "Phiếu đã công bố, được tính và có trả lời câu hỏi chính. Trống khi dưới 5.",
);
const RATE: Column = column(
    "Tỷ lệ hài lòng",
    "rate",
    12,
    "(Hài lòng + Rất hài lòng) / số phiếu có trả lời, tính trên năm mức. Trống khi dưới 10 phiếu.",
);
const LOW: Column = column("Khoảng dưới", "low", 12, "Đầu dưới của khoảng ước lượng 95% (Wilson).");
const HIGH: Column = column("Khoảng trên", "high", 12, "Đầu trên của khoảng ước lượng 95% (Wilson).");
const SCALE: Column = column(
    "Thang",
    "scale",
    26,
    "Bảng giữ đủ 5 mức, hay đã gộp còn 3 mức (mất thông tin, không quay lại 5 mức được).",
);

/// The columns of a scale.
pub(super) fn columns(scale: Scale) -> &'static [Column] {
    match scale {
        Scale::Five => FIVE,
        Scale::Three(_) => THREE,
    }
}

/// Hands out the rows: month by month, counters in Vietnamese order.
pub(super) fn rows(
    conn: &Reader,
    scope: &Scope,
    request: &Request,
    scale: Scale,
    names: &Names,
    today: LocalDay,
    mut each: impl FnMut(&[Cell<'_>]) -> std::ops::ControlFlow<()>,
) -> Result<()> {
    let months = months(conn, scope, request.from, request.to.unwrap_or(today).min(today))?;
    let mut counters: Vec<i64> = scope.counters.iter().map(|counter| counter.no).collect();
    counters.sort_by_cached_key(|no| {
        let place = names.place(*no);
        (
            collate::key(&place.unit),
            collate::key(&place.point),
            collate::key(&place.counter),
        )
    });
    for month in months {
        // Always whole months: two tables that differ by a day would tell that day's ballots.
        let period = Period::month(month);
        let tallies = figures::tallies(conn, scope, period)?;
        let told: Vec<(i64, Tally)> = counters
            .iter()
            .filter_map(|no| Some((*no, *tallies.get(no)?)))
            .collect();
        for row in month_rows(month, period, &told, scale, names) {
            if each(&row).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The months from one day to another that have answers: as many as there are, however many were asked for.
fn months(conn: &Reader, scope: &Scope, from: Option<LocalDay>, to: LocalDay) -> Result<BTreeSet<Month>> {
    let all = Period::all().first();
    let first = from.map_or(all, |from| from.month().first().max(all));
    let Ok(whole) = Period::days(first, LocalDay(to.month().end().0.saturating_sub(1))) else {
        return Ok(BTreeSet::new());
    };
    Ok(cuts::by_half(conn, scope, whole)?
        .into_keys()
        .map(LocalDay::month)
        .collect())
}

fn month_rows<'a>(
    month: Month,
    period: Period,
    told: &[(i64, Tally)],
    scale: Scale,
    names: &'a Names,
) -> Vec<Vec<Cell<'a>>> {
    let tallies: Vec<Tally> = told.iter().map(|(_, tally)| *tally).collect();
    let levels: Vec<Vec<u64>> = tallies.iter().map(|tally| merged(*tally, scale)).collect();
    let shown = suppress(&levels, Totals::of_levels(&levels));
    let count = |n: Option<u64>| n.map_or(Cell::Empty, |n| Cell::Integer(i64::try_from(n).unwrap_or(i64::MAX)));
    let figures = compare::rows(&tallies, period);
    let mut rows = Vec::new();
    for (((no, tally), figure), cells) in told.iter().zip(figures).zip(&shown.cells) {
        let place = names.place(*no);
        let n = crate::domain::stats::shown_cell(tally.n());
        let mut row = vec![
            month.into(),
            Cell::text(&place.unit),
            Cell::text(&place.point),
            Cell::text(&place.counter),
            count(n),
        ];
        row.extend(cells.iter().map(|n| count(*n)));
        match figure.rate() {
            Some(rate) => {
                let permille = |share: f64| Cell::Share((share * 1_000.0).round() as u64, 1_000);
                row.push(Cell::Share(rate.tally().satisfied(), rate.tally().n()));
                row.push(permille(rate.interval().low));
                row.push(permille(rate.interval().high));
            }
            None => row.extend([Cell::Empty, Cell::Empty, Cell::Empty]),
        }
        row.push(Cell::text(match scale {
            Scale::Five => "5 mức",
            Scale::Three(_) => "3 mức (mất thông tin)",
        }));
        rows.push(row);
    }
    rows
}

fn merged(tally: Tally, scale: Scale) -> Vec<u64> {
    let [worst, bad, middle, good, best] = tally.levels();
    let (low, high) = match scale {
        Scale::Five => return tally.levels().to_vec(),
        Scale::Three(Middle::Dissatisfied) => (middle, 0),
        Scale::Three(Middle::Satisfied) => (0, middle),
        Scale::Three(Middle::LeftOut) => (0, 0),
    };
    vec![worst + bad + low, good + high, best]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_levels_merge_as_f46_says() {
        let tally = Tally::new([1, 2, 4, 8, 16]);
        assert_eq!(merged(tally, Scale::Three(Middle::Dissatisfied)), [7, 8, 16]);
        assert_eq!(merged(tally, Scale::Three(Middle::Satisfied)), [3, 12, 16]);
        assert_eq!(merged(tally, Scale::Three(Middle::LeftOut)), [3, 8, 16]);
        assert_eq!(merged(tally, Scale::Five), [1, 2, 4, 8, 16]);
    }
}
