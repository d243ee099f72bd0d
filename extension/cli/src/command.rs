//! The verbs, their help, and which file runs each.
mod allow;
mod attach;
mod budget;
mod check;
mod completions;
mod doctor;
mod emulate;
mod events;
mod explain;
mod init;
mod invoked;
mod learn;
mod lint;
mod logs;
mod man;
mod operate;
mod policies;
mod progress;
mod prove;
mod replay;
mod report;
mod show;
mod sign;
mod simulate;
mod stop;
mod templates;
mod unseal;
mod verify;
mod wrap;

use clap::CommandFactory as _;

use crate::exit::Exit;

/// What holds for every verb, in the help of the whole command.
const GENERAL: &str = "\
Examples:
  tollgate check tollgate.yaml
  tollgate replay --policy tollgate.yaml --events events/
  tollgate verify --trust trust.json ledger.ndjson
  tollgate report ledger.ndjson --out report.html

Results go to standard output, errors and progress to standard error. Colours vanish in pipes and
under NO_COLOR. `tollgate VERB --help` says more; `tollgate man VERB` says it as a manual page.

Exit codes:
  0  done
  1  a file cannot be read or used, or something cannot be written
  2  the command line is wrong
  3  `verify`, `prove`: nothing is broken, and no trust root vouches for it; `attach`, `doctor`, `lint`: something
     is left for a person to look at
  4  `verify`, `prove`: broken";

/// Tollgate: the same decisions as the extension, offline.
#[derive(Debug, clap::Parser)]
#[command(name = "tollgate", version, about, propagate_version = true)]
#[command(after_help = GENERAL)]
pub(crate) struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Take back orders that deny, so that their events pass again
    Allow(allow::Args),
    /// Attach the layer to every function of a template, or detach it
    Attach(attach::Args),
    /// Show what budgets have left, or order another limit
    Budget(budget::Args),
    /// Read policies and report every error at once
    Check(check::Args),
    /// Write what a shell needs to complete verbs and flags
    Completions(completions::Args),
    /// Say of each function of a template whether it would be guarded
    Doctor(doctor::Args),
    /// Run a function behind the layer on a local Lambda
    Emulate(Box<emulate::Args>),
    /// Show each stage and each check of the decision about one event
    Explain(explain::Args),
    /// Write a first policy for each function of a template
    Init(init::Args),
    /// Write a policy out of observed records and events
    Learn(learn::Args),
    /// Look at how a template's functions stand: who may invoke, what is lost, what lies open
    Lint(lint::Args),
    /// Print a manual page, or write all of them
    Man(man::Args),
    /// Prove that an invocation stands in a ledger, or check such a proof
    Prove(prove::Args),
    /// Decide saved events under a policy, without a function
    Replay(replay::Args),
    /// Turn a ledger into one page of charts and figures
    Report(report::Args),
    /// Print a ledger readably
    Show(show::Args),
    /// Make a signed context, or a key for them
    Sign(sign::Args),
    /// Run a fleet against a shared budget and show what it spends
    Simulate(Box<simulate::Args>),
    /// Deny a function, a fleet, a source or a caller while functions run
    Stop(stop::Args),
    /// Open sealed content of records, or make the keys for it
    Unseal(unseal::Args),
    /// Verify a ledger offline
    Verify(verify::Args),
    /// Make the package of a custom runtime start through the layer, or undo it
    Wrap(wrap::Args),
}

impl Cli {
    /// Runs the chosen verb.
    pub(crate) fn run(self) -> Exit {
        match self.verb {
            Verb::Allow(args) => allow::run(&args),
            Verb::Attach(args) => attach::run(&args),
            Verb::Budget(args) => budget::run(&args),
            Verb::Check(args) => check::run(&args),
            Verb::Completions(args) => completions::run(&args, Self::command()),
            Verb::Doctor(args) => doctor::run(&args),
            Verb::Emulate(args) => emulate::run(&args),
            Verb::Explain(args) => explain::run(&args),
            Verb::Init(args) => init::run(&args),
            Verb::Lint(args) => lint::run(&args),
            Verb::Learn(args) => learn::run(&args),
            Verb::Man(args) => man::run(&args, Self::command()),
            Verb::Prove(args) => prove::run(&args),
            Verb::Replay(args) => replay::run(&args),
            Verb::Report(args) => report::run(&args),
            Verb::Show(args) => show::run(&args),
            Verb::Simulate(args) => simulate::run(&args),
            Verb::Stop(args) => stop::run(&args),
            Verb::Unseal(args) => unseal::run(&args),
            Verb::Sign(args) => sign::run(&args),
            Verb::Verify(args) => verify::run(&args),
            Verb::Wrap(args) => wrap::run(&args),
        }
    }
}
