//! Writes zip files whose bytes depend on nothing but their entries (PKWARE APPNOTE 6.3).
use anyhow::{Result, ensure};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

/// 1980-01-01, the earliest date a zip can state: no build time gets into the layer.
const DATE: u16 = (1 << 5) | 1;
const DEFLATE: u16 = 8;
const VERSION: u16 = 20;
/// Made on Unix, so that the modes below count.
const MADE_BY: u16 = (3 << 8) | VERSION;
const REGULAR_FILE: u32 = 0o100_000;

/// One file of an archive.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Path within the archive, with forward slashes.
    pub(crate) path: String,
    /// Unix permissions.
    pub(crate) mode: u32,
    /// Contents.
    pub(crate) data: Vec<u8>,
}

/// The archive of `entries`, in the order of their paths.
pub(crate) fn archive(mut entries: Vec<Entry>) -> Result<Vec<u8>> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let unique = entries
        .windows(2)
        .all(|pair| pair.first().map(|e| &e.path) != pair.last().map(|e| &e.path));
    ensure!(unique, "two entries have one path");
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in &entries {
        append(&mut out, &mut directory, entry)?;
    }
    let count = u16::try_from(entries.len())?;
    let (start, length) = (u32::try_from(out.len())?, u32::try_from(directory.len())?);
    out.append(&mut directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    Ok(out)
}

/// Appends an entry's local header and data to `out`, and its record to the central directory.
fn append(out: &mut Vec<u8>, directory: &mut Vec<u8>, entry: &Entry) -> Result<()> {
    let offset = u32::try_from(out.len())?;
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(&entry.data)?;
    let packed = deflate.finish()?;
    let common = common(entry, packed.len())?;
    out.extend_from_slice(b"PK\x03\x04");
    out.extend_from_slice(&common);
    out.extend_from_slice(entry.path.as_bytes());
    out.extend_from_slice(&packed);

    directory.extend_from_slice(b"PK\x01\x02");
    directory.extend(MADE_BY.to_le_bytes());
    directory.extend_from_slice(&common);
    // No comment, first disk, no internal attributes.
    directory.extend([0; 6]);
    directory.extend(((REGULAR_FILE | entry.mode) << 16).to_le_bytes());
    directory.extend(offset.to_le_bytes());
    directory.extend_from_slice(entry.path.as_bytes());
    Ok(())
}

/// The fields that both headers share, from the version needed to the extra field's length.
fn common(entry: &Entry, packed: usize) -> Result<Vec<u8>> {
    let mut crc = Crc::new();
    crc.update(&entry.data);
    let mut out = Vec::new();
    for field in [VERSION, 0, DEFLATE, 0, DATE] {
        out.extend(field.to_le_bytes());
    }
    for field in [crc.sum(), u32::try_from(packed)?, u32::try_from(entry.data.len())?] {
        out.extend(field.to_le_bytes());
    }
    out.extend(u16::try_from(entry.path.len())?.to_le_bytes());
    out.extend([0, 0]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::command;

    fn entry(path: &str, mode: u32, text: &str) -> Entry {
        Entry { path: path.to_owned(), mode, data: text.repeat(100).into_bytes() }
    }

    #[test]
    fn the_order_of_entries_makes_no_difference() {
        let one = archive(vec![entry("a", 0o644, "x"), entry("b", 0o755, "y")]).unwrap();
        let other = archive(vec![entry("b", 0o755, "y"), entry("a", 0o644, "x")]).unwrap();
        assert_eq!(one, other);
        assert!(archive(vec![entry("a", 0o644, "x"), entry("a", 0o644, "y")]).is_err());
    }

    #[test]
    fn another_program_reads_the_archive() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("t.zip");
        let entries = vec![entry("tollgate/exec", 0o755, "hello\n"), entry("p.yaml", 0o644, "y")];
        std::fs::write(&file, archive(entries).unwrap()).unwrap();
        let script = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
                      for i in z.infolist(): print(i.filename, oct(i.external_attr >> 16), i.date_time[0], len(z.read(i)))";
        let output = command("python3").args(["-c", script]).arg(&file).output().unwrap();
        let expected = "p.yaml 0o100644 1980 100\ntollgate/exec 0o100755 1980 600\n";
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    }
}
