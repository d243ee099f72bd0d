//! `tollgate prove`: shows one invocation's record to somebody who must not see the others.
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tollgate_ledger::proof::{Proof, ProofError, Prover};
use tollgate_ledger::verify::{RootsError, Trust};

use super::logs;
use crate::exit::Exit;

/// What the exit code says, in the help.
const EXIT_CODES: &str = "\
Examples:
  tollgate prove ledger.ndjson --request 8476a536-e9f4-11e8-9739-2dfe598c3fcd > proof.ndjson
  tollgate prove --check --trust trust.json proof.ndjson

Exit codes:
  0  the proofs are written, or hold
  1  the input cannot be read, or holds no such record
  2  the command line is wrong
  3  a proof begins with no trusted key
  4  a proof does not hold, or the ledger is broken";

/// Arguments of `tollgate prove`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Log files, directories of log files, `-`, or `cloudwatch:GROUP?since=7d`; with `--check`, files of proofs
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The invocation whose records are proved
    #[arg(long, value_name = "ID", required_unless_present = "check")]
    request: Option<String>,
    /// Check proofs instead; needs `--trust`
    #[arg(long, requires = "trust")]
    check: bool,
    /// Keys to trust, as `tollgate verify` takes them
    #[arg(long, value_name = "KEYS")]
    trust: Option<PathBuf>,
    /// Taken as by every verb; proofs and records are JSON, one a line, in any case
    #[arg(long = "json")]
    _json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    let done = if args.check { check(args) } else { prove(args) };
    match done {
        Ok(()) => Exit::Success,
        Err(stop) => {
            // Nothing is left to tell the reader where standard error itself is gone.
            let _gone = writeln!(io::stderr().lock(), "error: {stop}");
            stop.exit()
        }
    }
}

/// What ends the verb.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error("`{}`: {cause}", path.display())]
    Read { path: PathBuf, cause: io::Error },
    #[error("`{}`: {cause}", path.display())]
    Trust { path: PathBuf, cause: RootsError },
    #[error("`{}`: line {line}: not a proof", path.display())]
    Shape { path: PathBuf, line: usize },
    #[error("{0}")]
    Proof(#[from] ProofError),
    #[error("{0}")]
    Write(#[from] io::Error),
}

impl Stop {
    const fn exit(&self) -> Exit {
        match self {
            Self::Proof(ProofError::Untrusted(_)) => Exit::Unauthenticated,
            Self::Proof(ProofError::NotFound | ProofError::Unsealed) => Exit::Failure,
            Self::Proof(_) => Exit::Broken,
            _ => Exit::Failure,
        }
    }
}

fn prove(args: &Args) -> Result<(), Stop> {
    let mut prover = Prover::new(args.request.as_deref().unwrap_or_default());
    logs::read(&args.paths, &mut |_, _, line| prover.push(line))
        .map_err(|(path, cause)| Stop::Read { path, cause })?;
    let mut out = io::stdout().lock();
    for proof in prover.finish()? {
        serde_json::to_writer(&mut out, &proof).map_err(io::Error::from)?;
        writeln!(out)?;
    }
    Ok(())
}

fn check(args: &Args) -> Result<(), Stop> {
    let path = args.trust.clone().unwrap_or_default();
    let text = read(&path)?;
    let trust = Trust::parse(&text).map_err(|cause| Stop::Trust { path, cause })?;
    let mut out = io::stdout().lock();
    for path in &args.paths {
        for (number, line) in (1..).zip(read(path)?.lines()) {
            let proof: Proof = serde_json::from_str(line)
                .map_err(|_| Stop::Shape { path: path.clone(), line: number })?;
            proof.check(&trust)?;
            writeln!(out, "{}", proof.record)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, Stop> {
    let bytes = logs::whole(path).map_err(|cause| Stop::Read { path: path.to_owned(), cause })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
