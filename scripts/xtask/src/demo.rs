//! The demo: sample events and hostile ones through the real layer, then the ledger is verified.
use crate::layer::{self, Arch};
use crate::python;
use crate::run::{cargo, command, must, root, say, step, target};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Runs the demo.
pub(crate) fn run() -> Result<()> {
    layer::build(&[Arch::host()])?;
    let (tollgate, function) = programs()?;
    say(
        "    the layer is the one that is released (profile `lambda`); the command is built faster (`release`)",
    )?;
    let python = format!("{} -m awslambdaric handler.handler", shortened(&python::client()?));
    let functions = [shortened(&function), python];
    let output = target().join("demo");
    if output.exists() {
        std::fs::remove_dir_all(&output)?;
    }
    std::fs::create_dir_all(&output)?;
    let (ledger, trust) = (output.join("ledger.ndjson"), output.join("trust.json"));
    emulate(&tollgate, &functions, &ledger, &trust)?;
    verify(&tollgate, &ledger, &trust)
}

/// Builds the command and the Rust function.
fn programs() -> Result<(PathBuf, PathBuf)> {
    step("the tollgate command and the sample function")?;
    let mut build = cargo();
    build.args(["build", "--release", "--package", "tollgate-cli", "--bin", "tollgate"]);
    build.args(["--package", "tollgate-functions", "--bin", "function-echo"]);
    must(&mut build)?;
    let release = target().join("release");
    Ok((release.join("tollgate"), release.join("function-echo")))
}

/// A path as it is shown and used: everything starts in the workspace's root.
fn shortened(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn emulate(tollgate: &Path, functions: &[String], ledger: &Path, trust: &Path) -> Result<()> {
    step("events of every trigger, and hostile ones, to a Rust and a Python function")?;
    let mut emulate = command(tollgate);
    emulate.arg("emulate").arg("--layer").arg(Arch::host().staged());
    for function in functions {
        emulate.arg("--function").arg(function);
    }
    emulate.args(["--env", "PYTHONPATH=tests/functions/python"]);
    emulate.args(["--env", "PYTHONDONTWRITEBYTECODE=1"]);
    emulate.args(["--events", "tests/fixtures/events", "--events", "tests/fixtures/hostile"]);
    emulate.args(["--policy", "tests/fixtures/demo-policy.yaml"]);
    emulate.arg("--ledger").arg(ledger).arg("--trust").arg(trust);
    must(&mut emulate).context("the local run failed")
}

fn verify(tollgate: &Path, ledger: &Path, trust: &Path) -> Result<()> {
    step("the ledger, under the public keys that were seen at the start of each chain")?;
    must(command(tollgate).arg("verify").arg("--trust").arg(trust).arg(ledger))
        .context("the ledger does not verify")?;
    say(&format!("the ledger verifies under {}", shortened(trust)))?;
    say(&format!("ledger: {}", shortened(ledger)))
}
