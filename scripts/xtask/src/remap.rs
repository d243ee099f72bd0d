//! Paths of this machine that must not get into a program: with them, two checkouts would not build
//! the same bytes, and messages would tell where the programs were built.
use crate::run::{cargo, command, must, root, shown, target};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// What stands for the workspace's root.
const ROOT: &str = "/tollgate";
/// What stands for the directory that crates are unpacked in.
const CRATES: &str = "/crates";

/// Options of the compiler that write other names in place of this machine's directories. Of two
/// that fit a path, the compiler takes the later.
pub(crate) fn options(triple: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for directory in unpacked(triple)? {
        names.push((directory, CRATES.to_owned()));
    }
    names.push(library()?);
    names.push((root(), ROOT.to_owned()));
    names.push((target(), format!("{ROOT}/target")));
    Ok(names.into_iter().map(|(from, to)| option(&from, &to)).collect())
}

fn option(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

/// Where cargo unpacks crates: one directory a registry, named after the registry's address, which
/// differs between mirrors.
fn unpacked(triple: &str) -> Result<Vec<PathBuf>> {
    must(cargo().args(["fetch", "--quiet", "--locked", "--target", triple]))
        .context("cannot fetch the crates that Cargo.lock names")?;
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = home.context("neither CARGO_HOME nor HOME is set")?.join("registry/src");
    let Ok(entries) = std::fs::read_dir(&sources) else {
        // Vendored crates lie elsewhere.
        return Ok(Vec::new());
    };
    let mut directories: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    directories.sort();
    Ok(directories)
}

/// The standard library's sources, if they are installed, and the name they have if they are not.
fn library() -> Result<(PathBuf, String)> {
    let sysroot = said(&["--print", "sysroot"])?;
    let version = said(&["-vV"])?;
    let Some(hash) = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")) else {
        bail!("`rustc -vV` names no commit");
    };
    Ok((Path::new(sysroot.trim()).join("lib/rustlib/src/rust"), format!("/rustc/{hash}")))
}

/// What the compiler prints for these arguments.
pub(crate) fn said(arguments: &[&str]) -> Result<String> {
    let mut rustc = command("rustc");
    rustc.args(arguments);
    let output = rustc.output().with_context(|| format!("cannot run `{}`", shown(&rustc)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", shown(&rustc), output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_directory_is_named_after_the_root_that_holds_it() {
        let options = options("x86_64-unknown-linux-gnu").unwrap();
        let place = |start: &str| options.iter().position(|option| option.ends_with(start));
        assert!(place("=/tollgate").unwrap() < place("=/tollgate/target").unwrap(), "{options:?}");
        assert!(options.iter().any(|option| option.contains("=/rustc/")), "{options:?}");
    }
}
