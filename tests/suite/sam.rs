//! What stands in `sam/`: templates are valid in SAM's form and in the form CloudFormation gets,
//! examples build, and run behind the layer as the names of their sample events say.

mod building;
mod fleet;
mod image;
mod running;
mod templates;

use crate::support::places;
pub(crate) use building::at_hand;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The directory of templates.
fn sam() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sam").canonicalize().unwrap()
}

/// The directories of all examples, by name.
fn examples() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(sam().join("examples")).unwrap();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    assert!(found.len() >= 10, "{found:?}");
    found
}

/// The name of an example.
fn name(example: &Path) -> String {
    example.file_name().unwrap().to_string_lossy().into_owned()
}

/// A program of the environment with SAM, cut off from accounts and from telling anybody of it.
fn tool(program: &str) -> Command {
    let mut command = Command::new(places::sam_tools().join(program));
    command.stdin(Stdio::null());
    command.envs([
        ("SAM_CLI_TELEMETRY", "0"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "example"),
        ("AWS_SECRET_ACCESS_KEY", "example"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ]);
    command
}

/// Runs a command and gives its standard output; fails with all it printed when it fails.
fn succeeds(command: &mut Command) -> String {
    let output: Output = command.output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{out}\n{err}", output.status);
    out.into_owned()
}
