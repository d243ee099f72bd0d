//! The journal in the state directory: what a process that dies leaves to the next one.
//!
//! An append-only file of entries. `Begin` is written before an event goes to the runtime, `Line`
//! when a ledger line exists, before it is shipped. So a crash at any point leaves either the
//! beginning without a line (the next process writes the missing record) or the line itself (the
//! next process ships it again; a second copy is harmless). `Started` and `Ended` tell a process that was killed
//! from one that ended. There is no `fsync`: the file must
//! survive the process, not the machine.
//!
//! Entry: kind (1 byte), length of the payload (4 bytes, little endian), a checksum of the payload
//! (8 bytes, little endian), payload. The checksum finds what was torn or damaged; it is no proof,
//! and nothing without a key could be one: the function can write this file too.

use rustix::fs::OFlags;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use tollgate_ledger::record::Invocation;

const FILE_NAME: &str = "journal";
const FRESH_NAME: &str = "journal.new";
const HEAD_BYTES: usize = 13;

/// Size at which the journal is rewritten without what it no longer needs, in bytes.
const JOURNAL_BYTES_MAX: u64 = 256 * 1024;

/// Room for a beginning as most are.
const BEGIN_BYTES: usize = 1024;

/// Bytes that are hashed, at most, in search of whole entries behind a damaged one.
const SEARCH_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// An invocation goes to the runtime; JSON.
    Begin,
    /// A ledger line.
    Line,
    /// A process ends as it should; no payload.
    Ended,
    /// Every line so far was taken by every sink; no payload.
    Shipped,
    /// A process takes over; no payload.
    Started,
    /// One sink has taken so many of the lines since the last `Shipped`: its key (8 bytes), then
    /// the number (8 bytes, little endian).
    Taken,
}

impl Entry {
    fn code(self) -> u8 {
        match self {
            Self::Begin => b'B',
            Self::Ended => b'E',
            Self::Line => b'L',
            Self::Shipped => b'S',
            Self::Started => b'P',
            Self::Taken => b'T',
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        [Self::Begin, Self::Ended, Self::Line, Self::Shipped, Self::Started, Self::Taken]
            .into_iter()
            .find(|entry| entry.code() == code)
    }
}

/// The payload of a [`Entry::Begin`]. It is written here since it lies on an event's path, and this
/// crate is built for speed; `None` where the record cannot be written as JSON.
pub fn begin(record: &Invocation) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(BEGIN_BYTES);
    serde_json::to_writer(&mut text, record).ok()?;
    Some(text)
}

/// The journal of this process.
#[derive(Debug)]
pub struct Journal {
    file: File,
    directory: PathBuf,
    bytes: u64,
    buffer: Vec<u8>,
}

impl Journal {
    /// Makes the state directory where it is missing and opens the journal in it. What a process
    /// before left there is read first, whole and unchanged; then it says that this one has started.
    ///
    /// The directory must be a real directory: another user's link must not lead our writes away.
    pub fn open(directory: &Path, adopt_max: u64) -> io::Result<(Self, Vec<u8>)> {
        let file = open_file(directory)?;
        let directory = directory.to_owned();
        let mut left = Vec::new();
        (&file).take(adopt_max).read_to_end(&mut left)?;
        let bytes = file.metadata()?.len();
        let mut journal = Self { file, directory, bytes, buffer: Vec::with_capacity(1024) };
        journal.append(&[(Entry::Started, b"")])?;
        Ok((journal, left))
    }

    /// Appends entries in one write.
    pub fn append(&mut self, entries: &[(Entry, &[u8])]) -> io::Result<()> {
        self.buffer.clear();
        for (entry, payload) in entries {
            encode(&mut self.buffer, *entry, payload);
        }
        self.file.write_all_at(&self.buffer, self.bytes)?;
        self.bytes += self.buffer.len() as u64;
        Ok(())
    }

    /// Whether it has grown enough to be rewritten, with so many bytes that must stay.
    pub fn is_large(&self, needed: usize) -> bool {
        self.bytes > JOURNAL_BYTES_MAX.saturating_add(2 * needed as u64)
    }

    /// Replaces the content. A crash in between leaves the old content whole, or the new one.
    pub fn rewrite<'a>(
        &mut self,
        entries: impl Iterator<Item = (Entry, &'a [u8])>,
    ) -> io::Result<()> {
        self.buffer.clear();
        for (entry, payload) in entries {
            encode(&mut self.buffer, entry, payload);
        }
        let fresh = self.directory.join(FRESH_NAME);
        let file = open_state(&fresh)?;
        file.set_len(0)?;
        file.write_all_at(&self.buffer, 0)?;
        std::fs::rename(&fresh, self.directory.join(FILE_NAME))?;
        self.file = file;
        self.bytes = self.buffer.len() as u64;
        self.buffer.clear();
        self.buffer.shrink_to(4096);
        Ok(())
    }
}

fn open_file(directory: &Path) -> io::Result<File> {
    match DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if !std::fs::symlink_metadata(directory)?.is_dir() {
        let message = format!("`{}` is no directory", directory.display());
        return Err(io::Error::new(io::ErrorKind::NotADirectory, message));
    }
    open_state(&directory.join(FILE_NAME))
}

/// Opens a file of the state directory, made where it is missing. The function could have put
/// anything there: a link would lead our writes away, a pipe would stop us.
pub fn open_state(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(i32::try_from(flags.bits()).unwrap_or(0))
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    Ok(file)
}

fn encode(buffer: &mut Vec<u8>, entry: Entry, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    buffer.push(entry.code());
    buffer.extend_from_slice(&length.to_le_bytes());
    buffer.extend_from_slice(&check(payload));
    buffer.extend_from_slice(payload);
}

/// Eight bytes at a time. Every step is one to one, so a change within eight bytes always shows.
fn check(payload: &[u8]) -> [u8; 8] {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(SPREAD).rotate_left(29);
    let (words, rest) = payload.as_chunks::<8>();
    let sum = words.iter().map(|word| u64::from_le_bytes(*word)).fold(payload.len() as u64, step);
    let last = rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
    let sum = step(sum, last);
    (sum ^ (sum >> 32)).wrapping_mul(SPREAD).to_le_bytes()
}

/// Reads all entries that are whole, and passes over what is torn or damaged. Gives back whether
/// nothing was.
pub fn decode<'a>(mut bytes: &'a [u8], mut each: impl FnMut(Entry, &'a [u8])) -> bool {
    let mut whole = true;
    // Whoever wrote the journal must not be able to keep us reading: false beginnings are
    // followed up to this much.
    let mut work = SEARCH_BYTES_MAX;
    while !bytes.is_empty() {
        if let Some((entry, payload, rest)) = decode_one(bytes) {
            each(entry, payload);
            bytes = rest;
            continue;
        }
        whole = false;
        let next = (1..bytes.len()).find_map(|at| {
            let rest = bytes.get(at..)?;
            work = work.checked_sub(cost(rest))?;
            decode_one(rest).map(|_| rest)
        });
        bytes = next.unwrap_or_default();
    }
    whole
}

/// What it costs to see whether an entry begins here: its payload's length, where it could be one.
fn cost(bytes: &[u8]) -> usize {
    let Some((&[code, a, b, c, d], _)) = bytes.split_first_chunk() else { return 0 };
    let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
    if Entry::from_code(code).is_some() && length <= bytes.len() { length } else { 0 }
}

fn decode_one(bytes: &[u8]) -> Option<(Entry, &[u8], &[u8])> {
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES)?;
    let (code, head) = head.split_first()?;
    let (length, stored) = head.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (payload, rest) = rest.split_at_checked(length)?;
    (stored == check(payload)).then_some((Entry::from_code(*code)?, payload, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(bytes: &[u8]) -> (Vec<(Entry, Vec<u8>)>, bool) {
        let mut found = Vec::new();
        let whole = decode(bytes, |entry, payload| found.push((entry, payload.to_vec())));
        (found, whole)
    }

    #[test]
    fn entries_come_back_in_order() {
        let directory = tempfile::tempdir().unwrap();
        let state = directory.path().join("state");
        let (mut journal, left) = Journal::open(&state, 1 << 20).unwrap();
        assert!(left.is_empty());
        journal.append(&[(Entry::Begin, b"{}")]).unwrap();
        journal.append(&[(Entry::Line, b"line")]).unwrap();
        let (_, left) = Journal::open(&state, 1 << 20).unwrap();
        let started = (Entry::Started, Vec::new());
        let expected =
            vec![started, (Entry::Begin, b"{}".to_vec()), (Entry::Line, b"line".to_vec())];
        assert_eq!(entries(&left), (expected, true));
    }

    #[test]
    fn a_torn_entry_ends_the_reading_and_keeps_what_was_before() {
        let mut bytes = Vec::new();
        encode(&mut bytes, Entry::Line, b"first");
        let whole = bytes.len();
        encode(&mut bytes, Entry::Line, b"second");
        for cut in whole + 1..bytes.len() {
            let (found, complete) = entries(&bytes[..cut]);
            assert_eq!((found.len(), complete), (1, false), "cut at {cut}");
        }
    }

    #[test]
    fn a_changed_byte_costs_one_entry() {
        let mut clean = Vec::new();
        for text in ["first", "second", "third"] {
            encode(&mut clean, Entry::Line, text.as_bytes());
        }
        for at in 0..clean.len() {
            let mut bytes = clean.clone();
            bytes[at] ^= 0x40;
            let (found, complete) = entries(&bytes);
            assert_eq!((found.len(), complete), (2, false), "byte {at}");
        }
    }

    #[test]
    fn a_checksum_shows_every_changed_bit_and_length() {
        let text: Vec<u8> = (0..37).collect();
        let sum = check(&text);
        for bit in 0..text.len() * 8 {
            let mut changed = text.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(check(&changed), sum, "bit {bit}");
        }
        for length in 0..text.len() {
            assert_ne!(check(&text[..length]), sum, "length {length}");
        }
        assert_ne!(check(&[0; 8]), check(&[0; 16]));
        assert_ne!(check(&[0; 7]), check(&[0; 8]));
    }

    #[test]
    fn security_false_beginnings_do_not_keep_the_reader() {
        let mut bytes = Vec::new();
        while bytes.len() < 1 << 20 {
            bytes.extend_from_slice(&[b'L', 0, 0, 8, 0]);
        }
        encode(&mut bytes, Entry::Line, b"behind them");
        let (found, complete) = entries(&bytes);
        assert_eq!((found.len(), complete), (0, false));
    }

    #[test]
    fn security_a_linked_state_directory_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(directory.path(), &link).unwrap();
        assert!(Journal::open(&link, 1).is_err());
    }

    #[test]
    fn rewriting_leaves_only_what_was_given() {
        let directory = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(directory.path(), 1).unwrap();
        journal.append(&[(Entry::Line, &[b'x'; 1000])]).unwrap();
        journal.rewrite([(Entry::Begin, b"b".as_slice())].into_iter()).unwrap();
        journal.append(&[(Entry::Shipped, b"")]).unwrap();
        let (_, left) = Journal::open(directory.path(), 1 << 20).unwrap();
        let expected = vec![(Entry::Begin, b"b".to_vec()), (Entry::Shipped, vec![])];
        assert_eq!(entries(&left), (expected, true));
    }
}
