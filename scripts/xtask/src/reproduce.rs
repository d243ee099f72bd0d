//! Builds the layer of the same commit a second time, in another directory, and compares the bytes.
use crate::layer::{self, Arch};
use crate::run::{cargo, command, must, root, say, shown, step, target};
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};

/// Builds here and in a fresh clone, and fails when a file of the two differs.
pub(crate) fn run(archs: &[Arch]) -> Result<()> {
    let commit = committed()?;
    layer::build(archs)?;
    step(&format!("the same commit, {commit}, in another directory"))?;
    let copy = clone()?;
    for arch in archs {
        let mut build = cargo();
        build.current_dir(&copy).env_remove("CARGO_TARGET_DIR");
        build.args(["run", "--quiet", "--package", "xtask", "--", "build-layer"]);
        must(build.args(["--arch", arch.name()]))?;
    }
    let differing = archs.iter().flat_map(|arch| [arch.zip(), arch.bill()]).filter_map(|file| {
        let name = file.file_name()?.to_owned();
        compared(&file, &copy.join("target/layer").join(name)).transpose()
    });
    let differing: Vec<String> = differing.collect::<Result<_>>()?;
    ensure!(differing.is_empty(), "not reproducible: {}", differing.join("; "));
    std::fs::remove_dir_all(&copy)?;
    say(&format!("{commit}: every file came out the same, to the byte, in both directories"))
}

/// The commit; there must be nothing beside it, since the clone would not have that.
fn committed() -> Result<String> {
    let changed = said(&["status", "--porcelain"])?;
    ensure!(changed.is_empty(), "commit first; the clone would lack these changes:\n{changed}");
    Ok(said(&["rev-parse", "--short", "HEAD"])?.trim().to_owned())
}

fn said(arguments: &[&str]) -> Result<String> {
    let mut git = command("git");
    let output = git.args(arguments).output();
    let output = output.with_context(|| format!("cannot run `{}`", shown(&git)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", shown(&git), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A clone in a directory whose name has another length, and a blank in it.
fn clone() -> Result<PathBuf> {
    let copy = target().join("reproduced").join("another directory");
    if copy.exists() {
        std::fs::remove_dir_all(&copy)?;
    }
    must(command("git").args(["clone", "--quiet"]).arg(root()).arg(&copy))?;
    Ok(copy)
}

/// How two files differ, if they do.
fn compared(one: &Path, other: &Path) -> Result<Option<String>> {
    let read = |file: &Path| {
        std::fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))
    };
    let (first, second) = (read(one)?, read(other)?);
    if first == second {
        return Ok(None);
    }
    let at = first.iter().zip(&second).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.display(), other.display());
    Ok(Some(format!("`{one}` and `{other}` differ from byte {at} on")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_that_differs_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = directory.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let (one, same, longer) = (file("one", "abc"), file("same", "abc"), file("longer", "abcd"));
        assert_eq!(compared(&one, &same).unwrap(), None);
        assert!(compared(&one, &longer).unwrap().unwrap().ends_with("differ from byte 3 on"));
        let other = file("other", "aXc");
        assert!(compared(&one, &other).unwrap().unwrap().ends_with("differ from byte 1 on"));
        assert!(compared(&one, &directory.path().join("missing")).is_err());
    }
}
