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
    must(cargo().args(["fetch", "--quiet", "--locked", "--target", triple]))
        .context("cannot fetch the crates that Cargo.lock names")?;
    Ok(names()?.into_iter().map(|(from, to)| option(&from, &to)).collect())
}

/// Fails when a program names a directory of this machine.
pub(crate) fn require_unnamed(program: &[u8]) -> Result<()> {
    let named = names()?.into_iter().map(|(from, _)| from).find(|from| {
        let from = from.as_os_str().as_encoded_bytes();
        program.windows(from.len()).any(|window| window == from)
    });
    match named {
        Some(directory) => bail!("names `{}`, a directory of this machine", directory.display()),
        None => Ok(()),
    }
}

/// Directories of this machine, and what stands for each.
fn names() -> Result<Vec<(PathBuf, String)>> {
    let mut names = Vec::new();
    for directory in unpacked()? {
        names.push((directory, CRATES.to_owned()));
    }
    names.push(library()?);
    names.push((root(), ROOT.to_owned()));
    names.push((target(), format!("{ROOT}/target")));
    Ok(names)
}

fn option(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

/// Where cargo unpacks crates: one directory a registry, named after the registry's address, which
/// differs between mirrors.
fn unpacked() -> Result<Vec<PathBuf>> {
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

    #[test]
    fn a_program_that_names_the_root_is_refused() {
        require_unnamed(b"/tollgate/extension/start/src/main.rs").unwrap();
        let program = format!("\0{}/src/main.rs\0", root().display());
        let error = require_unnamed(program.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("a directory of this machine"), "{error}");
    }
}
