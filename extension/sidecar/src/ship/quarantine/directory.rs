//! Copies in a directory: whole, private, and only where the function does not clear up.

use super::StoreError;
use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// A directory that is open, so that it stays the one that was looked at.
pub(super) struct Directory {
    path: PathBuf,
    handle: OwnedFd,
}

impl Directory {
    /// Opens the directory, made where it is missing. It must be no link, and not lie where the
    /// system or the function clears up.
    pub(super) fn open(path: &Path, temporary: &[&Path]) -> Result<Self, StoreError> {
        let failed = |error: Errno| StoreError::Io(path.to_owned(), error.into());
        match rustix::fs::mkdir(path, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(failed(error)),
        }
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = rustix::fs::open(path, flags, Mode::empty()).map_err(failed)?;
        // A link higher up may lead anywhere.
        let real = |path: &Path| path.canonicalize();
        let place = real(path).map_err(|error| StoreError::Io(path.to_owned(), error))?;
        let inside = |other: &&Path| real(other).is_ok_and(|other| place.starts_with(other));
        if temporary.iter().any(inside) {
            return Err(StoreError::Temporary(path.to_owned()));
        }
        Ok(Self { path: path.to_owned(), handle })
    }

    /// Writes a file that is either whole and on the disk, or not there. A file of the same name
    /// is replaced: it holds the same event, which Lambda handed out twice.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let part = format!(".{name}.part");
        let written = self.try_write(&part, name, bytes);
        written.map_err(|error| {
            // What is left of it is of no use; if it stays, the next try replaces it.
            let _ = rustix::fs::unlinkat(&self.handle, part.as_str(), AtFlags::empty());
            StoreError::Io(self.path.join(OsStr::new(name)), error)
        })
    }

    fn try_write(&self, part: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
        match rustix::fs::unlinkat(&self.handle, part, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error.into()),
        }
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let mut file = File::from(rustix::fs::openat(&self.handle, part, flags, mode)?);
        file.write_all(bytes)?;
        file.sync_all()?;
        rustix::fs::renameat(&self.handle, part, &self.handle, name)?;
        rustix::fs::fsync(&self.handle)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
