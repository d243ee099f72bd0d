//! Lambda's user: whether its processes can be started here, and what must be theirs.
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;

use crate::error::StartError;

/// Lambda's user and group (`sbx_user1051`).
pub(crate) const UID: u32 = 993;
pub(crate) const GID: u32 = 990;

/// Gives a directory to Lambda's user.
pub(crate) fn give(folder: &Path) -> std::io::Result<()> {
    chown(folder, Some(UID), Some(GID))
}

/// Whether Lambda's user can be taken on, and can reach what it needs.
pub(crate) fn check(needed: &[&Path]) -> Result<(), StartError> {
    if !rustix::process::geteuid().is_root() {
        return Err(StartError::SandboxUser);
    }
    match needed.iter().flat_map(|path| path.ancestors()).find(|path| !may_pass(path)) {
        Some(path) => Err(StartError::Unreachable { path: path.to_owned() }),
        None => Ok(()),
    }
}

/// Whether the user may execute a file or enter a directory. What is not there is said elsewhere.
fn may_pass(path: &Path) -> bool {
    let Ok(entry) = path.metadata() else { return true };
    let bit = match (entry.uid() == UID, entry.gid() == GID) {
        (true, _) => 0o100,
        (false, true) => 0o010,
        (false, false) => 0o001,
    };
    entry.mode() & bit != 0
}
