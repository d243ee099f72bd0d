//! `tollgate explain`: each stage and each check of the decision about one event, and why.
mod account;
mod print;

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::events::{self, Unreadable};
use super::{invoked, policies};
use crate::exit::Exit;
use account::Account;

/// Arguments of `tollgate explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate explain event.json --policy tollgate.yaml
  tollgate explain event.json --policy tollgate.yaml --all
  tollgate explain event.json --policy tollgate.yaml \\
    --function-arn arn:aws:lambda:eu-west-1:123456789012:function:orders:live --tenant t-1
  tollgate explain - --policy tollgate.yaml --json < event.json | jq .answer

Exit codes:
  0  the event was decided, also if it was refused
  1  the policy or the event could not be read
  2  the command line is wrong")]
pub(crate) struct Args {
    /// The event; `-` for standard input
    #[arg(value_name = "EVENT")]
    event: PathBuf,
    /// The function's policy
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The fleet's policy, which the function's may only tighten
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    invoked: invoked::Args,
    /// Show checks that did not fire as well
    #[arg(long)]
    all: bool,
    /// Print one JSON object, and nothing else
    #[arg(long, conflicts_with = "all")]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    let policy = match policies::load(&args.policy, args.baseline.as_deref()) {
        Ok(policy) => policy,
        Err(unusable) => return fail(&unusable),
    };
    let body = match read(&args.event) {
        Ok(body) => body,
        Err(unreadable) => return fail(&unreadable),
    };
    let invoked = match args.invoked.read() {
        Ok(invoked) => invoked,
        Err(unreadable) => return fail(&unreadable),
    };
    let account = Account::of(&args.event.display().to_string(), body, &policy, &invoked);
    let printed = if args.json { print::json(&account) } else { print::text(&account, args.all) };
    // Whoever closed the output wants no more of it, and no message either.
    printed.map_or(Exit::Failure, |()| Exit::Success)
}

fn read(path: &Path) -> Result<Vec<u8>, Unreadable> {
    if path != Path::new("-") {
        return events::read(path);
    }
    let mut body = Vec::new();
    let limit = events::FILE_BYTES_MAX;
    match io::stdin().lock().take(limit).read_to_end(&mut body) {
        Ok(_) => Ok(body),
        Err(cause) => Err(Unreadable::new(path, cause)),
    }
}

fn fail(error: &dyn std::error::Error) -> Exit {
    // Where standard error is closed, nobody reads it.
    drop(writeln!(io::stderr().lock(), "error: {error}"));
    Exit::Failure
}
