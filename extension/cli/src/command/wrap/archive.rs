//! The shim in a zip archive (PKWARE APPNOTE 6.3): one name is changed in place and one entry added, so
//! that all else keeps its bytes, and undoing it gives the archive back as it was.
use std::io::Read as _;

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::{BOOTSTRAP, SHIM, Standing, UNWRAPPED};

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const LOCAL_BYTES: usize = 30;
const CENTRAL_BYTES: usize = 46;
const END_BYTES: usize = 22;
/// A regular file that all may run.
const MODE: u32 = 0o100_755;
/// 1980-01-01.
const DATE: u16 = (1 << 5) | 1;

/// Where an archive's entries are listed.
struct Directory {
    start: usize,
    end: usize,
    entries: Vec<Entry>,
}

/// One entry: its name, where its record stands, and where its data begins.
struct Entry {
    name: Vec<u8>,
    record: usize,
    local: usize,
}

/// How an archive stands.
pub(super) fn standing(zip: &[u8]) -> Result<Standing, String> {
    let directory = directory(zip)?;
    let Some(bootstrap) = directory.find(BOOTSTRAP) else { return Ok(Standing::Without) };
    let has_other = directory.find(UNWRAPPED).is_some();
    let shim = shim_entry();
    let is_shim = zip.get(bootstrap.local..bootstrap.local + shim.len()) == Some(&shim);
    match (is_shim, has_other) {
        (true, true) => Ok(Standing::Wrapped),
        (false, false) => Ok(Standing::Bare),
        _ => Err(format!("`{UNWRAPPED}` is there already: rename it first")),
    }
}

/// The names of all entries.
pub(super) fn names(zip: &[u8]) -> Result<Vec<String>, String> {
    let entries = directory(zip)?.entries;
    Ok(entries.iter().map(|entry| String::from_utf8_lossy(&entry.name).into_owned()).collect())
}

/// The bytes of an entry; none if there is no such entry.
pub(super) fn content(zip: &[u8], name: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, String> {
    let directory = directory(zip)?;
    let Some(Entry { record, local, .. }) = directory.find(name) else { return Ok(None) };
    let method = number(zip, record + 10, 2)?;
    let (sum, packed) = (number(zip, record + 16, 4)?, number(zip, record + 20, 4)?);
    let named = number(zip, local + 26, 2)? + number(zip, local + 28, 2)?;
    let start = local + LOCAL_BYTES + named;
    let data = zip.get(start..start + packed).ok_or_else(|| format!("`{name}` is cut off"))?;
    let mut bytes = Vec::new();
    let read = match method {
        0 => data.take(bytes_max + 1).read_to_end(&mut bytes),
        8 => DeflateDecoder::new(data).take(bytes_max + 1).read_to_end(&mut bytes),
        other => return Err(format!("`{name}` is packed by method {other}; 0 and 8 are known")),
    };
    read.map_err(|error| format!("`{name}` cannot be unpacked: {error}"))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > bytes_max) {
        return Err(format!("`{name}` is larger than {bytes_max} bytes"));
    }
    let mut crc = Crc::new();
    crc.update(&bytes);
    if usize::try_from(crc.sum()) != Ok(sum) {
        return Err(format!("`{name}` is damaged: its checksum is another"));
    }
    Ok(Some(bytes))
}

/// The archive with the shim.
pub(super) fn wrapped(zip: &[u8]) -> Result<Vec<u8>, String> {
    let directory = directory(zip)?;
    let mut whole = zip.to_vec();
    rename(&mut whole, &directory, BOOTSTRAP, UNWRAPPED)?;
    let local = shim_entry();
    let mut changed = whole.get(..directory.start).unwrap_or_default().to_vec();
    changed.extend_from_slice(&local);
    let start = changed.len();
    changed.extend_from_slice(whole.get(directory.start..directory.end).unwrap_or_default());
    changed.extend_from_slice(&shim_record(directory.start)?);
    let length = changed.len() - start;
    changed.extend_from_slice(whole.get(directory.end..).unwrap_or_default());
    finish(changed, start, length, directory.entries.len() + 1)
}

/// The archive without the shim.
pub(super) fn unwrapped(zip: &[u8]) -> Result<Vec<u8>, String> {
    let directory = directory(zip)?;
    let (Some(shim), Some(last)) = (directory.find(BOOTSTRAP), directory.entries.last()) else {
        return Err(format!("no `{BOOTSTRAP}`"));
    };
    let shim_end = shim.local + shim_entry().len();
    if shim.record != last.record || shim_end != directory.start {
        return Err("it was packed anew after it was wrapped; build the package again".to_owned());
    }
    let (local, record) = (shim.local, shim.record);
    let mut whole = zip.to_vec();
    rename(&mut whole, &directory, UNWRAPPED, BOOTSTRAP)?;
    let mut changed = whole.get(..local).unwrap_or_default().to_vec();
    let start = changed.len();
    changed.extend_from_slice(whole.get(directory.start..record).unwrap_or_default());
    let length = changed.len() - start;
    changed.extend_from_slice(whole.get(directory.end..).unwrap_or_default());
    finish(changed, start, length, directory.entries.len() - 1)
}

impl Directory {
    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name.as_bytes())
    }
}

fn directory(zip: &[u8]) -> Result<Directory, String> {
    let end = (0..=zip.len().saturating_sub(END_BYTES))
        .rev()
        .take(usize::from(u16::MAX) + 1)
        .find(|at| is_end(zip, *at))
        .ok_or("no zip archive, or cut off: its directory is missing")?;
    let (count, start) = (number(zip, end + 10, 2)?, number(zip, end + 16, 4)?);
    let mut at = start;
    let mut entries = Vec::new();
    for _ in 0..count {
        if zip.get(at..at + 4) != Some(CENTRAL) {
            return Err(format!("no entry of its directory at byte {at}: cut off, or zip64"));
        }
        let length = number(zip, at + 28, 2)?;
        let more = number(zip, at + 30, 2)? + number(zip, at + 32, 2)?;
        let local = number(zip, at + 42, 4)?;
        let name = zip.get(at + CENTRAL_BYTES..at + CENTRAL_BYTES + length);
        let name = name.ok_or_else(|| format!("cut off at byte {at}"))?.to_vec();
        let packed = number(zip, at + 20, 4)?;
        if zip.get(local..local + 4) != Some(LOCAL) || local + packed > start {
            let name = String::from_utf8_lossy(&name);
            return Err(format!("`{name}` has no data at byte {local}: cut off, or zip64"));
        }
        entries.push(Entry { name, record: at, local });
        at += CENTRAL_BYTES + length + more;
    }
    if at > end {
        return Err(format!("its directory runs into its end at byte {end}"));
    }
    Ok(Directory { start, end: at, entries })
}

/// Whether the end of the directory stands there, with a comment up to the end of the archive.
fn is_end(zip: &[u8], at: usize) -> bool {
    zip.get(at..at + 4) == Some(END)
        && number(zip, at + 20, 2).is_ok_and(|comment| at + END_BYTES + comment == zip.len())
}

/// A little-endian number.
fn number(zip: &[u8], at: usize, bytes: usize) -> Result<usize, String> {
    let bytes = zip.get(at..at + bytes).ok_or_else(|| format!("cut off at byte {at}"))?;
    Ok(bytes.iter().rev().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)))
}

/// Changes a name of as many bytes, in the directory and before the data.
fn rename(zip: &mut [u8], directory: &Directory, from: &str, to: &str) -> Result<(), String> {
    let entry = directory.find(from).ok_or_else(|| format!("no `{from}`"))?;
    for at in [entry.record + CENTRAL_BYTES, entry.local + LOCAL_BYTES] {
        let place = zip.get_mut(at..at + from.len()).filter(|place| *place == from.as_bytes());
        let place = place.ok_or_else(|| format!("`{from}` has two names, at byte {at}"))?;
        place.copy_from_slice(to.as_bytes());
    }
    Ok(())
}

/// What stands alike before the data and in the directory: version to length of the name.
fn common() -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(SHIM.as_bytes());
    // Lengths of texts of this program.
    let length = u32::try_from(SHIM.len()).unwrap_or_default().to_le_bytes();
    let name = u16::try_from(BOOTSTRAP.len()).unwrap_or_default().to_le_bytes();
    let mut bytes = vec![20, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(DATE.to_le_bytes());
    bytes.extend(crc.sum().to_le_bytes());
    bytes.extend(length);
    bytes.extend(length);
    bytes.extend(name);
    bytes.extend([0, 0]);
    bytes
}

fn shim_entry() -> Vec<u8> {
    [LOCAL, &common(), BOOTSTRAP.as_bytes(), SHIM.as_bytes()].concat()
}

fn shim_record(local: usize) -> Result<Vec<u8>, String> {
    let local = u32::try_from(local).map_err(|_| "larger than 4 GB".to_owned())?;
    let mut bytes = CENTRAL.to_vec();
    // Made on Unix, so that the mode counts.
    bytes.extend([20, 3]);
    bytes.extend(common());
    // No comment, first disk, a file of bytes.
    bytes.extend([0; 6]);
    bytes.extend((MODE << 16).to_le_bytes());
    bytes.extend(local.to_le_bytes());
    bytes.extend(BOOTSTRAP.as_bytes());
    Ok(bytes)
}

/// Writes into the end of an archive where its directory is now.
fn finish(mut zip: Vec<u8>, start: usize, length: usize, count: usize) -> Result<Vec<u8>, String> {
    let large = |_| "larger than 4 GB".to_owned();
    let (first, size) =
        (u32::try_from(start).map_err(large)?, u32::try_from(length).map_err(large)?);
    let count = u16::try_from(count).map_err(|_| "more than 65,535 entries".to_owned())?;
    let end = start + length;
    let mut fields = Vec::new();
    fields.extend(count.to_le_bytes());
    fields.extend(count.to_le_bytes());
    fields.extend(size.to_le_bytes());
    fields.extend(first.to_le_bytes());
    let place = zip.get_mut(end + 8..end + 20).ok_or("its end is cut off")?;
    place.copy_from_slice(&fields);
    Ok(zip)
}
