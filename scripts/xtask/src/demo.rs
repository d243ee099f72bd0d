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
    let functions = [function.display().to_string(), python_function(&python::client()?)];
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

/// The command that runs the Python function under Lambda's own client.
fn python_function(python: &Path) -> String {
    let handler = root().join("tests/functions/python");
    format!(
        "env PYTHONPATH={} {} -m awslambdaric handler.handler",
        handler.display(),
        python.display()
    )
}

fn emulate(tollgate: &Path, functions: &[String], ledger: &Path, trust: &Path) -> Result<()> {
    let fixtures = root().join("tests/fixtures");
    step("events of every trigger, and hostile ones, to a Rust and a Python function")?;
    let mut emulate = command(tollgate);
    emulate.arg("emulate").arg("--layer").arg(Arch::host().staged());
    for function in functions {
        emulate.arg("--function").arg(function);
    }
    for events in ["events", "hostile"] {
        emulate.arg("--events").arg(fixtures.join(events));
    }
    emulate.arg("--policy").arg(fixtures.join("demo-policy.yaml"));
    emulate.arg("--ledger").arg(ledger).arg("--trust").arg(trust);
    must(&mut emulate).context("the local run failed")
}

fn verify(tollgate: &Path, ledger: &Path, trust: &Path) -> Result<()> {
    step("the ledger, under the keys that were seen")?;
    must(command(tollgate).arg("verify").arg("--trust").arg(trust).arg(ledger))
        .context("the ledger does not verify")?;
    say("the ledger verifies")?;
    say(&format!("ledger: {}", ledger.display()))
}
