//! A search for the events that cost most: for each family, fragments that keep it busy are
//! repeated, joined and cut until nothing takes longer.
use tollgate_detect::{Families, Family, SCAN_WORK, Work, inspect_json};

use crate::{LARGE_BYTES, best, micros, worked};

/// Pieces that wake families and keep them looking.
const PIECES: [&str; 65] = [
    "a a", "'", "\\\"", "`", "a", "1", " ", "(", ")", "((", "{", "{{", "${", "${a:-", "}", "[",
    "<", "<a ", "<!", "<!--", "&", "&&", "&lt;", "&#", "%", "%25", "%2e", "%c0%af", "\\\\",
    "\\\\x41", "\\n", "\\r\\n", "/", "//", "/*", "*/", "..", "../", "./", ":", "://", ";", "=",
    "= ", "+", "-", "--", "@", "|", "||", "#", "$", "$(", "*)(", "_", "__", ",", "é", "\\u202e",
    "а", "or ", "select ", "http://1", "=cmd|", "O:1:",
];

pub(crate) fn search() {
    println!(
        "{:<14}{:>12}{:>14}{:>12}  piece; bounded: time of the processor",
        "6 MB for", "ms bounded", "ms unbounded", "steps M"
    );
    let each = Family::ALL.into_iter().map(|family| (family.name(), Families::from_iter([family])));
    let only = std::env::args().nth(2);
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only.split(',').any(|o| o == name));
    let all = each.chain([("all", Families::ALL)]);
    for (name, families) in all.filter(|(name, _)| wanted(name)) {
        let (unit, _) = climb(families);
        for spread in [false, true] {
            let json = event(&unit, LARGE_BYTES, spread);
            let bounded = worked(|| inspect(&json, families, SCAN_WORK));
            let unbounded = best(1, || inspect(&json, families, u64::MAX));
            let steps = inspect(&json, families, u64::MAX) as f64 / 1e6;
            let (bounded, unbounded) = (micros(bounded) / 1e3, micros(unbounded) / 1e3);
            let form = if spread { "many strings" } else { "one string" };
            println!("{name:<14}{bounded:>12.1}{unbounded:>14.1}{steps:>12.1}  {form}: {unit:?}");
        }
    }
}

/// The unit of up to four pieces that takes longest a byte.
fn climb(families: Families) -> (String, f64) {
    let mut top = (String::from("a"), 0.0);
    for _ in 0..4 {
        let start = top.0.clone();
        let mut improved = false;
        for piece in PIECES {
            for unit in [format!("{start}{piece}"), format!("{piece}{start}")] {
                let cost = [false, true].into_iter().map(|spread| cost(&unit, families, spread));
                let cost = cost.fold(0.0, f64::max);
                if cost > top.1 * 1.03 {
                    top = (unit, cost);
                    improved = true;
                }
            }
        }
        if !improved {
            break;
        }
    }
    top
}

/// Nanoseconds a byte, of a text of 60 KB.
fn cost(unit: &str, families: Families, spread: bool) -> f64 {
    let json = event(unit, 60_000, spread);
    best(0, || inspect(&json, families, u64::MAX)).as_secs_f64() * 1e9 / json.len() as f64
}

fn event(unit: &str, bytes: usize, spread: bool) -> Vec<u8> {
    let json = if spread {
        let string = format!("\"{}\",", unit.repeat(200 / unit.len().max(1)));
        format!("[{}1]", string.repeat(bytes / string.len()))
    } else {
        format!("[\"{}\"]", unit.repeat(bytes / unit.len()))
    };
    json.into_bytes()
}

/// The steps that were taken.
fn inspect(json: &[u8], families: Families, limit: u64) -> u64 {
    let mut work = Work::new(limit);
    let _ = inspect_json(json, families, &mut work, &mut |_| ());
    limit - work.left()
}
