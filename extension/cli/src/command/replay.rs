//! `tollgate replay`: decides saved events under a policy, as the extension would.
mod output;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tollgate_event::RawEvent;
use tollgate_policy::{Desk, Facts, Moment, Policy, decide};

use super::events::{self, Unreadable};
use super::progress::Progress;
use super::{invoked, policies};
use crate::exit::Exit;
use invoked::Invoked;
use output::{Output, Summary, Table};

/// Arguments of `tollgate replay`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate replay --policy tollgate.yaml --events events/
  tollgate replay --policy tollgate.yaml --events good.json bad.json
  tollgate replay --policy tollgate.yaml --events events/ --json | jq 'select(.decision == \"refuse\")'
  tollgate replay --policy tollgate.yaml --events events/ --summary

Exit codes:
  0  every event was decided, refused ones included
  1  the policy or a file could not be read
  2  the command line is wrong")]
pub(crate) struct Args {
    /// The function's policy
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The fleet's policy, which the function's may only tighten
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Event files, and directories whose *.json files are read, subdirectories included
    #[arg(long, value_name = "DIR|FILE", required = true, num_args = 1..)]
    events: Vec<PathBuf>,
    #[command(flatten)]
    invoked: invoked::Args,
    /// Print one JSON object a line, and nothing else
    #[arg(long)]
    json: bool,
    /// Print how many events were decided how, instead of each
    #[arg(long)]
    summary: bool,
}

/// One decided event.
struct Replayed {
    file: String,
    facts: Facts,
    /// How long the decision took, decoding included.
    took: Duration,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    match policies::load(&args.policy, args.baseline.as_deref()) {
        Ok(policy) => replay(args, &policy).unwrap_or_else(|error| Exit::unprinted(&error)),
        Err(unusable) => {
            complain(&unusable);
            Exit::Failure
        }
    }
}

fn replay(args: &Args, policy: &Policy) -> io::Result<Exit> {
    let mut output: Box<dyn Output> = match (args.summary, args.json) {
        (true, as_json) => Box::new(Summary::new(as_json)),
        (false, true) => Box::new(output::JsonLines),
        (false, false) => Box::new(Table::default()),
    };
    let mut exit = Exit::Success;
    let found = events::find(&args.events);
    // One environment that sees all the events, in the order of their names.
    let invoked = match args.invoked.read() {
        Ok(invoked) => invoked,
        Err(unreadable) => {
            complain(&unreadable);
            return Ok(Exit::Failure);
        }
    };
    let mut desk = invoked.desk();
    desk.keys = policies::keys(policy).ring;
    let streams = args.json && !args.summary;
    let progress = Progress::new(found.len() as u64, "events", streams);
    for found in found {
        match found.and_then(|path| replay_one(&path, policy, &mut desk, &invoked)) {
            Ok(replayed) => output.add(&replayed)?,
            Err(unreadable) => {
                exit = Exit::Failure;
                progress.aside(|| complain(&unreadable));
            }
        }
        progress.step();
    }
    progress.finish();
    output.finish()?;
    Ok(exit)
}

fn replay_one(
    path: &Path,
    policy: &Policy,
    desk: &mut Desk,
    invoked: &Invoked,
) -> Result<Replayed, Unreadable> {
    let body = events::read(path)?;
    let file = path.display().to_string();
    // The file's name takes the place of the request id: `enforce: N%` then picks the same files
    // on every run.
    let event = RawEvent::new(invoked.invocation(&file), body.into());
    let moment = now();
    let start = Instant::now();
    let verdict = decide(event, policy, desk, moment);
    let took = start.elapsed();
    Ok(Replayed { file, facts: verdict.facts().clone(), took })
}

/// The moment of a decision.
pub(super) fn now() -> Moment {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment { unix_ms: u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX) }
}

fn complain(error: &dyn std::error::Error) {
    // Where standard error is closed, nobody reads it.
    drop(writeln!(io::stderr().lock(), "error: {error}"));
}
