//! Fuzzes every target for a while, keeps what it learned, and writes down how long it ran.
use crate::run::{command, must, root, say, step, target, tool};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The most bytes of an input.
const SAVED_BYTES_MAX: u64 = 4096;
/// The most saved inputs of a target.
const SAVED_MAX: usize = 24;
/// The most bytes of all saved inputs of a target: they stand in the repository.
const SAVED_TOTAL_BYTES_MAX: u64 = 10 * 1024;

/// What a run is asked to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan<'a> {
    /// Empty: every target.
    targets: Vec<&'a str>,
    seconds: u64,
}

impl<'a> Plan<'a> {
    /// Reads `[TARGET…] [--minutes N]`.
    pub(crate) fn parse(words: &[&'a str]) -> Result<Self> {
        let (targets, seconds) = match words {
            [targets @ .., "--minutes", minutes] => (targets, seconds(minutes)?),
            targets => (targets, 60),
        };
        if let Some(option) = targets.iter().find(|word| word.starts_with('-')) {
            bail!("`{option}`: expected `fuzz [TARGET…] [--minutes N]`");
        }
        Ok(Self { targets: targets.to_vec(), seconds })
    }
}

fn seconds(minutes: &str) -> Result<u64> {
    let minutes: f64 = minutes.parse().with_context(|| format!("`{minutes}` is no number"))?;
    ensure!((0.01..=1440.0).contains(&minutes), "`{minutes}` minutes: expected 0.01 to 1440");
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded above")]
    let seconds = (minutes * 60.0) as u64;
    Ok(seconds.max(1))
}

/// Runs the targets one after the other.
pub(crate) fn run(plan: &Plan<'_>) -> Result<()> {
    let home = root().join("tests/fuzz");
    let all = targets(&home)?;
    let unknown = plan.targets.iter().find(|wanted| !all.iter().any(|name| name == **wanted));
    if let Some(unknown) = unknown {
        bail!("there is no target `{unknown}`; there are {}", all.join(", "));
    }
    let is_chosen =
        |name: &&String| plan.targets.is_empty() || plan.targets.contains(&name.as_str());
    let chosen: Vec<&String> = all.iter().filter(is_chosen).collect();
    step("the targets, with the nightly compiler")?;
    let programs = build(&home)?;
    let mut failed = Vec::new();
    for name in chosen {
        step(&format!("{name}: {} seconds", plan.seconds))?;
        // What one target finds keeps no other from its time.
        if let Err(error) = one(&programs, &home, name, plan.seconds) {
            say(&format!("{error:#}"))?;
            failed.push(name.as_str());
        }
    }
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

/// The names in the order of the manifest.
fn targets(home: &Path) -> Result<Vec<String>> {
    let manifest: toml::Table = fs::read_to_string(home.join("targets/Cargo.toml"))?.parse()?;
    let bins = manifest.get("bin").and_then(toml::Value::as_array).context("no targets")?;
    let names = bins.iter().filter_map(|bin| bin.get("name")?.as_str());
    Ok(names.map(str::to_owned).collect())
}

/// Builds all targets; gives the directory they land in.
fn build(home: &Path) -> Result<PathBuf> {
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let directory = target().join("fuzz");
    let mut build = command(tool("cargo-fuzz")?);
    build.env("RUSTUP_TOOLCHAIN", "nightly").args(["build", "--target", &triple]);
    // No unsafe code of ours is there to be caught; without a sanitizer twice as much runs.
    build.args(["--sanitizer", "none", "--fuzz-dir"]).arg(home.join("targets"));
    build.arg("--target-dir").arg(&directory);
    must(&mut build)?;
    Ok(directory.join(triple).join("release"))
}

/// Fuzzes one target from its saved inputs, keeps a small choice of new ones, and logs.
fn one(programs: &Path, home: &Path, name: &str, seconds: u64) -> Result<()> {
    let saved = home.join("corpus").join(name);
    let work = target().join("fuzz-corpus");
    let working = work.join(name);
    fs::create_dir_all(&saved)?;
    fs::create_dir_all(&working)?;
    let log = work.join(format!("{name}.log"));
    let mut fuzz = command(programs.join(name));
    fuzz.arg(&working).arg(&saved).arg(format!("-dict={}", dictionary(home, name).display()));
    fuzz.arg(format!("-artifact_prefix={}/{name}-", work.display()));
    fuzz.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={SAVED_BYTES_MAX}"));
    fuzz.args(["-timeout=20", "-rss_limit_mb=1024", "-print_final_stats=1"]);
    fuzz.stderr(fs::File::create(&log)?);
    let before = children_seconds()?;
    let status = fuzz.status().with_context(|| format!("cannot run the target `{name}`"))?;
    let minutes = (children_seconds()? - before) / 60.0;
    let said = fs::read_to_string(&log).unwrap_or_default();
    ensure!(status.success(), "{name}: failed; see {}", log.display());
    keep(&working, &saved)?;
    let row = Row { date: today(), target: name.to_owned(), minutes, ..Row::said(&said) };
    let told =
        format!("{name}: {minutes:.2} min, {} executions, {} edges", row.executions, row.edges);
    let path = home.join("LOG.md");
    fs::write(&path, row.noted(&fs::read_to_string(&path).context("tests/fuzz/LOG.md")?))?;
    say(&format!("{told}, nothing found"))
}

/// The processor time of the programs that this one started and that have ended, in seconds: fields
/// 16 and 17 of `proc_pid_stat(5)`, in ticks of which Linux shows a hundred a second.
fn children_seconds() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest).context("/proc/self/stat")?;
    let ticks: f64 = fields
        .split_ascii_whitespace()
        .skip(13)
        .take(2)
        .map(str::parse::<f64>)
        .sum::<Result<f64, _>>()?;
    Ok(ticks / 100.0)
}

/// A target's own words, or those of events.
fn dictionary(home: &Path, name: &str) -> PathBuf {
    let dictionaries = home.join("dictionaries");
    let own = dictionaries.join(format!("{name}.dict"));
    if own.exists() { own } else { dictionaries.join("event.dict") }
}

/// Adds new inputs to the saved ones until there are enough.
fn keep(working: &Path, saved: &Path) -> Result<()> {
    let (mut files, mut bytes) = (0, 0);
    for entry in fs::read_dir(saved)? {
        files += 1;
        bytes += entry?.metadata()?.len();
    }
    let mut fresh = Vec::new();
    for entry in fs::read_dir(working)? {
        let entry = entry?;
        fresh.push((entry.metadata()?.len(), entry.path()));
    }
    fresh.sort();
    // Spread over all sizes: small inputs alone reach little.
    let step = (fresh.len() / SAVED_MAX).max(1);
    for (length, path) in fresh.into_iter().step_by(step) {
        let Some(file) = path.file_name() else { continue };
        let fits = files < SAVED_MAX && bytes + length <= SAVED_TOTAL_BYTES_MAX;
        if fits && length <= SAVED_BYTES_MAX && !saved.join(file).exists() {
            fs::copy(&path, saved.join(file))?;
            files += 1;
            bytes += length;
        }
    }
    Ok(())
}

/// What one target did on one day: a row of the log.
#[derive(Debug, Clone, Default, PartialEq)]
struct Row {
    date: String,
    target: String,
    /// Of processor time.
    minutes: f64,
    executions: u64,
    /// The most that were seen.
    edges: u64,
}

impl Row {
    /// The figures that the fuzzer prints at its end.
    fn said(text: &str) -> Self {
        let after = |label: &str| {
            let rest = text.lines().rev().find_map(|line| Some(line.split_once(label)?.1));
            let digits = rest?.trim_start().split(|letter: char| !letter.is_ascii_digit()).next();
            digits?.parse::<u32>().ok()
        };
        Self {
            executions: after("stat::number_of_executed_units:").unwrap_or(0).into(),
            edges: after(" cov: ").unwrap_or(0).into(),
            ..Self::default()
        }
    }

    fn read(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [date, target, minutes, executions, edges] = cells[..] else { return None };
        Some(Self {
            date: date.to_owned(),
            target: target.to_owned(),
            minutes: minutes.parse().ok()?,
            executions: executions.parse().ok()?,
            edges: edges.parse().ok()?,
        })
    }

    /// The log with this row in it, added to that of the same day and target if there is one.
    fn noted(mut self, log: &str) -> String {
        let mut lines = Vec::new();
        for line in log.lines() {
            match Self::read(line) {
                Some(row) if row.date == self.date && row.target == self.target => {
                    self.minutes += row.minutes;
                    self.executions += row.executions;
                    self.edges = self.edges.max(row.edges);
                }
                _ => lines.push(line.to_owned()),
            }
        }
        let Self { date, target, minutes, executions, edges } = self;
        lines.push(format!("| {date} | {target} | {minutes:.2} | {executions} | {edges} |"));
        lines.join("\n") + "\n"
    }
}

/// The date of today (UTC), by Howard Hinnant's algorithm for the proleptic Gregorian calendar.
fn today() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let days = since.as_secs() / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{:02}", day - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read() {
        let plan = |targets: &[&'static str], seconds| Plan { targets: targets.to_vec(), seconds };
        assert_eq!(Plan::parse(&[]).unwrap(), plan(&[], 60));
        assert_eq!(Plan::parse(&["decode", "--minutes", "0.5"]).unwrap(), plan(&["decode"], 30));
        assert_eq!(Plan::parse(&["a", "b"]).unwrap(), plan(&["a", "b"], 60));
        assert_eq!(Plan::parse(&["--minutes", "2"]).unwrap(), plan(&[], 120));
        for words in [&["--minutes", "x"][..], &["--minutes", "0"], &["--hours", "1"]] {
            assert!(Plan::parse(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn the_time_of_programs_is_theirs() {
        let before = children_seconds().unwrap();
        let busy = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        must(command("sh").args(["-c", busy])).unwrap();
        assert!(children_seconds().unwrap() > before);
    }

    #[test]
    fn figures_are_read() {
        let said = "#5\tREDUCE cov: 643 ft: 2143 corp: 694/79Kb\n#9\tDONE   cov: 671 ft: 1\n\
            stat::number_of_executed_units: 1666207\n";
        let row = Row::said(said);
        assert_eq!((row.executions, row.edges), (1_666_207, 671));
        assert_eq!(Row::said("nothing"), Row::default());
    }

    #[test]
    fn a_day_has_one_row_a_target() {
        let row = |minutes, edges| Row {
            date: "2026-01-02".to_owned(),
            target: "open".to_owned(),
            minutes,
            executions: 5,
            edges,
        };
        let head = "| date | target | minutes | executions | edges |\n| --- | --- | --- | --- | --- |\n\
            | 2026-01-01 | open | 1.00 | 7 | 9 |\n";
        let log = row(1.5, 8).noted(head);
        assert_eq!(log, format!("{head}| 2026-01-02 | open | 1.50 | 5 | 8 |\n"));
        let log = row(0.25, 7).noted(&log);
        assert_eq!(log, format!("{head}| 2026-01-02 | open | 1.75 | 10 | 8 |\n"));
    }
}
