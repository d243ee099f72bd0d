//! Finds, reads and compiles the policy files.

use crate::settings::{OnInvalid, Settings};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use tollgate_policy::{Document, Overrides, Policy, Role};

/// Where the function's own policy is looked for unless `TOLLGATE_POLICY` names a file.
pub const FUNCTION_POLICY_PATH: &str = "/var/task/tollgate.yaml";

/// Largest policy file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// A policy that is in force, and what has to be said about it.
#[derive(Debug)]
pub struct Loaded {
    /// The compiled policy; a refusing one where the files could not be used.
    pub policy: Policy,
    /// Every problem, as `file:line:column: key: message`.
    pub problems: Vec<String>,
}

/// Reads the layer's baseline and the function's own policy and compiles them.
///
/// A missing file is no problem unless `TOLLGATE_POLICY` named it. When anything is wrong, the
/// policy in force refuses every event (`policy.invalid`), unless `TOLLGATE_ON_INVALID=pass`.
pub fn load(settings: &Settings, baseline: Option<&Path>) -> Loaded {
    let mut problems = Vec::new();
    let mut files = Vec::new();
    if let Some(path) = baseline {
        files.extend(read(path, Role::Baseline, false, &mut problems));
    }
    let own = settings.policy.clone().unwrap_or_else(|| PathBuf::from(FUNCTION_POLICY_PATH));
    files.extend(read(&own, Role::Function, settings.policy.is_some(), &mut problems));
    let policy = compile(&files, settings, &mut problems);
    Loaded { policy, problems }
}

struct File {
    name: String,
    text: String,
    role: Role,
}

fn read(path: &Path, role: Role, required: bool, problems: &mut Vec<String>) -> Option<File> {
    let name = path.display().to_string();
    let text = match read_bounded(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !required => return None,
        Err(error) => {
            problems.push(format!("{name}: cannot be read: {error}"));
            return None;
        }
    };
    Some(File { name, text, role })
}

fn read_bounded(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        let message = format!("it is larger than {FILE_BYTES_MAX} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(text)
}

fn compile(files: &[File], settings: &Settings, problems: &mut Vec<String>) -> Policy {
    let documents: Vec<Document<'_>> = files
        .iter()
        .map(|file| Document { name: &file.name, text: &file.text, role: file.role })
        .collect();
    let overrides = Overrides { mode: settings.mode };
    match tollgate_policy::compile(&documents, &overrides) {
        Ok(policy) if problems.is_empty() => return policy,
        Ok(_) => {}
        Err(found) => problems.extend(found.iter().map(ToString::to_string)),
    }
    match settings.on_invalid {
        OnInvalid::Refuse => Policy::invalid(),
        OnInvalid::Pass => Policy::builtin(),
    }
}
