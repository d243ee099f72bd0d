//! Reads the keys that a policy needs from variables and files; what must be fetched is left to
//! others.
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use tollgate_policy::{Policy, Problem};
use tollgate_proof::keyring::{Keyring, Origin};
use zeroize::Zeroizing;

use crate::environment::Environment;

/// Largest file with a key that is read, in bytes: the largest key set.
const KEY_BYTES_MAX: u64 = tollgate_proof::jwt::JWKS_BYTES_MAX as u64;

/// The keys at hand, and what is wrong with the others.
#[derive(Debug)]
pub struct Keys {
    /// A ring with everything on it that could be read here.
    pub ring: Keyring,
    /// Why a key is not at hand that is in a variable or a file; never with any of it. The sources
    /// it belongs to refuse with `auth.unavailable`, the others go on.
    pub problems: Vec<Problem>,
}

/// Reads every key that is in a variable or a file.
///
/// A variable stays in the process's environment block, which nothing can wipe; the copy that is
/// made of it here is wiped. `now_ms` is milliseconds since the Unix epoch.
pub fn read(policy: &Policy, environment: &impl Environment, now_ms: u64) -> Keys {
    let mut ring = policy.keyring();
    let mut problems = Vec::new();
    for (index, needed) in policy.needs().iter().enumerate() {
        let bytes = match &needed.need.origin {
            Origin::Environment(name) => variable(environment, name),
            Origin::File { document, path } => file(document, path),
            Origin::Secret(_) | Origin::Parameter(_) | Origin::Url(_) => continue,
        };
        let supplied = bytes.and_then(|bytes| ring.supply(index, &bytes, now_ms));
        if let Err(why) = supplied {
            ring.fail(index, why);
            problems.push(needed.problem(why));
        }
    }
    Keys { ring, problems }
}

fn variable(
    environment: &impl Environment,
    name: &str,
) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let value = environment.get(name).ok_or("the variable is not set")?;
    Ok(Zeroizing::new(value.into_bytes()))
}

/// A file; a relative path starts beside the document that names it.
fn file(document: &str, path: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let directory = Path::new(document).parent().unwrap_or_else(|| Path::new(""));
    // What is absolute stays as it is.
    let path: PathBuf = directory.join(path);
    let file = File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file",
        std::io::ErrorKind::PermissionDenied => "the file may not be read",
        _ => "the file cannot be read",
    })?;
    // Room for the largest at once: what is left behind when memory moves would not be wiped.
    let room = file.metadata().map_or(KEY_BYTES_MAX, |it| it.len().min(KEY_BYTES_MAX));
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(room).unwrap_or(0) + 1));
    match file.take(KEY_BYTES_MAX + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > KEY_BYTES_MAX => Err("the file is larger than 256 KiB"),
        Ok(_) => Ok(bytes),
        Err(_) => Err("the file cannot be read"),
    }
}
