//! `tollgate unseal`: opens the content that records hold for a recipient, and makes the keys.
use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tollgate_ledger::Hash;
use tollgate_ledger::ocsf::native_part;
use tollgate_ledger::proof::key_from_hex;
use tollgate_ledger::record::Sealed;
use tollgate_ledger::sealed::{public_key, recipient_id, unseal};
use tollgate_ledger::verify::each_record;

use super::logs;
use crate::exit::Exit;

/// Arguments of `tollgate unseal`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate unseal --keygen auditor.key
  tollgate unseal --key auditor.key ledger.ndjson
  tollgate unseal --key auditor.key ledger.ndjson --request 8476a536-e9f4-11e8-9739-2dfe598c3fcd

Each content is printed as one JSON object a line.

Exit codes:
  0  every content that is sealed to the key is opened, or the key is made
  1  a file cannot be read or written, nothing is sealed to the key, or a content does not open
  2  the command line is wrong")]
pub(crate) struct Args {
    /// Log files, directories of log files, `-` for standard input, or `cloudwatch:GROUP?since=7d`; gzip
    /// is unpacked
    #[arg(value_name = "PATH", required_unless_present = "keygen")]
    paths: Vec<PathBuf>,
    /// The file with the recipient's secret key
    #[arg(long, value_name = "FILE", required_unless_present = "keygen")]
    key: Option<PathBuf>,
    /// Only the content of this invocation
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// Make a key: the secret half goes into a new file, the public half is printed for
    /// `ledger.seal_to`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "key", "request"])]
    keygen: Option<PathBuf>,
    /// Print JSON for the new key too; contents are JSON in any case
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    let done = match &args.keygen {
        Some(path) => keygen(path, args.json),
        None => open(args),
    };
    match done {
        Ok(()) => Exit::Success,
        Err(stop) => {
            // Nothing is left to tell the reader where standard error itself is gone.
            let _gone = writeln!(io::stderr().lock(), "error: {stop}");
            Exit::Failure
        }
    }
}

/// What ends the verb.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error("`{}`: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("`{}`: expected 64 hex digits", path.display())]
    Key { path: PathBuf },
    #[error("no record holds content that is sealed to {0}")]
    Nothing(String),
    #[error("{0} of {1} contents could not be opened: altered, or moved between records")]
    Closed(u64, u64),
    #[error("{0}")]
    Write(#[from] io::Error),
}

fn keygen(path: &Path, as_json: bool) -> Result<(), Stop> {
    let file = |cause| Stop::File { path: path.to_owned(), cause };
    let mut secret = [0_u8; 32];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut random| random.read_exact(&mut secret))
        .map_err(file)?;
    let mut options = OpenOptions::new();
    let mut written = options.write(true).create_new(true).mode(0o600).open(path).map_err(file)?;
    writeln!(written, "{}", hex(&secret)).map_err(file)?;
    let public = hex(&public_key(&secret));
    let mut out = io::stdout().lock();
    if as_json {
        writeln!(out, "{}", serde_json::json!({ "publicKey": public }))?;
    } else {
        writeln!(out, "{public}")?;
    }
    Ok(())
}

fn hex(bytes: &[u8; 32]) -> String {
    Hash::new(*bytes).to_string()
}

/// The fields of a record that hold content.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    request_id: String,
    payload: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    sealed: Option<Sealed>,
}

fn open(args: &Args) -> Result<(), Stop> {
    let path = args.key.clone().unwrap_or_default();
    let text = std::fs::read_to_string(&path);
    let text = text.map_err(|cause| Stop::File { path: path.clone(), cause })?;
    let secret = key_from_hex(&text).ok_or(Stop::Key { path })?;
    let recipient = recipient_id(&public_key(&secret));
    let (mut opened, mut closed) = (Vec::new(), 0);
    logs::read(&args.paths, &mut |_, _, line| {
        each_record(line, &mut |record| {
            let Some((id, sealed)) = sealed_in(record) else { return };
            let wanted = args.request.as_ref().is_none_or(|request| *request == id);
            if wanted && sealed.recipient == recipient {
                match unseal(&secret, &id, &sealed) {
                    Some(event) => opened.push((id, event)),
                    None => closed += 1,
                }
            }
        });
    })
    .map_err(|(path, cause)| Stop::File { path, cause })?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let count = opened.len() as u64;
    for (id, event) in opened {
        // An event is JSON as it came; what is not stays a text.
        let event: serde_json::Value = serde_json::from_slice(&event)
            .unwrap_or_else(|_| String::from_utf8_lossy(&event).into_owned().into());
        let line = serde_json::json!({"requestId": id, "event": event});
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    match (count, closed) {
        (0, 0) => Err(Stop::Nothing(recipient)),
        (_, 0) => Ok(()),
        _ => Err(Stop::Closed(closed, count + closed)),
    }
}

fn sealed_in(record: &[u8]) -> Option<(String, Sealed)> {
    let fields: Fields = serde_json::from_slice(native_part(record)?).ok()?;
    Some((fields.request_id, fields.payload?.sealed?))
}
