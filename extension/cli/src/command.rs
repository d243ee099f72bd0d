//! The verbs, their help, and which file runs each.
mod allow;
mod budget;
mod check;
mod emulate;
mod events;
mod explain;
mod learn;
mod logs;
mod operate;
mod policies;
mod progress;
mod prove;
mod replay;
mod show;
mod sign;
mod simulate;
mod stop;
mod unseal;
mod verify;

use crate::exit::Exit;

/// Tollgate: the same decisions as the extension, offline.
#[derive(Debug, clap::Parser)]
#[command(name = "tollgate", version, about, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Take back orders that deny, so that their events pass again
    Allow(allow::Args),
    /// Show what budgets have left, or order another limit
    Budget(budget::Args),
    /// Read policies and report every error at once
    Check(check::Args),
    /// Run a function behind the layer on a local Lambda
    Emulate(Box<emulate::Args>),
    /// Show each stage and each check of the decision about one event
    Explain(explain::Args),
    /// Prove that an invocation stands in a ledger, or check such a proof
    Prove(prove::Args),
    /// Write a policy out of observed records and events
    Learn(learn::Args),
    /// Decide saved events under a policy, without a function
    Replay(replay::Args),
    /// Print a ledger readably
    Show(show::Args),
    /// Run a fleet against a shared budget and show what it spends
    Simulate(Box<simulate::Args>),
    /// Deny a function, a fleet, a source or a caller while functions run
    Stop(stop::Args),
    /// Open sealed content of records, or make the keys for it
    Unseal(unseal::Args),
    /// Make a signed context, or a key for them
    Sign(sign::Args),
    /// Verify a ledger offline
    Verify(verify::Args),
}

impl Cli {
    /// Runs the chosen verb.
    pub(crate) fn run(self) -> Exit {
        match self.verb {
            Verb::Allow(args) => allow::run(&args),
            Verb::Budget(args) => budget::run(&args),
            Verb::Check(args) => check::run(&args),
            Verb::Emulate(args) => emulate::run(&args),
            Verb::Explain(args) => explain::run(&args),
            Verb::Prove(args) => prove::run(&args),
            Verb::Learn(args) => learn::run(&args),
            Verb::Replay(args) => replay::run(&args),
            Verb::Show(args) => show::run(&args),
            Verb::Simulate(args) => simulate::run(&args),
            Verb::Stop(args) => stop::run(&args),
            Verb::Unseal(args) => unseal::run(&args),
            Verb::Sign(args) => sign::run(&args),
            Verb::Verify(args) => verify::run(&args),
        }
    }
}
