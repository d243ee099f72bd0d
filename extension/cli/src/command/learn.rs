//! `tollgate learn`: a policy out of what was observed, to begin with.
mod gather;
mod infer;
mod records;
mod route;
mod settle;
mod write;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::events::{self, Unreadable};
use super::progress::Progress;
use crate::exit::Exit;
use gather::Observed;
use settle::Learned;

/// Arguments of `tollgate learn`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate learn --events events/ --out policy/
  tollgate learn --records ledger.ndjson --events events/ --out policy/
  tollgate learn --records logs/*.ndjson --out policy/ --json

The policy only observes; it says how often each part was seen. Run it, look at what it notes, then
set `mode: enforce`.

Exit codes:
  0  the policy was written; `tollgate check` accepts it, and it refuses none of the events
  1  a file could not be read or written, or nothing was observed
  2  the command line is wrong")]
pub(crate) struct Args {
    /// Ledgers: records of invocations, one a line, also inside other log lines
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "events")]
    records: Vec<PathBuf>,
    /// Event files, and directories whose *.json files are read, subdirectories included
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    events: Vec<PathBuf>,
    /// Where tollgate.yaml and schemas/ are written; it must not have a tollgate.yaml yet
    #[arg(long, value_name = "DIR", default_value = "learned")]
    out: PathBuf,
    /// Print one JSON object that sums up what was learned, and nothing else
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    match learn(args) {
        Ok(learned) => Exit::printed(report(args, &learned)),
        Err(error) => {
            // Where standard error is closed, nobody reads it.
            drop(writeln!(io::stderr().lock(), "error: {error}"));
            Exit::Failure
        }
    }
}

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Unreadable(#[from] Unreadable),
    #[error("nothing was observed: no event and no record of an invocation")]
    Nothing,
    #[error("`{0}` is there already; name another directory with --out")]
    Taken(String),
    #[error("what was learned is no policy: {0}")]
    Broken(String),
}

fn learn(args: &Args) -> Result<Learned, Failure> {
    let target = args.out.join("tollgate.yaml");
    if target.exists() {
        return Err(Failure::Taken(target.display().to_string()));
    }
    let mut observed = Observed::default();
    for path in &args.records {
        records::read(path, &mut observed)?;
    }
    let found = events::find(&args.events);
    let progress = Progress::new(found.len() as u64, "events", false);
    for path in found {
        observed.event(events::read(&path?)?);
        progress.step();
    }
    progress.finish();
    if observed.is_empty() {
        return Err(Failure::Nothing);
    }
    let learned = settle::settle(&observed).map_err(Failure::Broken)?;
    save(&args.out, "tollgate.yaml", &learned.policy)?;
    for (name, schema) in &learned.schemas {
        save(&args.out, name, schema)?;
    }
    Ok(learned)
}

fn save(out: &Path, name: &str, text: &str) -> Result<(), Unreadable> {
    let path = out.join(name);
    let parent = path.parent().unwrap_or(out);
    let written = fs::create_dir_all(parent).and_then(|()| fs::write(&path, text));
    written.map_err(|cause| Unreadable::new(&path, cause))
}

fn report(args: &Args, learned: &Learned) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let policy = args.out.join("tollgate.yaml").display().to_string();
    if args.json {
        let summary = json!({
            "policy": policy,
            "events": learned.events,
            "records": learned.records,
            "sources": learned.sources,
            "schemas": learned.schemas.len(),
            "callers": learned.callers,
            "observed_checks": learned.observed_checks,
        });
        return writeln!(out, "{summary}");
    }
    let Learned { events, records, sources, schemas, .. } = learned;
    let schemas = schemas.len();
    writeln!(
        out,
        "{policy}: {sources} sources, {schemas} schemas, from {events} events and {records} records"
    )?;
    if !learned.observed_checks.is_empty() {
        let checks = learned.observed_checks.join(", ");
        writeln!(out, "these fire on what was observed and are set to `observe`: {checks}")?;
    }
    Ok(())
}
