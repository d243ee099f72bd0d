//! The `tollgate` command: one file per verb under `command/`.
mod command;
mod exit;

use clap::Parser as _;

fn main() -> std::process::ExitCode {
    command::Cli::parse().run().into()
}
