//! Policy files: reading and compiling them.
mod facts;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use tollgate_config::ProcessEnvironment;
use tollgate_config::keys::Keys;
use tollgate_config::policy::read_named;
use tollgate_policy::{Document, Files, Overrides, Policy, Problem, Problems, Role, compile_with};

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
    #[error("{}", lines(.0))]
    Mistyped(Vec<Problem>),
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A policy that was compiled and checked.
pub(super) struct Checked {
    pub(super) policy: Policy,
    /// What is not wrong but may be meant otherwise.
    pub(super) notes: Vec<Problem>,
}

/// Compiles as [`load`] does, and holds policies over facts against the schema of the facts.
pub(super) fn check(own: &Path, baseline: Option<&Path>) -> Result<Checked, Unusable> {
    let mut rules = Vec::new();
    let policy = load_with(own, baseline, &mut |document, path| {
        let text = read_named(document, path)?;
        let is_rules = Path::new(path).extension().is_some_and(|end| end == "cedar");
        if is_rules && !path.contains('*') && !rules.iter().any(|(known, _)| known == path) {
            rules.push((path.to_owned(), text.clone()));
        }
        Ok(text)
    })?;
    let facts::Verdict { errors, notes } = facts::validate(&rules);
    if !errors.is_empty() {
        return Err(Unusable::Mistyped(errors));
    }
    let notes = policy.notes().iter().cloned().chain(notes).collect();
    Ok(Checked { policy, notes })
}

/// Compiles a function's own policy, below a baseline if there is one.
pub(super) fn load(own: &Path, baseline: Option<&Path>) -> Result<Policy, Unusable> {
    load_with(own, baseline, &mut read_named)
}

fn load_with(
    own: &Path,
    baseline: Option<&Path>,
    named: &mut Files<'_>,
) -> Result<Policy, Unusable> {
    let mut files = Vec::new();
    for (path, role) in
        baseline.map(|path| (path, Role::Baseline)).into_iter().chain([(own, Role::Function)])
    {
        files.push((path.display().to_string(), read(path)?, role));
    }
    let documents: Vec<_> =
        files.iter().map(|(name, text, role)| Document { name, text, role: *role }).collect();
    compile_with(&documents, &Overrides::default(), named).map_err(Unusable::Wrong)
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
