//! Finds, reads and compiles the policy files.

use crate::settings::{OnInvalid, Settings};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use tollgate_policy::{Document, Overrides, Pattern, Policy, Role};

/// Where the function's own policy is looked for unless `TOLLGATE_POLICY` names a file.
pub const FUNCTION_POLICY_PATH: &str = "/var/task/tollgate.yaml";

/// Largest policy file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// Largest file that a policy names, in bytes.
const NAMED_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// Files that one path with `*` may mean.
const LISTED_MAX: usize = 1000;

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

/// Reads a file that a policy names, relative to the policy's own directory: schemas and API
/// descriptions, policies over facts, each at most 2 MiB. For a path whose last part has `*`, gives
/// the paths of the files that fit, sorted, one a line, at most 1000.
///
/// # Errors
/// When it cannot be read, is too large or is not UTF-8; the message does not repeat its path.
pub fn read_named(document: &str, path: &str) -> Result<String, String> {
    if path.contains("://") {
        return Err("it is an address; only files below the policy's directory are read".to_owned());
    }
    let below = within(Path::new(path)).ok_or("it is not below the policy's directory")?;
    let directory = Path::new(document).parent().unwrap_or_else(|| Path::new(""));
    if path.contains('*') {
        return list(directory, &below).map_err(|error| error.to_string());
    }
    read_bounded(&directory.join(below), NAMED_BYTES_MAX).map_err(|error| error.to_string())
}

/// The files of a directory whose names fit the last part of `pattern`.
fn list(directory: &Path, pattern: &Path) -> io::Result<String> {
    let parent = pattern.parent().unwrap_or_else(|| Path::new(""));
    let name = pattern.file_name().unwrap_or_default().to_string_lossy();
    let wanted = Pattern::new(name);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory.join(parent))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if wanted.matches(&name) && !name.starts_with('.') && entry.path().is_file() {
            names.push(parent.join(name).display().to_string());
        }
        if names.len() > LISTED_MAX {
            let message = format!("more than {LISTED_MAX} files fit");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
    }
    tollgate_order::sort(&mut names);
    Ok(names.join("\n"))
}

/// A path without detours, if it stays where it starts.
pub fn within(path: &Path) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => inside.push(name),
            Component::CurDir => {}
            Component::ParentDir if inside.pop() => {}
            _ => return None,
        }
    }
    Some(inside)
}

struct File {
    name: String,
    text: String,
    role: Role,
}

fn read(path: &Path, role: Role, required: bool, problems: &mut Vec<String>) -> Option<File> {
    let name = path.display().to_string();
    let text = match read_bounded(path, FILE_BYTES_MAX) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !required => return None,
        Err(error) => {
            problems.push(format!("{name}: cannot be read: {error}"));
            return None;
        }
    };
    Some(File { name, text, role })
}

fn read_bounded(path: &Path, bytes_max: u64) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(bytes_max + 1).read_to_string(&mut text)?;
    if text.len() as u64 > bytes_max {
        let message = format!("it is larger than {bytes_max} bytes");
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
    match tollgate_policy::compile_with(&documents, &overrides, &mut read_named) {
        Ok(policy) if problems.is_empty() => return policy,
        Ok(_) => {}
        Err(found) => problems.extend(found.iter().map(ToString::to_string)),
    }
    match settings.on_invalid {
        OnInvalid::Refuse => Policy::invalid(),
        OnInvalid::Pass => Policy::builtin(),
    }
}
