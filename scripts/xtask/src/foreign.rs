//! Programs of others that tests run as they are, built from crates.io and in no build of ours.
use crate::run::{cargo, must, root, step, target};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// A client of the Runtime API in front of a web application.
const WEB_ADAPTER: &str = "lambda_web_adapter@1.0.0-rc1";

/// The crate `lambda-simulator`, hosted by a program of `tests/foreign`.
pub(crate) fn simulator() -> Result<PathBuf> {
    step("the crate lambda-simulator")?;
    let mut build = cargo();
    build.args(["build", "--locked", "--target-dir"]).arg(home());
    build.arg("--manifest-path").arg(root().join("tests/foreign/Cargo.toml"));
    must(&mut build)?;
    Ok(home().join("debug/simulator"))
}

/// AWS Lambda Web Adapter, installed when it is missing.
pub(crate) fn web_adapter() -> Result<PathBuf> {
    let program = home().join("bin/lambda-adapter");
    let wanted = home().join("installed");
    if std::fs::read_to_string(&wanted).is_ok_and(|text| text == WEB_ADAPTER) {
        return Ok(program);
    }
    step(WEB_ADAPTER)?;
    let built = home().join("build");
    let mut install = cargo();
    install.args(["install", "--debug", "--locked", "--force", WEB_ADAPTER]);
    install.arg("--root").arg(home()).arg("--target-dir").arg(&built);
    // It needs no symbols.
    install.env("CARGO_PROFILE_DEV_DEBUG", "false");
    must(&mut install).with_context(|| format!("cargo cannot install {WEB_ADAPTER}"))?;
    std::fs::remove_dir_all(built)?;
    std::fs::write(wanted, WEB_ADAPTER)?;
    Ok(program)
}

fn home() -> PathBuf {
    target().join("foreign")
}
