//! Policy files: reading and compiling them.
mod facts;
mod package;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use tollgate_config::ProcessEnvironment;
use tollgate_config::keys::Keys;
use tollgate_config::policy::read_named;
use tollgate_policy::{Document, Files, Overrides, Policy, Problem, Problems, Role, compile_with};

use super::replay::now;
pub(super) use package::{is_archive, of_package};

/// The most that is read of a policy, in bytes: more than a policy may hold, so that the compiler
/// is the one to say so.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// The policy that the extension looks for in a package.
pub(super) const POLICY: &str = "tollgate.yaml";

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
    checked(&read_all(own, baseline)?, read_named)
}

/// The same for a policy that is no file of this machine; `named` reads what it names.
fn check_text(
    name: String,
    text: String,
    named: impl Fn(&str, &str) -> Result<String, String>,
) -> Result<Checked, Unusable> {
    checked(&[(name, text, Role::Function)], named)
}

fn checked(
    files: &[(String, String, Role)],
    named: impl Fn(&str, &str) -> Result<String, String>,
) -> Result<Checked, Unusable> {
    let mut rules = Vec::new();
    let policy = compile(files, &mut |document, path| {
        let text = named(document, path)?;
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
    compile(&read_all(own, baseline)?, &mut read_named)
}

/// The policies with their names and roles, the baseline first.
fn read_all(own: &Path, baseline: Option<&Path>) -> Result<Vec<(String, String, Role)>, Unusable> {
    let paths =
        baseline.map(|path| (path, Role::Baseline)).into_iter().chain([(own, Role::Function)]);
    paths.map(|(path, role)| Ok((path.display().to_string(), read(path)?, role))).collect()
}

fn compile(files: &[(String, String, Role)], named: &mut Files<'_>) -> Result<Policy, Unusable> {
    let documents: Vec<_> =
        files.iter().map(|(name, text, role)| Document { name, text, role: *role }).collect();
    compile_with(&documents, &Overrides::default(), named).map_err(Unusable::Wrong)
}

/// The keys that a policy needs, as far as they are in variables and files of this machine.
pub(super) fn keys(policy: &Policy) -> Keys {
    tollgate_config::keys::read(policy, &ProcessEnvironment, now().unix_ms)
}

fn read(path: &Path) -> Result<String, Unusable> {
    let unreadable = |cause| Unusable::Unreadable { path: path.display().to_string(), cause };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX).read_to_end(&mut bytes));
    read.map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        unreadable(io::Error::other(format!("not UTF-8 from byte {at} on")))
    })
}
