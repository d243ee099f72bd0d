//! Builds what the tests need, runs all of them, and sums up.
use crate::browser;
use crate::command;
use crate::foreign;
use crate::layer::{self, Arch};
use crate::node;
use crate::python;
use crate::run::{cargo, must, say, shown, step, target};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// What `cargo test` counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Totals {
    passed: u64,
    failed: u64,
}

/// Runs the tests; `arguments` are handed on to `cargo test`.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let host = Arch::host();
    layer::build(if other_architecture()? { &Arch::ALL } else { std::slice::from_ref(&host) })?;
    let planted = layer::build_planted(host)?;
    programs()?;
    let python = python::client()?;
    let emulator = python::emulator(&python)?;
    let (sam, go) = (python::sam()?, python::go()?);
    let cargo_lambda = python::zig()?.with_file_name("cargo-lambda");
    let (simulator, web_adapter) = (foreign::simulator()?, foreign::web_adapter()?);
    let node = node::client()?;
    let browser = browser::chromium(&node)?;
    step("tests")?;
    let release = target().join("release");
    let mut test = cargo();
    test.args(["test", "--workspace", "--no-fail-fast"]).args(arguments);
    test.env("SUITE_LAYER", host.staged()).env("SUITE_PLANTED_LAYER", planted);
    test.env("SUITE_TOLLGATE", release.join("tollgate"));
    test.env("SUITE_FUNCTION", release.join("function-echo"));
    test.env("SUITE_EXTENSION", release.join("extension-sample"));
    test.env("SUITE_STREAM", release.join("function-stream"));
    test.env("SUITE_PYTHON", python).env("SUITE_RIE", emulator).env("SUITE_NODE", node);
    test.env("SUITE_BROWSER", browser);
    test.env("SUITE_COMMAND", command::staged(&release.join("tollgate"))?);
    test.env("SUITE_CARGO_LAMBDA", cargo_lambda);
    test.env("SUITE_SIMULATOR", simulator).env("SUITE_WEB_ADAPTER", web_adapter);
    test.env("SUITE_SAM", sam).env("SUITE_GO", go).env("SUITE_ARM64_LAYER", Arch::Arm64.staged());
    let (totals, success) = counted(&mut test)?;
    say(&format!("{} passed, {} failed", totals.passed, totals.failed))?;
    if !success {
        bail!("`{}` failed", shown(&test));
    }
    Ok(())
}

/// Whether this machine can run the layer for arm64 though it is none: then that is built too.
fn other_architecture() -> Result<bool> {
    const QEMU: &str = "qemu-aarch64-static";
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|directory| directory.join(QEMU).is_file());
    if !found && Arch::host() != Arch::Arm64 {
        say(&format!(
            "    the layer for arm64 is not run here: there is no `{QEMU}` \
             (Debian: `apt-get install qemu-user-static`)"
        ))?;
    }
    Ok(found && Arch::host() != Arch::Arm64)
}

/// The programs that black-box tests start.
pub(crate) fn programs() -> Result<()> {
    step("the tollgate command and the sample functions")?;
    let mut build = cargo();
    build.args(["build", "--release", "--bins"]);
    build.args(["--package", "tollgate-cli", "--package", "tollgate-functions"]);
    must(&mut build)
}

/// Runs a command with its output shown, and adds up the result lines in it.
fn counted(test: &mut Command) -> Result<(Totals, bool)> {
    let mut child = test
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{}`", shown(test)))?;
    let mut totals = Totals::default();
    let output = child.stdout.take().context("no output of the tests")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        totals.add(&line);
        say(&line)?;
    }
    Ok((totals, child.wait()?.success()))
}

impl Totals {
    /// Adds a line such as `test result: ok. 3 passed; 0 failed; …`; other lines add nothing.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) =
            line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for count in counts.split("; ") {
            match count.split_once(' ').map(|(number, what)| (number.parse::<u64>(), what)) {
                Some((Ok(number), "passed")) => self.passed += number,
                Some((Ok(number), "failed")) => self.failed += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_summed() {
        let mut totals = Totals::default();
        totals.add("test result: ok. 3 passed; 0 failed; 0 ignored; finished in 0.00s");
        totals.add("test result: FAILED. 1 passed; 2 failed; 0 ignored; finished in 0.00s");
        totals.add("test a::b ... ok");
        assert_eq!(totals, Totals { passed: 4, failed: 2 });
    }
}
