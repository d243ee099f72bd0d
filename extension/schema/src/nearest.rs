//! The known name that a wrong one was meant to be.

/// A longer name is not compared, so that a hostile document cannot buy work.
const NAME_CHARS_MAX: usize = 64;

/// The known name closest to `name`, if it is close enough to be a slip: at most one edit in three
/// characters, where an edit adds, drops, changes or swaps neighbours.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    // Everything is one edit away from a single character.
    if !(2..=NAME_CHARS_MAX).contains(&length) {
        return None;
    }
    let edits_max = (length / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(edits, _)| *edits <= edits_max)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// The optimal string alignment distance.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX);
            let changed = at(&last, j) + usize::from(x != y);
            let one_more = at(&last, j + 1).min(at(&row, j)) + 1;
            let swapped = match (i.checked_sub(1), j.checked_sub(1)) {
                (Some(p), Some(q)) if a.get(p) == Some(y) && b.get(q) == Some(x) => {
                    at(&before_last, q) + 1
                }
                _ => usize::MAX,
            };
            row.push(changed.min(one_more).min(swapped));
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (a, b, edits) in [
            ("", "", 0),
            ("depth", "depth", 0),
            ("depht", "depth", 1),
            ("deph", "depth", 1),
            ("deepth", "depth", 1),
            ("dipth", "depth", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
            assert_eq!(distance(b, a), edits, "{b} {a}");
        }
    }

    #[test]
    fn finds_slips_and_nothing_else() {
        let known = ["event_bytes", "depth", "keys"];
        assert_eq!(nearest("depht", known), Some("depth"));
        assert_eq!(nearest("event_byte", known), Some("event_bytes"));
        assert_eq!(nearest("key", known), Some("keys"));
        assert_eq!(nearest("schema", known), None);
        assert_eq!(nearest("2", ["1"]), None);
        assert_eq!(nearest(&"k".repeat(65), known), None);
    }
}
