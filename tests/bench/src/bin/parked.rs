//! Stands still until its standard input ends, and then becomes the program that its arguments name.
//!
//! Usage: `parked PROGRAM [ARGUMENT…]`. Limits and tracers are in place before the program's first
//! instruction, and its time counts from when it is let go.
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().ok_or_else(|| io::Error::other("usage: parked PROGRAM"))?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Err(Command::new(program).args(arguments).stdin(Stdio::null()).exec())
}
