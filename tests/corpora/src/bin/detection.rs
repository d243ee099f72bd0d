//! Measures the detectors on the corpora: recall and false positives by family and half.
use anyhow::Context as _;
use clap::Parser;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use tollgate_corpora::case::{Case, role_name};
use tollgate_corpora::half::Half;
use tollgate_corpora::measure::{self, Figures};
use tollgate_corpora::stats::Count;
use tollgate_corpora::{benign, emit, hostile};
use tollgate_detect::Family;

/// Measures the detectors on the corpora and writes `target/bench/detection.json`.
#[derive(Parser)]
struct Arguments {
    /// What the corpora are made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints the figures as JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Lists what a family misses of the half that detectors are tuned on.
    #[arg(long, value_name = "FAMILY")]
    misses: Option<String>,
    /// Lists the benign texts of the tuning half that something fires on.
    #[arg(long)]
    fired: bool,
    /// With `--misses` and `--fired`: of the reported half too.
    #[arg(long)]
    all: bool,
    /// Writes the corpora as files into this directory, and measures nothing.
    #[arg(long, value_name = "DIR")]
    emit: Option<PathBuf>,
    /// Where the figures go.
    #[arg(long, value_name = "FILE", default_value = "target/bench/detection.json")]
    output: PathBuf,
}

/// The head of the table; its columns are those of `row`.
const HEAD: &str = "family        found     of   recall              95 %  fired of benign     rate              95 %";

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut out = std::io::stdout().lock();
    let hostile = hostile::hostile(arguments.seed)?;
    let benign = benign::benign(arguments.seed)?;
    if let Some(directory) = &arguments.emit {
        let written = emit::emit(directory, arguments.seed, &hostile, &benign)?;
        writeln!(out, "{written} files in {}", directory.display())?;
        return Ok(());
    }
    let listed = |half: Half| arguments.all || half == Half::Tuning;
    let mut figures = Figures::default();
    for case in hostile.iter().chain(&benign) {
        let fired = measure::fires(case);
        figures.add(case, fired);
        let wrong = match case.family {
            Some(family) => {
                arguments.misses.as_deref() == Some(family) && !measure::found(case, fired)
            }
            None => arguments.fired && !fired.is_empty(),
        };
        if wrong && listed(case.half) {
            let names: Vec<_> = fired.iter().map(Family::name).collect();
            line(&mut out, case, &names.join(","))?;
        }
    }
    let document = figures.json(arguments.seed);
    save(&arguments.output, &document)?;
    if arguments.json {
        writeln!(out, "{document:#}")?;
    } else if arguments.misses.is_none() && !arguments.fired {
        table(&mut out, &figures)?;
        writeln!(out, "\nwritten to {}", arguments.output.display())?;
    }
    Ok(())
}

fn line(out: &mut impl Write, case: &Case, fired: &str) -> std::io::Result<()> {
    let text: String = String::from_utf8_lossy(&case.bytes).escape_debug().collect();
    let (half, role, surface) = (case.half.name(), role_name(case.role), case.surface.name());
    let encoding = case.encoding.name();
    writeln!(out, "{half}\t{}\t{encoding}\t{role}\t{surface}\t[{fired}]\t{text}", case.technique)
}

fn save(path: &Path, document: &serde_json::Value) -> anyhow::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    std::fs::write(path, format!("{document:#}\n"))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn table(out: &mut impl Write, figures: &Figures) -> std::io::Result<()> {
    for half in [Half::Tuning, Half::Reported] {
        writeln!(out, "\n{} half", half.name())?;
        writeln!(out, "{HEAD}")?;
        let mut all = Count::default();
        for family in Family::ALL.map(Family::name) {
            let recall = figures.recall.get(&(family, half)).copied().unwrap_or_default();
            let fired = figures.fired.get(&(family, half)).copied().unwrap_or_default();
            all.hits += recall.hits;
            all.total += recall.total;
            row(out, family, recall, fired)?;
        }
        let any = figures.fired_any.get(&half).copied().unwrap_or_default();
        row(out, "any", all, any)?;
        // Who tunes does not learn what the reported half is made of.
        if half == Half::Reported {
            continue;
        }
        let mut techniques: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (family, _, technique) in figures.techniques.keys().filter(|(_, h, _)| *h == half) {
            techniques.entry(family).or_default().push(technique.as_str());
        }
        for (family, names) in techniques {
            writeln!(out, "  {family}: {}", names.join(" "))?;
        }
    }
    Ok(())
}

fn row(out: &mut impl Write, name: &str, recall: Count, fired: Count) -> std::io::Result<()> {
    let percent = |count: Count| format!("{:.2} %", count.rate() * 100.0);
    let interval = |count: Count| {
        let (low, high) = count.interval();
        format!("{:.2} to {:.2}", low * 100.0, high * 100.0)
    };
    let (found, of, rate, within) = (recall.hits, recall.total, percent(recall), interval(recall));
    write!(out, "{name:12} {found:>6} {of:>6} {rate:>8} {within:>17}")?;
    let (found, of, rate, within) = (fired.hits, fired.total, percent(fired), interval(fired));
    writeln!(out, " {found:>6} {of:>9} {rate:>8} {within:>17}")
}
