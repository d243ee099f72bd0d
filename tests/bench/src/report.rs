//! Figures against their promises: one aligned table, and the same as JSON.
use anyhow::{Context, Result};
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// The bound a promise sets.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// The figure itself is at most this.
    AtMost(f64),
    /// The figure is at most so many times its baseline.
    Times(f64),
    /// The figure is at most its baseline plus this.
    Above(f64),
    /// Nothing is promised: shown for its own sake, and left out of the JSON.
    None,
}

/// One measured figure.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What is promised, or what was measured.
    pub promise: String,
    /// The figure.
    pub figure: f64,
    /// Its unit, and the baseline's.
    pub unit: &'static str,
    /// The same measured on the baseline, in the same run.
    pub baseline: Option<f64>,
    /// Figure to baseline.
    pub ratio: Option<f64>,
    /// The bound, in words.
    pub target: Option<String>,
    /// Whether the bound holds.
    pub met: Option<bool>,
}

impl Row {
    /// A row judged by its bound.
    pub fn new(
        promise: impl Into<String>,
        figure: f64,
        unit: &'static str,
        baseline: Option<f64>,
        bound: Bound,
    ) -> Self {
        let ratio = baseline.filter(|b| *b > 0.0).map(|b| figure / b);
        let (target, met) = match bound {
            Bound::AtMost(most) => (Some(format!("<= {most} {unit}")), Some(figure <= most)),
            Bound::Times(times) => {
                (Some(format!("<= {times}x baseline")), Some(ratio.is_some_and(|r| r <= times)))
            }
            Bound::Above(more) => (
                Some(format!("<= baseline + {more} {unit}")),
                Some(baseline.is_some_and(|b| figure <= b + more)),
            ),
            Bound::None => (None, None),
        };
        let (figure, baseline, ratio) = (round(figure), baseline.map(round), ratio.map(round));
        Self { promise: promise.into(), figure, unit, baseline, ratio, target, met }
    }

    fn cells(&self) -> [String; 7] {
        let number = |n: Option<f64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
        [
            self.promise.clone(),
            self.figure.to_string(),
            self.unit.to_owned(),
            number(self.baseline),
            number(self.ratio),
            self.target.clone().unwrap_or_else(|| "-".to_owned()),
            self.met.map_or("-", |met| if met { "yes" } else { "NO" }).to_owned(),
        ]
    }
}

/// Three decimals are more than any figure here is worth.
fn round(figure: f64) -> f64 {
    (figure * 1000.0).round() / 1000.0
}

/// Prints all rows under one heading.
pub fn print(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    let heading = ["promise", "figure", "unit", "baseline", "ratio", "target", "met"];
    let mut table = vec![heading.map(str::to_owned)];
    table.extend(rows.iter().map(Row::cells));
    let mut widths = [0_usize; 7];
    for line in &table {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for line in &table {
        for (number, (width, cell)) in widths.iter().zip(line).enumerate() {
            // Numbers stand to the right, words to the left.
            match number {
                1 | 3 | 4 => write!(out, "{cell:>width$}  ")?,
                6 => write!(out, "{cell}")?,
                _ => write!(out, "{cell:<width$}  ")?,
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Writes the rows that answer a promise as a JSON array.
pub fn save(rows: &[Row], path: &Path) -> Result<()> {
    let promised: Vec<_> = rows.iter().filter(|row| row.met.is_some()).collect();
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let text = serde_json::to_string_pretty(&promised)? + "\n";
    std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(figure: f64, baseline: Option<f64>, bound: Bound) -> Option<bool> {
        Row::new("p", figure, "ms", baseline, bound).met
    }

    #[test]
    fn each_bound_can_hold_and_can_break() {
        assert_eq!(met(3.0, None, Bound::AtMost(3.0)), Some(true));
        assert_eq!(met(3.1, None, Bound::AtMost(3.0)), Some(false));
        assert_eq!(met(1.3, Some(1.0), Bound::Times(1.3)), Some(true));
        assert_eq!(met(1.4, Some(1.0), Bound::Times(1.3)), Some(false));
        assert_eq!(met(30.0, Some(15.0), Bound::Above(15.0)), Some(true));
        assert_eq!(met(31.0, Some(15.0), Bound::Above(15.0)), Some(false));
        assert_eq!(met(1.0, None, Bound::None), None);
        assert_eq!(met(1.0, None, Bound::Times(2.0)), Some(false), "no baseline proves nothing");
    }

    #[test]
    fn the_table_is_aligned_and_says_what_is_missed() {
        let rows = [Row::new("a promise", 2.0, "ms", Some(1.0), Bound::Times(1.5))];
        let mut out = Vec::new();
        print(&rows, &mut out).unwrap();
        let expected = "promise    figure  unit  baseline  ratio  target            met\n\
                        a promise       2  ms           1      2  <= 1.5x baseline  NO\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
