//! Policy files: reading and compiling them.
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use tollgate_config::ProcessEnvironment;
use tollgate_config::keys::Keys;
use tollgate_config::policy::read_named;
use tollgate_policy::{Document, Overrides, Policy, Problems, Role, compile_with};

use super::replay::now;

/// The most that is read of a policy, in bytes: more than a policy may hold, so that the compiler
/// is the one to say so.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error("`{path}`: cannot be read: {cause}")]
    Unreadable { path: String, cause: io::Error },
    #[error("{0}")]
    Wrong(Problems),
}

/// Compiles a function's own policy, below a baseline if there is one.
pub(super) fn load(own: &Path, baseline: Option<&Path>) -> Result<Policy, Unusable> {
    let mut files = Vec::new();
    for (path, role) in
        baseline.map(|path| (path, Role::Baseline)).into_iter().chain([(own, Role::Function)])
    {
        files.push((path.display().to_string(), read(path)?, role));
    }
    let documents: Vec<_> =
        files.iter().map(|(name, text, role)| Document { name, text, role: *role }).collect();
    compile_with(&documents, &Overrides::default(), &mut read_named).map_err(Unusable::Wrong)
}

/// The keys that a policy needs, as far as they are in variables and files of this machine.
pub(super) fn keys(policy: &Policy) -> Keys {
    tollgate_config::keys::read(policy, &ProcessEnvironment, now().unix_ms)
}

fn read(path: &Path) -> Result<String, Unusable> {
    let mut text = String::new();
    let read =
        File::open(path).and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(text),
        Err(cause) => Err(Unusable::Unreadable { path: path.display().to_string(), cause }),
    }
}
