//! What the benches share: medians with their spread, and the table they are printed in.
#![allow(dead_code, reason = "each bench uses its part")]

/// The median and the bounds of what was measured.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
    pub p95: f64,
}

impl Spread {
    /// Of at least one value.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        assert!(!values.is_empty(), "nothing was measured");
        values.sort_by(f64::total_cmp);
        let n = values.len();
        Self {
            median: (values[(n - 1) / 2] + values[n / 2]) / 2.0,
            min: values[0],
            max: values[n - 1],
            p95: values[(n * 95).div_ceil(100) - 1],
        }
    }
}

/// A row of a table, its cells separated by `|`: the first one to the left, the others to the right.
pub fn row(widths: &[usize], cells: &[&str]) {
    let mut line = String::new();
    for (i, (width, cell)) in widths.iter().zip(cells).enumerate() {
        let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
        let cell = if i == 0 {
            format!("{cell}{pad}")
        } else {
            format!("{pad}{cell}")
        };
        line.push_str(&format!("| {cell} "));
    }
    println!("{line}|");
}

/// The line under a table's head.
pub fn rule(widths: &[usize]) {
    let cells: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
    row(widths, &cells.iter().map(String::as_str).collect::<Vec<_>>());
}

/// The value after `--name`, where the bench was given one.
pub fn option(name: &str, default: usize) -> usize {
    let mut words = std::env::args().skip_while(|word| word != name);
    match words.nth(1) {
        Some(text) => text.parse().unwrap_or_else(|_| panic!("{name} {text}: not a number")),
        None => default,
    }
}
