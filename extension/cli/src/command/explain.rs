//! `tollgate explain`: each stage and each check of the decision about one event, and why.
mod account;
mod guide;
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
  tollgate explain --check detect.sql

Exit codes:
  0  the event was decided, also if it was refused
  1  the policy or the event could not be read, or there is no such check
  2  the command line is wrong")]
pub(crate) struct Args {
    /// The event; `-` for standard input
    #[arg(value_name = "EVENT", requires = "policy", required_unless_present = "check")]
    event: Option<PathBuf>,
    /// The function's policy
    #[arg(long, value_name = "FILE", requires = "event")]
    policy: Option<PathBuf>,
    /// The fleet's policy, which the function's may only tighten
    #[arg(long, value_name = "FILE", requires = "policy")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    invoked: invoked::Args,
    /// Show checks that did not fire as well; with --json they always stand there
    #[arg(long)]
    all: bool,
    /// Print one JSON object, and nothing else
    #[arg(long)]
    json: bool,
    /// Say of a check what it asks, why, what it fires on and how to turn it off, in place of an event
    #[arg(long, value_name = "ID", conflicts_with = "event")]
    check: Option<String>,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    match (&args.check, &args.event, &args.policy) {
        (Some(id), ..) => tell(id, args.json),
        (None, Some(event), Some(policy)) => decide(args, event, policy),
        // The parser of the command line asks for them.
        _ => Exit::Failure,
    }
}

/// What there is to say of a check.
fn tell(id: &str, as_json: bool) -> Exit {
    let Some((check, entry)) = guide::find(id) else {
        let known = tollgate_policy::CHECKS.iter().map(|check| check.id);
        let meant = tollgate_schema::nearest(id, known)
            .map(|nearest| format!("; did you mean `{nearest}`?"))
            .unwrap_or_default();
        return fail(&NoCheck { id: id.to_owned(), meant });
    };
    let text = if as_json { format!("{}\n", entry.json(check)) } else { entry.text(check) };
    let printed = io::stdout().lock().write_all(text.as_bytes());
    Exit::printed(printed)
}

/// An id that no check has.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no check `{id}`{meant} (all are in extension/docs/reference/checks.md; `tollgate explain --all` names those of an event)"
)]
struct NoCheck {
    id: String,
    meant: String,
}

fn decide(args: &Args, event: &Path, policy: &Path) -> Exit {
    let policy = match policies::load(policy, args.baseline.as_deref()) {
        Ok(policy) => policy,
        Err(unusable) => return fail(&unusable),
    };
    let body = match read(event) {
        Ok(body) => body,
        Err(unreadable) => return fail(&unreadable),
    };
    let invoked = match args.invoked.read() {
        Ok(invoked) => invoked,
        Err(unreadable) => return fail(&unreadable),
    };
    let account = Account::of(&event.display().to_string(), body, &policy, &invoked);
    let printed = if args.json { print::json(&account) } else { print::text(&account, args.all) };
    Exit::printed(printed)
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
