//! Comparing without lying: bands in place of ranks, and cross-tables in which no cell points at one citizen.

use super::{
    period::Period,
    policy::{self, MIN_CELL},
    stats::{Figure, Tally},
};

/// Bands of figures, 1 is the best. Units are told apart only where *every* interval of the upper band lies above
/// *every* interval of the lower one (design §6); a figure without enough answers is in no band. All in one band says
/// nothing, and is answered as no band at all.
pub fn bands(figures: &[Figure]) -> Vec<Option<u32>> {
    let mut ranked: Vec<(usize, f64, f64)> = Vec::new();
    for (place, figure) in figures.iter().enumerate() {
        if let Figure::Ranked(rate) = figure {
            ranked.push((place, rate.interval().low, rate.interval().high));
        }
    }
    ranked.sort_by(|a, b| (b.1 + b.2).total_cmp(&(a.1 + a.2)));
    let mut bands = vec![None; figures.len()];
    let mut band = 1;
    let mut lowest = f64::INFINITY;
    for (at, (place, low, _)) in ranked.iter().enumerate() {
        let highest = ranked
            .iter()
            .skip(at)
            .map(|next| next.2)
            .fold(f64::NEG_INFINITY, f64::max);
        if at > 0 && lowest > highest {
            band += 1;
        }
        lowest = lowest.min(*low);
        if let Some(slot) = bands.get_mut(*place) {
            *slot = Some(band);
        }
    }
    if band == 1 { vec![None; figures.len()] } else { bands }
}

/// Whether two rates may be told apart: their intervals do not touch. `None` where one of them has too few answers to
/// be compared.
pub fn apart(one: &Figure, other: &Figure) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;
    let (Figure::Ranked(one), Figure::Ranked(other)) = (one, other) else {
        return None;
    };
    let (one, other) = (one.interval(), other.interval());
    Some(if one.low > other.high {
        Ordering::Greater
    } else if one.high < other.low {
        Ordering::Less
    } else {
        Ordering::Equal
    })
}

/// Figures of the rows of one table whose total is shown too. Rows with too few answers have no rate; where fewer than
/// five answers in all are hidden like this, they could be worked out from the total, and the smallest row with a rate
/// gives up its own.
pub fn rows(tallies: &[Tally], period: Period) -> Vec<Figure> {
    let mut figures: Vec<Figure> = tallies.iter().map(|tally| Figure::of(*tally, period)).collect();
    let hidden: u64 = figures
        .iter()
        .filter(|figure| figure.rate().is_none())
        .map(Figure::n)
        .sum();
    if (1..MIN_CELL).contains(&hidden) {
        let smallest = figures
            .iter_mut()
            .filter(|figure| figure.rate().is_some())
            .min_by_key(|figure| figure.n());
        if let Some(figure) = smallest {
            *figure = Figure::TooFew { n: figure.n(), period };
        }
    }
    figures
}

/// A cross-table as it may be shown, with its totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Rows of cells; `None` is "dưới 5" or held back with such a cell.
    pub cells: Vec<Vec<Option<u64>>>,
    /// Total of each row.
    pub rows: Vec<Option<u64>>,
    /// Total of each column.
    pub columns: Vec<Option<u64>>,
    /// Total of all.
    pub all: Option<u64>,
}

/// The totals of a table's columns, and of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Totals {
    /// Told nowhere else: small ones are hidden too.
    Own,
    /// Told elsewhere, as the levels of a whole unit are: hiding them here would hide nothing.
    Told,
}

impl Totals {
    /// Those of cells by level: a page of the whole tells its levels with its rate.
    pub fn of_levels(table: &[Vec<u64>]) -> Self {
        match table.iter().flatten().sum::<u64>() >= policy::MIN_N_RATE {
            true => Self::Told,
            false => Self::Own,
        }
    }
}

/// Hides what could point at one citizen: cells and totals of 1 to 4, and as many others as it takes that none of the
/// hidden ones can be worked out from a total. Rows must be of equal length; a shorter one counts as filled with 0.
pub fn suppress(table: &[Vec<u64>], totals_are: Totals) -> Shown {
    let width = table.iter().map(Vec::len).max().unwrap_or(0);
    // One grid with the totals in it: what holds for a line of cells and its total holds for totals too.
    let mut grid: Vec<Vec<u64>> = table.to_vec();
    for row in &mut grid {
        row.resize(width, 0);
        row.push(row.iter().sum());
    }
    let totals = (0..=width).map(|column| grid.iter().filter_map(|row| row.get(column)).sum());
    let totals = totals.collect();
    grid.push(totals);
    let told = |row: usize| totals_are == Totals::Told && row == table.len();
    let mut hidden: Vec<Vec<bool>> = grid
        .iter()
        .enumerate()
        .map(|(at, row)| row.iter().map(|n| !told(at) && (1..MIN_CELL).contains(n)).collect())
        .collect();
    // Each round hides at least one cell more, so it ends.
    while let Some((row, column)) = exposed(&grid, &hidden, told) {
        if let Some(cell) = hidden.get_mut(row).and_then(|row| row.get_mut(column)) {
            *cell = true;
        }
    }
    let show = |row: usize, column: usize| {
        let n = grid.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0);
        let is_hidden = hidden
            .get(row)
            .and_then(|row| row.get(column))
            .copied()
            .unwrap_or(false);
        (!is_hidden).then_some(n)
    };
    Shown {
        cells: (0..table.len())
            .map(|row| (0..width).map(|column| show(row, column)).collect())
            .collect(),
        rows: (0..table.len()).map(|row| show(row, width)).collect(),
        columns: (0..width).map(|column| show(table.len(), column)).collect(),
        all: show(table.len(), width),
    }
}

/// A cell to hide next: the smallest one of a line whose hidden cells could be worked out from the shown ones.
fn exposed(grid: &[Vec<u64>], hidden: &[Vec<bool>], told: impl Fn(usize) -> bool) -> Option<(usize, usize)> {
    let (height, width) = (grid.len(), grid.first().map_or(0, Vec::len));
    let rows = (0..height).map(|row| (0..width).map(|column| (row, column)).collect::<Vec<_>>());
    let columns = (0..width).map(|column| (0..height).map(|row| (row, column)).collect::<Vec<_>>());
    let at = |(row, column): (usize, usize)| grid.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0);
    let is_hidden = |(row, column): (usize, usize)| {
        hidden
            .get(row)
            .and_then(|row| row.get(column))
            .copied()
            .unwrap_or(false)
    };
    for line in rows.chain(columns) {
        let kept: Vec<_> = line.iter().copied().filter(|cell| is_hidden(*cell)).collect();
        // One hidden cell is the total less the others; few hidden ballots leave few ways to spread them.
        let unsafe_line = kept.len() == 1 || (kept.len() > 1 && kept.iter().map(|c| at(*c)).sum::<u64>() < MIN_CELL);
        if kept.is_empty() || !unsafe_line {
            continue;
        }
        // The last of a line is its total: given up only when nothing else is left.
        let last = line.last().copied();
        let open = line
            .iter()
            .copied()
            .filter(|cell| !is_hidden(*cell) && !told(cell.0) && at(*cell) > 0);
        if let Some(next) = open.min_by_key(|cell| (Some(*cell) == last, at(*cell))) {
            return Some(next);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(good: u64, n: u64) -> Figure {
        Figure::of(Tally::new([n - good, 0, 0, good, 0]), Period::all())
    }

    #[test]
    fn bands_part_only_where_every_interval_does() {
        let figures = [
            figure(990, 1_000),
            figure(700, 1_000),
            figure(985, 1_000),
            figure(9, 10),
            figure(690, 1_000),
        ];
        assert_eq!(bands(&figures), [Some(1), Some(2), Some(1), None, Some(2)]);
        // One wide interval bridges the gap: nobody is told apart.
        assert_eq!(
            bands(&[figure(990, 1_000), figure(29, 30), figure(880, 1_000)]),
            [None, None, None]
        );
        assert_eq!(bands(&[]), []);
    }

    #[test]
    fn a_hidden_cell_can_not_be_worked_out() {
        // 12 + 2 + 30 = 44: without a second hidden cell the 2 would be 44 - 12 - 30.
        let shown = suppress(&[vec![12, 2, 30], vec![40, 50, 60]], Totals::Own);
        assert_eq!(shown.cells[0][1], None);
        assert_eq!(shown.cells[0].iter().filter(|cell| cell.is_none()).count(), 2);
        assert_eq!(
            shown.cells[1].iter().filter(|cell| cell.is_none()).count(),
            2,
            "{shown:?}"
        );
        assert_eq!(shown.all, Some(194));
    }

    #[test]
    fn nothing_is_hidden_where_nothing_is_small_and_a_lone_small_table_hides_its_total() {
        let open = suppress(&[vec![5, 0], vec![7, 9]], Totals::Own);
        assert!(open.cells.iter().flatten().all(Option::is_some) && open.all == Some(21));
        let small = suppress(&[vec![3, 0]], Totals::Own);
        assert_eq!((small.cells[0][0], small.rows[0], small.all), (None, None, None));
    }

    #[test]
    fn a_rate_is_given_up_where_the_others_would_tell_a_citizen() {
        let tally = |good, n: u64| Tally::new([n - good, 0, 0, good, 0]);
        let rates = |tallies: &[Tally]| -> Vec<bool> {
            rows(tallies, Period::all())
                .iter()
                .map(|figure| figure.rate().is_some())
                .collect()
        };
        assert_eq!(
            rates(&[tally(29, 30), tally(19, 20), tally(0, 1)]),
            [true, false, false]
        );
        assert_eq!(rates(&[tally(29, 30), tally(19, 20), tally(3, 5)]), [true, true, false]);
        assert_eq!(rates(&[tally(29, 30), tally(19, 20), tally(0, 0)]), [true, true, false]);
    }

    #[test]
    fn totals_that_are_told_elsewhere_do_not_tell_a_hidden_cell() {
        // Every table of three rows and two columns with these counts.
        let counts = [0u64, 2, 5, 20];
        for code in 0..counts.len().pow(6) {
            let cell = |place: u32| counts[code / counts.len().pow(place) % counts.len()];
            let table = [0, 2, 4].map(|row| vec![cell(row), cell(row + 1)]).to_vec();
            let shown = suppress(&table, Totals::Told);
            for column in 0..2 {
                let all: u64 = table.iter().map(|row| row[column]).sum();
                assert_eq!(shown.columns[column], Some(all), "{table:?}");
                let hidden = (0..3).filter(|row| shown.cells[*row][column].is_none());
                let (ways, missing) = hidden.fold((0, 0), |(ways, n), row| (ways + 1, n + table[row][column]));
                // Nothing is left that could be hidden beside it, or it can't be told from the others.
                let last = missing == all;
                assert!(
                    ways == 0 || last || (ways > 1 && missing >= MIN_CELL),
                    "{table:?} {shown:?}"
                );
            }
        }
    }

    #[test]
    fn no_line_ever_tells_its_hidden_cells() {
        // Every table of two rows and three columns with these counts.
        let counts = [0u64, 1, 3, 5, 20];
        for code in 0..counts.len().pow(6) {
            let cell = |place: u32| counts[code / counts.len().pow(place) % counts.len()];
            let table = vec![vec![cell(0), cell(1), cell(2)], vec![cell(3), cell(4), cell(5)]];
            let shown = suppress(&table, Totals::Own);
            for (row, cells) in shown.cells.iter().enumerate() {
                let small = |column: usize| (1..MIN_CELL).contains(&table[row][column]);
                for (column, cell) in cells.iter().enumerate() {
                    assert!(cell.is_none() || !small(column), "{table:?}");
                }
                let hidden: Vec<_> = (0..3).filter(|column| cells[*column].is_none()).collect();
                if let Some(total) = shown.rows[row] {
                    let missing = total - cells.iter().flatten().sum::<u64>();
                    assert!(
                        hidden.is_empty() || (hidden.len() > 1 && missing >= MIN_CELL),
                        "{table:?} {shown:?}"
                    );
                }
            }
        }
    }
}
