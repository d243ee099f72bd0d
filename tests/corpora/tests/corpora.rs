//! The corpora are what they claim: the same for the same seed, large, varied, and in two halves.
#![expect(clippy::unwrap_used, reason = "test code")]
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;
use tollgate_corpora::case::Case;
use tollgate_corpora::half::Half;
use tollgate_corpora::{benign, hostile};

const SEED: u64 = 1;

fn hostile_cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| hostile::hostile(SEED).unwrap())
}

fn benign_cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| benign::benign(SEED).unwrap())
}

/// The script of a character, for scripts that have blocks of their own.
fn script(letter: char) -> Option<&'static str> {
    Some(match u32::from(letter) {
        0x41..=0x5A | 0x61..=0x7A | 0xC0..=0x24F => "Latin",
        0x370..=0x3FF => "Greek",
        0x400..=0x52F => "Cyrillic",
        0x531..=0x58F => "Armenian",
        0x5D0..=0x5F4 => "Hebrew",
        0x620..=0x6FF => "Arabic",
        0x780..=0x7BF => "Thaana",
        0x7C0..=0x7FF => "Nko",
        0x900..=0x97F => "Devanagari",
        0x980..=0x9FF => "Bengali",
        0xA00..=0xA7F => "Gurmukhi",
        0xA80..=0xAFF => "Gujarati",
        0xB00..=0xB7F => "Odia",
        0xB80..=0xBFF => "Tamil",
        0xC00..=0xC7F => "Telugu",
        0xC80..=0xCFF => "Kannada",
        0xD00..=0xD7F => "Malayalam",
        0xD80..=0xDFF => "Sinhala",
        0xE00..=0xE7F => "Thai",
        0xE80..=0xEFF => "Lao",
        0xF00..=0xFFF => "Tibetan",
        0x1000..=0x109F => "Myanmar",
        0x10A0..=0x10FF => "Georgian",
        0x1200..=0x139F => "Ethiopic",
        0x13A0..=0x13FF => "Cherokee",
        0x1780..=0x17FF => "Khmer",
        0x1C50..=0x1C7F => "Ol Chiki",
        0x2D30..=0x2D7F => "Tifinagh",
        0x3041..=0x309F => "Hiragana",
        0x30A0..=0x30FF => "Katakana",
        0x4E00..=0x9FFF => "Han",
        0xA000..=0xA4CF => "Yi",
        0xA500..=0xA63F => "Vai",
        0xAC00..=0xD7A3 => "Hangul",
        0x1E900..=0x1E95F => "Adlam",
        _ => return None,
    })
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |cases: &[Case]| cases.iter().map(|case| case.bytes.clone()).collect::<Vec<_>>();
    assert_eq!(bytes(&hostile::hostile(SEED).unwrap()), bytes(hostile_cases()));
    assert_eq!(bytes(&benign::benign(SEED).unwrap()), bytes(benign_cases()));
    assert_ne!(bytes(&hostile::hostile(SEED + 1).unwrap()), bytes(hostile_cases()));
}

#[test]
fn there_are_twenty_thousand_benign_texts_in_twenty_scripts() {
    let cases = benign_cases();
    assert!(cases.len() >= 20_000, "{}", cases.len());
    let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases {
        let text = String::from_utf8(case.bytes.clone()).unwrap();
        for name in text.chars().filter_map(script).collect::<BTreeSet<_>>() {
            *texts.entry(name).or_default() += 1;
        }
    }
    let often = texts.values().filter(|count| **count >= 50).count();
    assert!(often >= 20, "{texts:?}");
    for half in Half::ALL {
        let count = cases.iter().filter(|case| case.half == half).count();
        assert!(count >= 8_000, "{half:?}: {count}");
    }
}

#[test]
fn benign_code_comes_in_twenty_languages() {
    let text = include_str!("../data/benign/code.txt");
    assert!(text.lines().filter(|line| line.starts_with("!! ")).count() >= 20);
}

#[test]
fn every_family_has_enough_texts_in_each_half() {
    for (family, _) in hostile::FAMILIES {
        for half in Half::ALL {
            let of = hostile_cases().iter().filter(|case| case.family == Some(family));
            let cases: Vec<_> = of.filter(|case| case.half == half).collect();
            assert!(cases.len() >= 500, "{family} {half:?}: {}", cases.len());
            let techniques: HashSet<_> = cases.iter().map(|case| &case.technique).collect();
            assert!(techniques.len() >= 7, "{family} {half:?}: {techniques:?}");
        }
    }
}

#[test]
fn every_technique_has_texts() {
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    for case in hostile_cases() {
        *counts.entry((case.family.unwrap(), &case.technique)).or_default() += 1;
    }
    let few: Vec<_> = counts.iter().filter(|(_, count)| **count < 12).collect();
    assert!(few.is_empty(), "{few:?}");
}

#[test]
fn no_text_is_in_both_halves_and_no_technique_either() {
    let mut halves: HashMap<&[u8], Half> = HashMap::new();
    for case in hostile_cases().iter().chain(benign_cases()) {
        let known = *halves.entry(&case.bytes).or_insert(case.half);
        assert_eq!(known, case.half, "{}", case.technique);
    }
    let mut halves: HashMap<(Option<&str>, &str), Half> = HashMap::new();
    for case in hostile_cases().iter().chain(benign_cases()) {
        let known = *halves.entry((case.family, &case.technique)).or_insert(case.half);
        assert_eq!(known, case.half, "{}", case.technique);
    }
}

#[test]
fn no_text_is_hostile_and_benign() {
    let hostile: HashSet<_> = hostile_cases().iter().map(|case| &case.bytes).collect();
    let both: Vec<_> = benign_cases().iter().filter(|case| hostile.contains(&case.bytes)).collect();
    assert!(both.is_empty(), "{both:?}");
}

#[test]
fn documents_are_documents() {
    use tollgate_corpora::case::Surface;
    for case in hostile_cases().iter().chain(benign_cases()) {
        if case.surface == Surface::Json {
            let parsed = serde_json::from_slice::<serde_json::Value>(&case.bytes);
            assert!(parsed.is_ok(), "{} {parsed:?}", case.technique);
        }
    }
}

#[test]
fn the_data_stays_small() {
    fn size(path: &std::path::Path) -> u64 {
        if path.is_file() {
            return path.metadata().unwrap().len();
        }
        std::fs::read_dir(path).unwrap().map(|entry| size(&entry.unwrap().path())).sum()
    }
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    assert!(size(&data) <= 3_000_000);
}

#[test]
fn emitted_events_are_files_that_parse() {
    let directory = tempfile::tempdir().unwrap();
    let few: Vec<_> = hostile_cases().iter().step_by(97).cloned().collect();
    let benign: Vec<_> = benign_cases().iter().rev().take(200).cloned().collect();
    let files = tollgate_corpora::emit::emit(directory.path(), SEED, &few, &benign).unwrap();
    assert!(files > 150, "{files}");
    for name in ["benign", "hostile"] {
        let lines =
            std::fs::read_to_string(directory.path().join(format!("{name}.ndjson"))).unwrap();
        assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    }
}
