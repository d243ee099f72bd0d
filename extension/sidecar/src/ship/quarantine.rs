//! Copies of what was refused: stored before anybody is told that it was handled.

use crate::app::App;
use crate::observe::findings::Kind;
use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;
use serde::Serialize;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use tollgate_policy::{Copies, Facts, Policy, Quarantine, Verdict};

/// Why copies are not stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The policy names no store.
    #[error("the policy names no `quarantine`")]
    None,
    /// The directory is where the function could change or lose what is in it.
    #[error("`{0}` lies in a temporary directory")]
    Temporary(PathBuf),
    /// The file system.
    #[error("`{0}`: {1}")]
    Io(PathBuf, io::Error),
}

/// Sees to it that a verdict's copies are stored. Where that fails, the verdict is a refusal to
/// the source.
pub(crate) fn keep(app: &App, policy: &Policy, verdict: Verdict) -> Verdict {
    let copies = match &verdict {
        Verdict::Granted(granted) => granted.copies(),
        Verdict::Refused(refused) => refused.copies(),
    };
    let Some(copies) = copies else { return verdict };
    let Err(error) = store(app, policy, verdict.facts(), copies) else { return verdict };
    let detail = format!("refused items go back to their source: {error}");
    app.log.error(&detail);
    let request_id = verdict.facts().invocation.request_id.clone();
    app.recorder.find(&app.clock, Kind::QuarantineUnwritable, Some(&request_id), &detail);
    match verdict {
        Verdict::Granted(granted) => match granted.not_stored() {
            Ok(granted) => Verdict::Granted(granted),
            Err(refused) => Verdict::Refused(*refused),
        },
        Verdict::Refused(refused) => Verdict::Refused(refused.not_stored()),
    }
}

fn store(app: &App, policy: &Policy, facts: &Facts, copies: &Copies) -> Result<(), StoreError> {
    let Quarantine::Directory { path } = policy.quarantine().ok_or(StoreError::None)?;
    let temporary = [Path::new("/tmp"), &std::env::temp_dir(), &app.settings.state_dir];
    let directory = Directory::open(Path::new(path), &temporary)?;
    directory.write(&name(facts), &Document::of(facts, copies).to_json())
}

/// A directory that is open, so that it stays the one that was looked at.
struct Directory {
    path: PathBuf,
    handle: OwnedFd,
}

impl Directory {
    /// Opens the directory, made where it is missing. It must be no link, and not lie where the
    /// system or the function clears up.
    fn open(path: &Path, temporary: &[&Path]) -> Result<Self, StoreError> {
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
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
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

/// One event's file: the request id, and enough of the digest to tell two events of one id apart.
fn name(facts: &Facts) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let id: String = facts.invocation.request_id.chars().filter(plain).take(64).collect();
    let digest: String = facts.event_digest.to_string().chars().take(16).collect();
    format!("{id}-{digest}.json")
}

/// What stands in a file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    /// The version of this form.
    tollgate: u32,
    kind: &'static str,
    request_id: &'a str,
    function: &'a str,
    /// Milliseconds since the Unix epoch.
    decided_ms: u64,
    trigger: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    /// SHA-256 of the whole event, as in its record.
    event_sha256: String,
    items: Vec<Item<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    /// The place in the batch; none for the whole event.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
    /// What the source calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    /// The check that refused it.
    check: &'static str,
    /// Its bytes, as they stood in the event: base64 (RFC 4648 section 4).
    data: String,
}

impl<'a> Document<'a> {
    fn of(facts: &'a Facts, copies: &'a Copies) -> Self {
        let items = copies.items.iter().map(|copy| Item {
            index: copy.index,
            id: copy.id.as_deref(),
            check: copy.check,
            data: base64(&copy.bytes),
        });
        Self {
            tollgate: 1,
            kind: "quarantine",
            request_id: &facts.invocation.request_id,
            function: &facts.invocation.function_arn,
            decided_ms: facts.decided_ms,
            trigger: facts.trigger.as_str(),
            source: facts.source.arn.as_deref(),
            event_sha256: facts.event_digest.to_string(),
            items: items.collect(),
        }
    }

    fn to_json(&self) -> Vec<u8> {
        // Strings and numbers only, so it always serialises.
        let mut json = serde_json::to_vec(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4_usize {
            let value = usize::try_from(bits >> (18 - 6 * digit) & 63).unwrap_or(0);
            let digit = if digit > chunk.len() { None } else { DIGITS.get(value) };
            text.push(digit.map_or('=', |digit| char::from(*digit)));
        }
    }
    text
}

#[cfg(test)]
mod tests;
