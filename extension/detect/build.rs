//! Packs the words by which instructions to a model are told.
#[path = "src/prompt/meanings.rs"]
#[expect(dead_code, reason = "rules know more meanings than sets have words for")]
mod meanings;
#[path = "src/prompt/phrases.rs"]
mod phrases;
#[path = "src/prompt/sets.rs"]
mod sets;
#[path = "src/prompt/tongues.rs"]
mod tongues;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// As small as it gets.
const LEVEL: u8 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut lines = String::new();
    for (bits, words) in sets::SETS.iter().chain(phrases::SETS).chain(tongues::SETS) {
        writeln!(lines, "{bits:x} {words}")?;
    }
    let packed = miniz_oxide::deflate::compress_to_vec(lines.as_bytes(), LEVEL);
    let directory = std::env::var_os("OUT_DIR").ok_or("`OUT_DIR` is not set")?;
    std::fs::write(Path::new(&directory).join("lexicon"), packed)?;
    writeln!(std::io::stdout().lock(), "cargo::rerun-if-changed=src/prompt")?;
    Ok(())
}
