//! `tollgate emulate`: runs functions behind the layer on a local Lambda and shows what was decided.
mod board;
mod error;
mod events;
mod filter;
mod front;
mod ledger;
mod output;
mod run;
mod settings;
mod source;
mod template;
mod timing;
mod watch;
mod words;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use error::Trouble;
use ledger::Ledger;
use tollgate_emulator::FaultPlan;

/// What to type, and what the exit code says, in the help.
const AFTER_HELP: &str = "\
Examples:
  tollgate emulate --layer target/layer/x86_64 --function target/release/my-function --events events/
  tollgate emulate --layer target/layer/x86_64 --policy tollgate.yaml \\
    --function 'python3 -m awslambdaric app.handler' --event good.json bad.json
  tollgate emulate --layer target/layer/x86_64 --template sam/examples/sqs/template.yaml
  tollgate emulate … --template sam/examples/sqs/template.yaml --items messages.txt
  tollgate emulate … --template sam/examples/http-api/template.yaml --listen 3000
  tollgate emulate … --ledger ledger.ndjson --trust trust.json
  tollgate verify --trust trust.json ledger.ndjson
  tollgate emulate … --listen 127.0.0.1:3000 --front http-api --environments 4 --watch
  tollgate emulate … --source sqs --items messages.txt --report-failures --dead dead.ndjson
  tollgate emulate … --events events/ --fault crash@3 --fault 'slow=200ms@10%' --seed 7 --timing

Exit codes:
  0  every event was sent, whatever was decided about it; or --listen was ended by Ctrl-C
  1  something could not be started or read
  2  the command line is wrong";

/// Arguments of `tollgate emulate`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = AFTER_HELP)]
#[command(group = clap::ArgGroup::new("whence").args(["source", "template"]).multiple(true))]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent flag")]
pub(crate) struct Args {
    /// The layer, laid out as /opt; without one the function runs alone, and nothing is decided
    #[arg(long, value_name = "DIR")]
    layer: Option<PathBuf>,
    /// A function's command, such as 'python3 -m awslambdaric app.handler'; one after another
    #[arg(long, value_name = "COMMAND", required_unless_present = "template")]
    function: Vec<String>,
    /// Events to send, each a file
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present_any = ["events", "listen", "source", "template"])]
    event: Vec<PathBuf>,
    /// Directories of events, sent in the order of their paths
    #[arg(long, value_name = "DIR", num_args = 1..)]
    events: Vec<PathBuf>,
    /// The policy, in place of the layer's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Configured memory [default: the template's, or 128]
    #[arg(long, value_name = "MB")]
    memory: Option<u32>,
    /// The function timeout [default: the template's, or 3]
    #[arg(long, value_name = "SECONDS", value_parser = settings::seconds)]
    timeout: Option<f64>,
    /// A variable of the functions' configuration
    #[arg(long, value_name = "NAME=VALUE", value_parser = settings::variable)]
    env: Vec<(String, String)>,
    /// Freeze the processes between invocations, as Lambda does
    #[arg(long)]
    freeze: bool,
    /// Run the processes as Lambda's user (uid 993), which only root can do; code, layer and policy must be
    /// readable by all
    #[arg(long)]
    sandbox_user: bool,
    /// Leave the layer's wrapper out: the function goes around the extension
    #[arg(long)]
    no_wrapper: bool,
    /// One JSON object an event on standard output, and nothing else
    #[arg(long)]
    json: bool,
    /// Write every ledger record here, one a line
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Write the first public key of every chain here, for `tollgate verify --trust`
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Show what the processes print
    #[arg(long)]
    verbose: bool,
    /// So many environments at most: events beside each other, and 429 for those beyond
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    environments: u16,
    /// Break something on purpose: crash, hang, slow, drop, duplicate, freeze or throttle, or of the
    /// telemetry late-report, lost-telemetry, reversed-telemetry or doubled-telemetry; with =TIME for
    /// slow, freeze and late-report, and @N, @every:N or @P% for which invocations of an environment
    #[arg(long, value_name = "NAME[=TIME][@WHEN]")]
    fault: Vec<FaultPlan>,
    /// What faults with a share choose by
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// Show how long each phase of each invocation took
    #[arg(long)]
    timing: bool,
    /// Save every event that is sent as a file here; --events sends them again
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Start afresh when the function, the layer or the policy changes; without --listen, send the events again
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    front: front::FrontArgs,
    #[command(flatten)]
    source: source::SourceArgs,
    #[command(flatten)]
    template: template::TemplateArgs,
    /// The function of a template that these arguments are for.
    #[arg(skip)]
    place: Option<template::Place>,
}

/// Runs the verb: 0 when every event was run, whatever was decided.
pub(crate) fn run(args: &Args) -> Exit {
    match try_run(args) {
        Ok(()) => Exit::Success,
        Err(trouble) => {
            say(&format!("error: {trouble}"));
            Exit::Failure
        }
    }
}

fn try_run(args: &Args) -> Result<(), Trouble> {
    let runs = match &args.template.template {
        Some(template) => template::functions(args, template)?,
        None => vec![args.clone()],
    };
    let events = events::collect(&args.event, &template::events(args))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Trouble::io("cannot start", Path::new("the event loop")))?;
    let mut ledger = Ledger::default();
    for args in &runs {
        let shown = args.place.as_ref().map(|place| vec![place.shown.clone()]);
        for command in shown.as_ref().unwrap_or(&args.function) {
            // What is wrong with the settings is said before anything runs.
            settings::of(args, command)?;
            args.source.sieve()?;
            output::announce(command, args.json)?;
            ledger.append(runtime.block_on(run::through(args, command, &events))?);
        }
    }
    save(args, &ledger)
}

/// Writes the files that were asked for.
fn save(args: &Args, ledger: &Ledger) -> Result<(), Trouble> {
    if let Some(path) = &args.ledger {
        write(path, &ledger.lines())?;
    }
    if let Some(path) = &args.trust {
        write(path, &ledger.trust())?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(Trouble::io("cannot create", folder))?;
    }
    std::fs::write(path, text).map_err(Trouble::io("cannot write", path))
}

/// Progress and errors, on standard error.
fn say(line: &str) {
    // Nobody reads: then nobody misses it.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
