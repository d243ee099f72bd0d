//! `tollgate completions`: what a shell needs to complete the command's verbs and flags.
use std::io::{self, Write as _};

use clap_complete::Shell;

use crate::exit::Exit;

/// Arguments of `tollgate completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate completions bash > /etc/bash_completion.d/tollgate
  tollgate completions zsh > ~/.zfunc/_tollgate
  tollgate completions fish > ~/.config/fish/completions/tollgate.fish

Exit codes:
  0  the script is written to standard output
  1  standard output cannot be written
  2  the command line is wrong")]
pub(crate) struct Args {
    /// The shell that reads the script
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Runs the verb for the whole command.
pub(crate) fn run(args: &Args, mut command: clap::Command) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "tollgate", &mut script);
    Exit::printed(io::stdout().lock().write_all(&script))
}
