//! `tollgate verify`: judges a ledger from files alone, without a network or an account.
mod attestor;
mod roots;
mod summary;

use std::io::{self, Write as _};
use std::path::PathBuf;

use tollgate_ledger::verify::{Report, Verdict, Verifier};

use super::logs;
use crate::exit::Exit;

/// What the exit code says, in the help.
const EXIT_CODES: &str = "\
Examples:
  tollgate verify --trust trust.json ledger.ndjson
  tollgate verify --trust trust.json --anchors anchors.ndjson logs/
  tollgate verify ledger.ndjson --against request-ids.log --json

Exit codes:
  0  every chain holds under a trust root
  1  the input cannot be read, or holds no record
  2  the command line is wrong
  3  nothing is broken, but a chain holds under no trust root
  4  a chain is broken, or something that a root names is missing";

/// Arguments of `tollgate verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Log files, directories of log files, `-` for standard input, or `cloudwatch:GROUP?since=7d`; gzip
    /// is unpacked
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Keys to trust: `[{"chain": …, "publicKey": …}]` or `{"keys": […]}`
    #[arg(long, value_name = "KEYS")]
    trust: Option<PathBuf>,
    /// The key of AWS KMS whose certificates vouch for chains: a file with its public half (PEM, DER, or
    /// what `aws kms get-public-key` prints), or its ARN, id or `alias/…`, which asks KMS
    #[arg(long, value_name = "KEY")]
    kms_key: Vec<String>,
    /// Anchored records that must be there: `{"chain": …, "seq": …, "head": …}`, one a line
    #[arg(long, value_name = "FILE")]
    anchors: Option<PathBuf>,
    /// Request ids that must have a record: one a line, a log's `START` and `REPORT` lines, telemetry,
    /// or Invoke events of `CloudTrail`; may be given several times
    #[arg(long, value_name = "IDS")]
    against: Vec<PathBuf>,
    /// Print the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    match judge(args) {
        Ok(report) => conclude(args, &report),
        Err(error) => complain(&error),
    }
}

/// What stops a verification.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error("`{}`: {cause}", path.display())]
    Read { path: PathBuf, cause: io::Error },
    #[error("`{}`: {cause}", path.display())]
    Roots { path: PathBuf, cause: tollgate_ledger::verify::RootsError },
    #[error("`{key}`: {why}")]
    Key { key: String, why: String },
    #[error("no ledger record found in {0}")]
    NoRecord(String),
}

fn judge(args: &Args) -> Result<Report, Stop> {
    let roots = roots::read(args)?;
    let mut verifier = Verifier::default();
    logs::read(&args.paths, &mut |file, line, bytes| verifier.push(file, line, bytes))
        .map_err(|(path, cause)| Stop::Read { path, cause })?;
    let report = verifier.finish(&roots);
    // An empty input is a broken one only if a root says what should be in it.
    if report.records == 0 && report.problems.is_empty() {
        return Err(Stop::NoRecord(logs::named(&args.paths)));
    }
    Ok(report)
}

fn conclude(args: &Args, report: &Report) -> Exit {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = if args.json {
        serde_json::to_writer(&mut out, report)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        summary::write(&mut out, report)
    };
    match (written.and_then(|()| out.flush()), report.verdict) {
        (Err(error), _) => Exit::unprinted(&error),
        (Ok(()), Verdict::Verified) => Exit::Success,
        (Ok(()), Verdict::NotAuthenticated) => Exit::Unauthenticated,
        (Ok(()), Verdict::Broken) => Exit::Broken,
    }
}

fn complain(error: &Stop) -> Exit {
    // Nothing is left to tell the reader where standard error itself is gone.
    let _gone = writeln!(io::stderr().lock(), "error: {error}");
    Exit::Failure
}

#[cfg(test)]
mod tests;
