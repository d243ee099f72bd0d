//! The `tollgate` command laid out as it is installed: program, manual pages, completions.
use crate::run::{cargo, command, copy, must, say, step, target};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The shells, and where each looks for completions below a prefix.
const COMPLETIONS: [(&str, &str); 3] = [
    ("bash", "share/bash-completion/completions/tollgate"),
    ("fish", "share/fish/vendor_completions.d/tollgate.fish"),
    ("zsh", "share/zsh/site-functions/_tollgate"),
];

/// Builds the command and lays it out.
pub(crate) fn build() -> Result<()> {
    step("the tollgate command")?;
    let mut build = cargo();
    build.args(["build", "--release", "--package", "tollgate-cli", "--bin", "tollgate"]);
    must(&mut build)?;
    let into = staged(&target().join("release/tollgate"))?;
    say(&format!("    {}: copy it to a prefix such as /usr/local", into.display()))
}

/// Lays a built command out below `target/command`, afresh.
pub(crate) fn staged(tollgate: &Path) -> Result<PathBuf> {
    let into = target().join("command");
    if into.exists() {
        std::fs::remove_dir_all(&into)?;
    }
    lay_out(tollgate, &into)?;
    Ok(into)
}

fn lay_out(tollgate: &Path, into: &Path) -> Result<()> {
    copy(tollgate, &into.join("bin/tollgate"))?;
    let pages = into.join("share/man/man1");
    must(command(tollgate).args(["man", "--directory"]).arg(&pages))?;
    for (shell, place) in COMPLETIONS {
        let output = command(tollgate).args(["completions", shell]).output();
        let output = output.with_context(|| format!("cannot run `{}`", tollgate.display()))?;
        if !output.status.success() || output.stdout.is_empty() {
            bail!("`tollgate completions {shell}` wrote no script");
        }
        let file = into.join(place);
        std::fs::create_dir_all(file.parent().unwrap_or(into))?;
        std::fs::write(file, output.stdout)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    /// A stand-in that says what it was asked.
    fn stand_in(directory: &Path, text: &str) -> PathBuf {
        let program = directory.join("tollgate");
        std::fs::write(&program, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        program
    }

    #[test]
    fn each_part_lies_where_a_prefix_has_it() {
        let directory = tempfile::tempdir().unwrap();
        let text = "case $1 in man) mkdir -p $3; echo page > $3/tollgate.1;; *) echo $2;; esac";
        let into = directory.path().join("out");
        lay_out(&stand_in(directory.path(), text), &into).unwrap();
        for (shell, place) in COMPLETIONS {
            let script = std::fs::read_to_string(into.join(place)).unwrap();
            assert_eq!(script, format!("{shell}\n"));
        }
        assert!(into.join("share/man/man1/tollgate.1").is_file());
        assert!(into.join("bin/tollgate").is_file());
    }

    #[test]
    fn a_command_that_writes_no_script_is_found_out() {
        let directory = tempfile::tempdir().unwrap();
        let into = directory.path().join("out");
        let program = stand_in(directory.path(), "exit 0");
        assert!(lay_out(&program, &into).unwrap_err().to_string().contains("completions bash"));
    }
}
