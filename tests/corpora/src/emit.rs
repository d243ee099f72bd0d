//! The corpora as files, for `tollgate replay` and for other tools.
//!
//! `benign.ndjson` and `hostile.ndjson` hold the texts, one JSON object a line; `benign/` holds
//! benign events, `hostile/<half>/<family>/` hostile texts wrapped into events of each trigger
//! family in turn. Each event is a file.
use crate::case::{Case, Surface, role_name};
use crate::encoding::base64;
use crate::rng::Rng;
use crate::wrap::WRAPS;
use serde_json::{Value, json};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Every so many hostile texts of a technique, one becomes an event.
const EVENT_EVERY: usize = 4;

/// Writes everything into `directory`, made where it is missing; the number of files.
pub fn emit(directory: &Path, seed: u64, hostile: &[Case], benign: &[Case]) -> io::Result<u64> {
    fs::create_dir_all(directory)?;
    ndjson(&directory.join("hostile.ndjson"), hostile)?;
    ndjson(&directory.join("benign.ndjson"), benign)?;
    let mut files = 2;
    for (index, case) in
        benign.iter().filter(|case| case.technique.starts_with("event/")).enumerate()
    {
        let kind = case.technique.replace('/', "-");
        let folder = directory.join("benign").join(case.half.name());
        files += file(&folder, &format!("{index:05}-{kind}.json"), &case.bytes)?;
    }
    let mut rng = Rng::new(seed, "emit");
    for (index, case) in hostile.iter().step_by(EVENT_EVERY).enumerate() {
        let Some((wrap, event)) = event(case, index, &mut rng) else { continue };
        let family = case.family.unwrap_or("benign");
        let folder = directory.join("hostile").join(case.half.name()).join(family);
        let name = format!("{index:05}-{}-{wrap}.json", case.technique);
        files += file(&folder, &name, event.to_string().as_bytes())?;
    }
    Ok(files)
}

/// A hostile text in an event, by turns in each; a document stays a document.
pub fn event(case: &Case, turn: usize, rng: &mut Rng) -> Option<(&'static str, Value)> {
    let text = std::str::from_utf8(&case.bytes).ok()?;
    if case.surface == Surface::Json {
        let document = serde_json::from_str::<Value>(text).ok()?;
        return Some(("direct", document));
    }
    let (name, wrap) = WRAPS.get(turn % WRAPS.len())?;
    Some((name, wrap(text, rng)))
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<u64> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(name), bytes)?;
    Ok(1)
}

fn ndjson(path: &Path, cases: &[Case]) -> io::Result<()> {
    let mut out = BufWriter::new(fs::File::create(path)?);
    for case in cases {
        let text = std::str::from_utf8(&case.bytes).ok();
        let line = json!({
            "family": case.family,
            "also": case.also,
            "technique": case.technique,
            "half": case.half,
            "encoding": case.encoding,
            "role": role_name(case.role),
            "surface": case.surface.name(),
            "text": text,
            "base64": if text.is_none() { Some(base64(&case.bytes)) } else { None },
        });
        writeln!(out, "{line}")?;
    }
    out.flush()
}
