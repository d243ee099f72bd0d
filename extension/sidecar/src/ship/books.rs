//! The books in the state directory: a process that follows this one after a reset counts on from
//! where this one stopped.
//!
//! File: a checksum (8 bytes, the start of the SHA-256 of what follows), then the books as bytes.
//! Written in one call over what was there, before an event goes to the runtime and when it has
//! ended; large books at most once a second.

use crate::app::App;
use sha2::{Digest as _, Sha256};
use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use tollgate_journal::open_state;
use tollgate_policy::Policy;

const FILE_NAME: &str = "books";
const SUM_BYTES: usize = 8;
/// Books up to this size are written each time: they take a few microseconds.
const SMALL_BYTES: usize = 4 * 1024;
/// Larger ones are not written more often.
const LARGE_EVERY_MS: u64 = 1_000;
/// No books are larger: 64 budgets with 4,096 callers each.
const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The file, once there is something to keep.
#[derive(Debug, Default)]
pub(crate) struct BooksFile {
    file: RefCell<Option<File>>,
    written_ms: Cell<u64>,
    bytes: Cell<usize>,
}

impl BooksFile {
    /// Opens the books of a policy, with what an earlier process of this environment wrote down.
    pub(crate) fn open(&self, app: &App, policy: &Policy) {
        if policy.spending().budgets.is_empty() {
            return;
        }
        if let Ok(random) = crate::ship::opening::entropy::<8>() {
            app.desk.borrow_mut().seed = u64::from_ne_bytes(random);
        }
        app.desk.borrow_mut().open_books(policy);
        match open(&app.settings.state_dir) {
            Ok((file, saved)) => {
                *self.file.borrow_mut() = Some(file);
                let now_ms = app.clock.unix_ms();
                let mut desk = app.desk.borrow_mut();
                if let (Some(saved), Some(books)) = (saved, desk.books()) {
                    books.restore(&saved, now_ms);
                }
            }
            Err(error) => app.log.warn(&format!("the books will not survive a reset: {error}")),
        }
    }

    /// Writes the books down, unless they are large and were written a moment ago.
    pub(crate) fn keep(&self, app: &App) {
        let file = self.file.borrow();
        let Some(file) = file.as_ref() else { return };
        let now_ms = app.clock.unix_ms();
        let is_small = self.bytes.get() <= SMALL_BYTES;
        if !is_small && now_ms < self.written_ms.get().saturating_add(LARGE_EVERY_MS) {
            return;
        }
        let mut desk = app.desk.borrow_mut();
        let Some(books) = desk.books() else { return };
        let image = image(&books.save(now_ms));
        self.bytes.set(image.len());
        self.written_ms.set(now_ms);
        if let Err(error) = file.write_all_at(&image, 0) {
            app.log.debug(&format!("the books were not written down: {error}"));
        }
    }
}

fn image(saved: &[u8]) -> Vec<u8> {
    let mut image = Vec::with_capacity(2 * SUM_BYTES + saved.len());
    image.extend_from_slice(&sum(saved));
    image.extend_from_slice(&(saved.len() as u64).to_le_bytes());
    image.extend_from_slice(saved);
    image
}

fn sum(saved: &[u8]) -> [u8; SUM_BYTES] {
    let digest: [u8; 32] = Sha256::digest(saved).into();
    digest.first_chunk().copied().unwrap_or_default()
}

/// The file, and what is in it. The journal has made the directory.
fn open(state_dir: &Path) -> io::Result<(File, Option<Vec<u8>>)> {
    let file = open_state(&state_dir.join(FILE_NAME))?;
    let mut image = Vec::new();
    (&file).take(BYTES_MAX).read_to_end(&mut image)?;
    Ok((file, saved(&image)))
}

/// What was saved, if the file is whole.
fn saved(image: &[u8]) -> Option<Vec<u8>> {
    let (known, rest) = image.split_first_chunk::<SUM_BYTES>()?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let saved = rest.get(..usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    (sum(saved) == *known).then(|| saved.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_whole_is_read_and_nothing_else() {
        let image = super::image(b"some books");
        assert_eq!(saved(&image).as_deref(), Some(&b"some books"[..]));
        let mut longer = image.clone();
        longer.extend_from_slice(b"what larger books left behind");
        assert_eq!(saved(&longer).as_deref(), Some(&b"some books"[..]));
        for cut in 0..image.len() {
            assert_eq!(saved(&image[..cut]), None);
        }
        let mut other = image;
        other[20] ^= 1;
        assert_eq!(saved(&other), None);
    }
}
