//! `tollgate show`: a ledger for people, one line a record.
use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::Value;
use tollgate_ledger::ocsf::native_part;
use tollgate_ledger::verify::each_record;

use super::logs;
use crate::exit::Exit;

/// Arguments of `tollgate show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate show ledger.ndjson
  tollgate show ledger.ndjson --decision refuse --check detect
  tollgate show ledger.ndjson --request 8476a536-e9f4-11e8-9739-2dfe598c3fcd --json

Exit codes:
  0  the records are printed, also if there are none
  1  the input cannot be read
  2  the command line is wrong")]
pub(crate) struct Args {
    /// Log files, directories of log files, `-` for standard input, or `cloudwatch:GROUP?since=7d`; gzip
    /// is unpacked
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Only records of this kind: open, invocation, report, finding, gap, …
    #[arg(long)]
    kind: Option<String>,
    /// Only invocations with this decision: pass, filter, refuse
    #[arg(long)]
    decision: Option<String>,
    /// Only records in which this check fired, or all of its family
    #[arg(long, value_name = "ID")]
    check: Option<String>,
    /// Only records of this invocation
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// Print the records themselves, byte for byte, one a line
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (mut written, mut found) = (Ok(()), false);
    let read = logs::read(&args.paths, &mut |_, _, line| {
        each_record(line, &mut |record| {
            let Some(view) = View::read(record) else { return };
            found = true;
            if written.is_ok() && view.is_wanted(args) {
                written = if args.json {
                    out.write_all(record).and_then(|()| out.write_all(b"\n"))
                } else {
                    writeln!(out, "{}", view.line())
                };
            }
        });
    });
    match (read, written.and_then(|()| out.flush())) {
        (Err((path, cause)), _) => {
            // Nothing is left to tell the reader where standard error itself is gone.
            let _gone = writeln!(io::stderr().lock(), "error: `{}`: {cause}", path.display());
            Exit::Failure
        }
        (Ok(()), Err(error)) => Exit::unprinted(&error),
        (Ok(()), Ok(())) => {
            if !found {
                let paths = logs::named(&args.paths);
                let _gone =
                    writeln!(io::stderr().lock(), "note: no ledger record found in {paths}");
            }
            Exit::Success
        }
    }
}

/// A record as it is read here: its native fields, and the event around them if it is one.
struct View {
    native: Value,
    event: Value,
}

impl View {
    fn read(record: &[u8]) -> Option<Self> {
        let native = native_part(record)?;
        let event = if native.len() < record.len() {
            serde_json::from_slice(record).ok()?
        } else {
            Value::Null
        };
        Some(Self { native: serde_json::from_slice(native).ok()?, event })
    }

    fn text(&self, name: &str) -> &str {
        self.native.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn number(&self, pointer: &str) -> Option<u64> {
        self.native.pointer(pointer).and_then(Value::as_u64)
    }

    fn is_wanted(&self, args: &Args) -> bool {
        let is = |name: &str, wanted: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| self.text(name) == wanted)
        };
        let decision = args.decision.as_ref().is_none_or(|wanted| self.decision() == wanted);
        let family = |id: &str, wanted: &str| {
            id == wanted || id.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
        };
        let check = args
            .check
            .as_ref()
            .is_none_or(|wanted| self.checks().iter().any(|id| family(id, wanted)));
        is("kind", &args.kind) && is("requestId", &args.request) && decision && check
    }

    /// Of a compact refusal too.
    fn decision(&self) -> &str {
        if self.native.get("refused").is_some() { "refuse" } else { self.text("decision") }
    }

    fn checks(&self) -> Vec<&str> {
        let list = self.native.get("checks").and_then(Value::as_array).into_iter().flatten();
        let fired = list.filter_map(|check| check.get("id")?.as_str());
        let own = (self.text("kind") == "finding").then(|| self.text("id"));
        let compact = self.native.get("refused").and_then(Value::as_str);
        fired.chain(own).chain(compact).collect()
    }

    /// `2026-03-16T09:26:53.609Z 01010101 #1 invocation  success  pass  sqs  8476…`
    fn line(&self) -> String {
        let kind = self.text("kind");
        let chain = self.text("chain").get(..8).unwrap_or_default();
        let seq = self.number("/seq").unwrap_or_default();
        let told = match kind {
            "invocation" => self.invocation(),
            "finding" => self.finding(),
            "report" => self.report(),
            "open" => self.open(),
            "gap" => format!(
                "{} records lost: {}",
                self.number("/records").unwrap_or_default(),
                self.text("reason")
            ),
            "checkpoint" | "close" => {
                let totals = self.native.get("totals").map(ToString::to_string).unwrap_or_default();
                format!("{} {totals}", self.text("reason")).trim_start().to_owned()
            }
            _ => String::new(),
        };
        format!("{} {chain} #{seq:<6} {kind:<11} {told}", self.text("time")).trim_end().to_owned()
    }

    fn invocation(&self) -> String {
        if self.native.get("refused").is_some() {
            return format!(
                "refused     refuse  -  {}  {}",
                self.text("requestId"),
                self.text("refused")
            );
        }
        let trigger = match self.text("trigger") {
            "" => {
                self.event.pointer("/src_endpoint/svc_name").and_then(Value::as_str).unwrap_or("-")
            }
            trigger => trigger,
        };
        let span = self.number("/times/replied").zip(self.number("/times/received"));
        let span = span.map(|(end, start)| format!("{} ms", end.saturating_sub(start)));
        let decision = match self.decision() {
            "" => "-",
            decision => decision,
        };
        format!(
            "{:<11} {decision:<7} {trigger}  {}  {}  {}",
            self.text("outcome"),
            self.text("requestId"),
            span.unwrap_or_default(),
            self.checks().join(" "),
        )
    }

    fn finding(&self) -> String {
        let count = self.number("/count").unwrap_or_default();
        let words =
            [self.text("severity"), self.text("id"), self.text("detail"), self.text("requestId")];
        format!("{} x{count}", words.join("  "))
    }

    fn report(&self) -> String {
        let billed = self.native.get("billedDurationMs").map(ToString::to_string);
        let memory = self.number("/maxMemoryUsedMb").map(|memory| format!("{memory} MB"));
        let words = [
            self.text("status").to_owned(),
            self.text("requestId").to_owned(),
            billed.map(|billed| format!("{billed} ms billed")).unwrap_or_default(),
            memory.unwrap_or_default(),
        ];
        words.join("  ")
    }

    fn open(&self) -> String {
        let of =
            |pointer: &str| self.native.pointer(pointer).and_then(Value::as_str).unwrap_or("-");
        format!(
            "{} {} in {}, environment {}, policy {}",
            of("/function/name"),
            of("/function/version"),
            of("/function/region"),
            of("/environment").get(..8).unwrap_or("-"),
            of("/policy").get(..8).unwrap_or("-"),
        )
    }
}
