//! Commands, paths and messages that every task uses.
use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's root directory.
pub(crate) fn root() -> PathBuf {
    // This crate stands two levels below it.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// Where everything built lands; `CARGO_TARGET_DIR` moves it as it does for cargo.
pub(crate) fn target() -> PathBuf {
    let moved = std::env::var_os("CARGO_TARGET_DIR").filter(|dir| !dir.is_empty());
    moved.map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A line on standard output.
pub(crate) fn say(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}

/// A step's heading, so that a long build does not look like a hang.
pub(crate) fn step(text: &str) -> Result<()> {
    say(&format!("==> {text}"))
}

/// A command that starts in the workspace's root.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command with its output shown, and fails when it fails.
pub(crate) fn must(command: &mut Command) -> Result<()> {
    let text = shown(command);
    let status = command.status().with_context(|| format!("cannot run `{text}`"))?;
    if !status.success() {
        bail!("`{text}` failed: {status}");
    }
    Ok(())
}

/// A command's line as it is shown in messages.
pub(crate) fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ")
}

/// Copies a file with its mode, making the directory it goes to.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(directory) = to.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let place = || format!("cannot copy `{}` to `{}`", from.display(), to.display());
    std::fs::copy(from, to).map(drop).with_context(place)
}

/// A tool of cargo's that is installed, or one of our own below `target/`.
pub(crate) fn tool(name: &str) -> Result<PathBuf> {
    if command(name).arg("--version").output().is_ok_and(|said| said.status.success()) {
        return Ok(name.into());
    }
    let home = target().join("tools");
    let program = home.join("bin").join(name);
    if !program.exists() {
        step(name)?;
        let mut install = command("cargo");
        install.args(["install", "--locked", name, "--root"]).arg(&home);
        must(&mut install)?;
    }
    Ok(program)
}
