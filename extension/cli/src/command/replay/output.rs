//! The forms in which decisions are printed: JSON lines, a table, a summary.
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::time::Duration;

use serde_json::json;

use super::Replayed;

/// Where decisions go.
pub(super) trait Output {
    /// Takes one decision.
    fn add(&mut self, replayed: &Replayed) -> io::Result<()>;
    /// There are no more.
    fn finish(&mut self) -> io::Result<()>;
}

/// One JSON object a line, as soon as it is known.
pub(super) struct JsonLines;

impl Output for JsonLines {
    fn add(&mut self, replayed: &Replayed) -> io::Result<()> {
        let Replayed { file, facts, took } = replayed;
        let line = json!({
            "file": file,
            "trigger": facts.trigger,
            "decision": facts.decision,
            "checks": ids(replayed),
            "items": { "total": facts.items_total, "refused": facts.items_refused },
            "micros": micros(*took),
        });
        writeln!(io::stdout().lock(), "{line}")
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Aligned columns.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<[String; 6]>,
}

const HEADER: [&str; 6] = ["EVENT", "TRIGGER", "DECISION", "CHECKS", "REFUSED", "MICROS"];

impl Output for Table {
    fn add(&mut self, replayed: &Replayed) -> io::Result<()> {
        let facts = &replayed.facts;
        let checks = ids(replayed).join(" ");
        self.rows.push([
            replayed.file.clone(),
            facts.trigger.to_string(),
            facts.decision.as_str().to_owned(),
            if checks.is_empty() { "-".to_owned() } else { checks },
            format!("{} of {}", facts.items_refused, facts.items_total),
            format!("{:.1}", micros(replayed.took)),
        ]);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        print_columns(std::iter::once(HEADER.map(str::to_owned)).chain(rows).collect())
    }
}

/// How many events were decided how, by trigger, and how often each check fired.
pub(super) struct Summary {
    as_json: bool,
    decisions: BTreeMap<(&'static str, &'static str), u64>,
    checks: BTreeMap<(&'static str, &'static str), u64>,
}

impl Summary {
    /// An empty one.
    pub(super) fn new(as_json: bool) -> Self {
        Self { as_json, decisions: BTreeMap::new(), checks: BTreeMap::new() }
    }

    fn print_json(&self) -> io::Result<()> {
        let nested = |counts: &BTreeMap<(&'static str, &'static str), u64>| {
            let mut outer = BTreeMap::<_, BTreeMap<_, _>>::new();
            for ((name, kind), count) in counts {
                outer.entry(*name).or_default().insert(*kind, *count);
            }
            json!(outer)
        };
        let total: u64 = self.decisions.values().sum();
        let line = json!({
            "events": total,
            "decisions": nested(&self.decisions),
            "checks": nested(&self.checks),
        });
        writeln!(io::stdout().lock(), "{line}")
    }
}

impl Output for Summary {
    fn add(&mut self, replayed: &Replayed) -> io::Result<()> {
        let facts = &replayed.facts;
        let decision = (facts.trigger.as_str(), facts.decision.as_str());
        *self.decisions.entry(decision).or_default() += 1;
        for fired in &facts.checks {
            *self.checks.entry((fired.id, fired.effect.as_str())).or_default() += 1;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.as_json {
            return self.print_json();
        }
        let row = |((name, kind), count): (&(&str, &str), &u64)| {
            [(*name).to_owned(), (*kind).to_owned(), count.to_string()]
        };
        let mut rows = vec![["TRIGGER", "DECISION", "EVENTS"].map(str::to_owned)];
        rows.extend(self.decisions.iter().map(row));
        if !self.checks.is_empty() {
            rows.push(Default::default());
            rows.push(["CHECK", "EFFECT", "EVENTS"].map(str::to_owned));
            rows.extend(self.checks.iter().map(row));
        }
        print_columns(rows)
    }
}

fn ids(replayed: &Replayed) -> Vec<&'static str> {
    replayed.facts.checks.iter().map(|fired| fired.id).collect()
}

/// Microseconds, to a tenth.
fn micros(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e7).round() / 10.0
}

/// Prints rows with each column as wide as its widest cell.
fn print_columns<const N: usize>(rows: Vec<[String; N]>) -> io::Result<()> {
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut stdout = io::stdout().lock();
    for row in rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        writeln!(stdout, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
