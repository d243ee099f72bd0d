//! Holds every crate of the lock file to `scripts/deny.toml`: its licence, its source, its version.
use crate::run::{command, must, root, say, tool};
use anyhow::{Result, bail};

/// What can be checked, in cargo-deny's own words.
const CHECKS: [&str; 4] = ["licenses", "bans", "sources", "advisories"];

/// Runs these checks, or those that need no network.
pub(crate) fn run(checks: &[&str]) -> Result<()> {
    if let Some(unknown) = checks.iter().find(|check| !CHECKS.contains(check)) {
        bail!("`{unknown}`: expected one of {}", CHECKS.join(", "));
    }
    let checks = if checks.is_empty() {
        CHECKS.split_last().map_or(&CHECKS[..], |(_, rest)| rest)
    } else {
        checks
    };
    let mut deny = command(tool("cargo-deny")?);
    deny.current_dir(root()).args(["--workspace", "--locked", "--all-features", "--config"]);
    deny.arg(root().join("scripts/deny.toml")).arg("check").args(checks);
    must(&mut deny)?;
    say(&format!("every crate passes: {}", checks.join(", ")))
}
