//! `tollgate report`: a ledger as one page of charts and figures, or as one JSON object.
mod chart;
mod counts;
mod escape;
mod gather;
mod page;
mod sections;
mod seen;
mod summary;
mod tally;
mod timeline;

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use tollgate_ledger::verify::{Roots, RootsError, Trust, Verifier, each_record};

use super::logs;
use crate::exit::Exit;
use gather::Gathered;
use summary::Summary;

/// Arguments of `tollgate report`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The page holds everything it shows: it loads nothing, runs no script, and follows the reader's choice
of light or dark. Memory does not grow with the ledger but for its verification, which keeps about 300
bytes a record; `--no-verify` leaves that out.

Examples:
  tollgate report ledger.ndjson --trust trust.json --out report.html
  tollgate report logs/ --request 8476a536-e9f4-11e8-9739-2dfe598c3fcd > report.html
  tollgate report ledger.ndjson --json | jq .checks

Exit codes:
  0  the report is written, whatever it says of the ledger; `tollgate verify` judges
  1  the input cannot be read, holds no record, or not the invocation of `--request`
  2  the command line is wrong")]
pub(crate) struct Args {
    /// Log files, directories of log files, `-` for standard input, or `cloudwatch:GROUP?since=7d`; gzip
    /// is unpacked
    #[arg(value_name = "LEDGER", required = true)]
    paths: Vec<PathBuf>,
    /// Where the report is written; without it, to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The invocation that is told in full; without it, the one that most is to be said of
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// Keys to trust, as `tollgate verify` takes them
    #[arg(long, value_name = "KEYS", conflicts_with = "no_verify")]
    trust: Option<PathBuf>,
    /// Leave out how the chains stand
    #[arg(long)]
    no_verify: bool,
    /// Write one JSON object instead of the page
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    match summarise(args).and_then(|summary| write(args, &summary)) {
        Ok(()) => Exit::Success,
        Err(Stop::Print(error)) => Exit::unprinted(&error),
        Err(stop) => {
            // Nothing is left to tell the reader where standard error itself is gone.
            let _gone = writeln!(io::stderr().lock(), "error: {stop}");
            Exit::Failure
        }
    }
}

/// What ends the verb early.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error("`{}`: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("`{}`: {cause}", path.display())]
    Trust { path: PathBuf, cause: RootsError },
    #[error("no ledger record found in {0}")]
    NoRecord(String),
    #[error("no record of the invocation `{0}` found")]
    NoRequest(String),
    #[error("standard output: {0}")]
    Print(io::Error),
}

fn summarise(args: &Args) -> Result<Summary, Stop> {
    let roots = roots(args)?;
    let mut gathered = Gathered::new(args.request.clone());
    let mut verifier = (!args.no_verify).then(Verifier::default);
    logs::read(&args.paths, &mut |file, line, bytes| {
        each_record(bytes, &mut |record| gathered.take(record));
        if let Some(verifier) = &mut verifier {
            verifier.push(file, line, bytes);
        }
    })
    .map_err(|(path, cause)| Stop::File { path, cause })?;
    if gathered.is_empty() {
        return Err(Stop::NoRecord(logs::named(&args.paths)));
    }
    let summary = gathered.finish(verifier.map(|verifier| verifier.finish(&roots)));
    match (&args.request, &summary.timeline) {
        (Some(request), None) => Err(Stop::NoRequest(request.clone())),
        _ => Ok(summary),
    }
}

fn roots(args: &Args) -> Result<Roots, Stop> {
    let Some(path) = &args.trust else { return Ok(Roots::default()) };
    let text = logs::whole(path).map_err(|cause| Stop::File { path: path.clone(), cause })?;
    let trust = Trust::parse(&String::from_utf8_lossy(&text));
    let trust = trust.map_err(|cause| Stop::Trust { path: path.clone(), cause })?;
    Ok(Roots { trust: Some(trust), ..Roots::default() })
}

fn write(args: &Args, summary: &Summary) -> Result<(), Stop> {
    match &args.out {
        None => print(args, summary, io::stdout().lock()).map_err(Stop::Print),
        Some(path) => File::create(path)
            .and_then(|file| print(args, summary, file))
            .map_err(|cause| Stop::File { path: path.clone(), cause }),
    }
}

fn print(args: &Args, summary: &Summary, out: impl Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    if args.json {
        serde_json::to_writer(&mut out, summary)?;
        writeln!(out)?;
    } else {
        out.write_all(page::html(summary).as_bytes())?;
    }
    out.flush()
}

#[cfg(test)]
mod tests;
