//! `tollgate wrap`: the package of a custom runtime starts through the layer's wrapper.
mod archive;

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::templates::{self, Failure};
use crate::exit::Exit;

/// What Lambda starts in a custom runtime.
const BOOTSTRAP: &str = "bootstrap";
/// What the function's own program is called behind the shim; as long as `bootstrap`, so that an
/// archive's other bytes stay where they are.
const UNWRAPPED: &str = "unwrapped";

/// The shim: a layer that is not there holds nothing up.
const SHIM: &str = "\
#!/bin/sh
# Made by `tollgate wrap`: starts the function through the Tollgate layer where that is attached.
here=${0%/*}
if [ -x /opt/tollgate/exec ]; then
  exec /opt/tollgate/exec \"$here/unwrapped\" \"$@\"
fi
exec \"$here/unwrapped\" \"$@\"
";

/// What an image needs.
const IMAGE: &str = "\
# Images take no layers: copy the layer's files in, and start the function through the wrapper.
FROM tollgate-layer AS tollgate
# ... then, in the function's own stage:
COPY --from=tollgate /opt /opt
# Where ENTRYPOINT is [\"/lambda-entrypoint.sh\"] (AWS's base images) it becomes:
ENTRYPOINT [\"/opt/tollgate/exec\", \"/lambda-entrypoint.sh\"]
# Where it is a program of your own:
# ENTRYPOINT [\"/opt/tollgate/exec\", \"/var/task/my-program\"]
";

/// Arguments of `tollgate wrap`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate wrap build/            # a directory with the file bootstrap
  tollgate wrap function.zip      # an archive with it; every mode stays
  tollgate wrap function.zip --undo
  tollgate wrap --image           # what to add to a Dockerfile

The program is called `unwrapped` from then on, and a small `bootstrap` starts it through
/opt/tollgate/exec. Without the layer it starts it directly.

Exit codes:
  0  done, or it was so already
  1  there is no bootstrap, or the package cannot be read; nothing was written
  2  the command line is wrong")]
pub(crate) struct Args {
    /// A directory or a zip archive
    #[arg(value_name = "PACKAGE", required_unless_present = "image")]
    package: Option<PathBuf>,
    /// Take the shim out again
    #[arg(long, conflicts_with = "image")]
    undo: bool,
    /// Print what a container image needs
    #[arg(long, conflicts_with = "package")]
    image: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// How a package stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has a bootstrap of its own.
    Bare,
    /// Its bootstrap is the shim.
    Wrapped,
    /// It has no bootstrap.
    Without,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    templates::outcome(try_run(args))
}

fn try_run(args: &Args) -> Result<Exit, Failure> {
    let Some(package) = &args.package else {
        let mut out = io::stdout().lock();
        if args.json {
            writeln!(out, "{}", json!({ "dockerfile": IMAGE }))?;
        } else {
            write!(out, "{IMAGE}")?;
        }
        return Ok(Exit::Success);
    };
    let shown = package.display();
    let before = standing(package)?;
    let done = match (before, args.undo) {
        (Standing::Without, _) => {
            let message = format!(
                "{shown}: no file `{BOOTSTRAP}` at its top: this is no package of a custom runtime"
            );
            return Err(Failure::Other(message));
        }
        (Standing::Bare, true) => "was not wrapped",
        (Standing::Wrapped, false) => "is wrapped already",
        (Standing::Bare, false) => {
            change(package, false)?;
            "wrapped"
        }
        (Standing::Wrapped, true) => {
            change(package, true)?;
            "unwrapped"
        }
    };
    let mut out = io::stdout().lock();
    if args.json {
        let wrapped = !args.undo;
        let changed = (before == Standing::Wrapped) != wrapped;
        let package = shown.to_string();
        writeln!(out, "{}", json!({ "package": package, "wrapped": wrapped, "changed": changed }))?;
    } else {
        writeln!(out, "{shown}: {done}")?;
    }
    Ok(Exit::Success)
}

/// How a package stands.
pub(super) fn standing(package: &Path) -> Result<Standing, Failure> {
    if !package.is_dir() {
        let bytes = fs::read(package).map_err(|cause| Failure::file(package, cause))?;
        return archive::standing(&bytes).map_err(|wrong| broken(package, &wrong));
    }
    let bootstrap = package.join(BOOTSTRAP);
    let is_shim = fs::read(&bootstrap).is_ok_and(|bytes| bytes == SHIM.as_bytes());
    let has_other = package.join(UNWRAPPED).exists();
    Ok(match (bootstrap.is_file(), is_shim && has_other) {
        (_, true) => Standing::Wrapped,
        (true, false) if has_other => {
            let message = format!("`{UNWRAPPED}` is there already: rename it first");
            return Err(broken(package, &message));
        }
        (true, false) => Standing::Bare,
        (false, false) => Standing::Without,
    })
}

/// A package that is an archive, for those who read in it.
pub(super) struct Archive {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Archive {
    /// Reads an archive into memory.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let bytes = fs::read(path).map_err(|cause| Failure::file(path, cause))?;
        Ok(Self { path: path.to_owned(), bytes })
    }

    /// The text of a file in it; none if there is no such file.
    pub(super) fn text(&self, name: &str, bytes_max: u64) -> Result<Option<String>, String> {
        let bytes = archive::content(&self.bytes, name, bytes_max)?;
        let text = bytes.map(String::from_utf8).transpose();
        text.map_err(|error| format!("`{name}` is not UTF-8: {error}"))
    }

    /// The names of what is in it.
    pub(super) fn names(&self) -> Result<Vec<String>, String> {
        archive::names(&self.bytes)
    }

    /// What is wrong with it, in words.
    pub(super) fn broken(&self, wrong: &str) -> Failure {
        broken(&self.path, wrong)
    }
}

fn change(package: &Path, undo: bool) -> Result<(), Failure> {
    if !package.is_dir() {
        let bytes = fs::read(package).map_err(|cause| Failure::file(package, cause))?;
        let changed = if undo { archive::unwrapped(&bytes) } else { archive::wrapped(&bytes) };
        return templates::write(package, &changed.map_err(|wrong| broken(package, &wrong))?);
    }
    let (bootstrap, other) = (package.join(BOOTSTRAP), package.join(UNWRAPPED));
    if undo {
        return fs::rename(&other, &bootstrap).map_err(|cause| Failure::file(&other, cause));
    }
    // The shim is whole before the program moves, and takes its place in one step.
    let beside = package.join(".bootstrap.tollgate");
    let placed = fs::write(&beside, SHIM)
        .and_then(|()| fs::set_permissions(&beside, fs::Permissions::from_mode(0o755)))
        .and_then(|()| fs::rename(&bootstrap, &other))
        .and_then(|()| fs::rename(&beside, &bootstrap));
    placed.map_err(|cause| Failure::file(package, cause))
}

fn broken(package: &Path, message: &str) -> Failure {
    Failure::Other(format!("{}: {message}", package.display()))
}
