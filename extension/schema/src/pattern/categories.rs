//! The general categories of Unicode characters (UAX #44, section 5.7.1), for `\p{…}`.

/// Runs of code points of one category, from 0 on: a letter for the category (its place in
/// [`NAMES`]: `A` to `Z`, then `a` to `d`), then the run's length where it is not 1.
const RUNS: &str = include_str!("categories.txt");

/// Short and long names, in the order of the letters in [`RUNS`].
const NAMES: [(&str, &str); 30] = [
    ("Lu", "Uppercase_Letter"),
    ("Ll", "Lowercase_Letter"),
    ("Lt", "Titlecase_Letter"),
    ("Lm", "Modifier_Letter"),
    ("Lo", "Other_Letter"),
    ("Mn", "Nonspacing_Mark"),
    ("Mc", "Spacing_Mark"),
    ("Me", "Enclosing_Mark"),
    ("Nd", "Decimal_Number"),
    ("Nl", "Letter_Number"),
    ("No", "Other_Number"),
    ("Pc", "Connector_Punctuation"),
    ("Pd", "Dash_Punctuation"),
    ("Ps", "Open_Punctuation"),
    ("Pe", "Close_Punctuation"),
    ("Pi", "Initial_Punctuation"),
    ("Pf", "Final_Punctuation"),
    ("Po", "Other_Punctuation"),
    ("Sm", "Math_Symbol"),
    ("Sc", "Currency_Symbol"),
    ("Sk", "Modifier_Symbol"),
    ("So", "Other_Symbol"),
    ("Zs", "Space_Separator"),
    ("Zl", "Line_Separator"),
    ("Zp", "Paragraph_Separator"),
    ("Cc", "Control"),
    ("Cf", "Format"),
    ("Cs", "Surrogate"),
    ("Co", "Private_Use"),
    ("Cn", "Unassigned"),
];

/// Names of groups, and the first letter of the short names of what they hold.
const GROUPS: [(&str, &str); 7] = [
    ("L", "Letter"),
    ("M", "Mark"),
    ("N", "Number"),
    ("P", "Punctuation"),
    ("S", "Symbol"),
    ("Z", "Separator"),
    ("C", "Other"),
];

/// The ranges of a category or a group of them, by its short or long name; sorted.
pub(super) fn ranges(name: &str) -> Option<Vec<(u32, u32)>> {
    let group = GROUPS.iter().find(|(short, long)| [*short, *long].contains(&name));
    let wanted: Vec<u8> = (0..)
        .zip(NAMES)
        .filter(|(_, (short, long))| match group {
            Some((group, _)) => short.starts_with(group),
            None => [*short, *long].contains(&name),
        })
        .map(|(letter, _)| letter)
        .collect();
    if wanted.is_empty() {
        return None;
    }
    let mut ranges = Vec::new();
    for (from, length, letter) in runs() {
        if wanted.contains(&letter) {
            ranges.push((from, from + length - 1));
        }
    }
    Some(ranges)
}

/// Where each run begins, how long it is, and its category.
fn runs() -> Vec<(u32, u32, u8)> {
    let mut runs: Vec<(u32, u32, u8)> = Vec::new();
    // The run that is being read: its category, and its length if that is written.
    let mut from = 0;
    let mut run: Option<(u8, u32)> = None;
    let letters = RUNS.lines().skip(1).flat_map(str::bytes).map(Some).chain([None]);
    for byte in letters {
        if let (Some(digit @ b'0'..=b'9'), Some((_, length))) = (byte, &mut run) {
            *length = *length * 10 + u32::from(digit - b'0');
            continue;
        }
        if let Some((letter, length)) = run.take() {
            runs.push((from, length.max(1), letter));
            from += length.max(1);
        }
        run = byte.map(|byte| match byte {
            b'A'..=b'Z' => (byte - b'A', 0),
            _ => (byte.wrapping_sub(b'a').wrapping_add(26), 0),
        });
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_cover_all_code_points_with_known_categories() {
        let runs = runs();
        assert!(runs.iter().all(|(_, length, letter)| *length > 0 && *letter < 30));
        assert_eq!(runs.last().map(|(from, length, _)| from + length), Some(0x11_0000));
        // The same source of truth as the standard library, where that has the property.
        let numbers = ranges("N").unwrap();
        let holds = |code: u32| numbers.iter().any(|(from, to)| (*from..=*to).contains(&code));
        for code in 0..0x1_0000 {
            let numeric = char::from_u32(code).is_some_and(char::is_numeric);
            assert_eq!(holds(code), numeric, "{code:x}");
        }
    }

    #[test]
    fn names_are_short_or_long() {
        assert_eq!(ranges("Lu"), ranges("Uppercase_Letter"));
        assert_eq!(ranges("Letter"), ranges("L"));
        assert_eq!(ranges("Greek"), None);
        assert_eq!(ranges("Zl").unwrap(), [(0x2028, 0x2028)]);
    }
}
