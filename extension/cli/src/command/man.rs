//! `tollgate man`: manual pages, generated from the same words as the help.
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::exit::Exit;

/// Arguments of `tollgate man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate man verify | man -l -
  tollgate man --directory ~/.local/share/man/man1

Exit codes:
  0  the pages are written
  1  there is no such verb, or a page cannot be written
  2  the command line is wrong")]
pub(crate) struct Args {
    /// The verb whose page is printed; without it, the page of the whole command
    #[arg(value_name = "VERB", conflicts_with = "directory")]
    verb: Option<String>,
    /// Write all pages into this directory instead: `tollgate.1`, `tollgate-check.1`, …
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

/// Runs the verb for the whole command.
pub(crate) fn run(args: &Args, mut command: clap::Command) -> Exit {
    // Fills in what the page of a verb takes from the whole command: its full name, the version.
    command.build();
    let done = match (&args.directory, &args.verb) {
        (Some(directory), _) => all(&command, directory),
        (None, Some(verb)) => named(&command, verb),
        (None, None) => print(command).map_err(Stop::Print),
    };
    match done {
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
    #[error("there is no verb `{verb}`; expected one of {known}")]
    Verb { verb: String, known: String },
    #[error("`{}`: {cause}", path.display())]
    Write { path: PathBuf, cause: io::Error },
    #[error("standard output: {0}")]
    Print(io::Error),
}

fn named(command: &clap::Command, verb: &str) -> Result<(), Stop> {
    let Some(found) = verbs(command).find(|it| it.get_name() == verb) else {
        let known: Vec<_> = verbs(command).map(|it| format!("`{}`", it.get_name())).collect();
        return Err(Stop::Verb { verb: verb.to_owned(), known: known.join(", ") });
    };
    print(found.clone()).map_err(Stop::Print)
}

fn print(command: clap::Command) -> io::Result<()> {
    io::stdout().lock().write_all(&page(command)?)
}

fn all(command: &clap::Command, directory: &Path) -> Result<(), Stop> {
    let write = |path: PathBuf, cause| Stop::Write { path, cause };
    std::fs::create_dir_all(directory).map_err(|cause| write(directory.to_owned(), cause))?;
    for it in std::iter::once(command).chain(verbs(command)) {
        let name = it.get_display_name().unwrap_or_else(|| it.get_name());
        let path = directory.join(format!("{name}.1"));
        let written = page(it.clone()).and_then(|bytes| std::fs::write(&path, bytes));
        written.map_err(|cause| write(path, cause))?;
    }
    Ok(())
}

fn verbs(command: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    command.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "help")
}

fn page(command: clap::Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(page)
}
