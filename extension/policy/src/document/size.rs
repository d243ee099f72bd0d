//! Sizes, times and counts as people write them.

/// Why a text is no number that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is something else.
    Form,
    /// It is zero or negative.
    TooSmall,
    /// It is over the most, or over what a number can hold.
    TooLarge,
    /// It has more than one unit.
    Mixed,
}

/// A unit's name and what it stands for.
type Unit = (&'static str, u64);

const BYTES: [Unit; 5] =
    [("KiB", 1024), ("MiB", 1024 * 1024), ("KB", 1000), ("MB", 1_000_000), ("B", 1)];

/// In milliseconds. `ms` stands before what is its ending.
const TIMES: [Unit; 5] =
    [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Bytes: `1048576`, `1MiB`, `256KiB`, `10MB`.
pub(super) fn size(text: &str, max: u64) -> Result<u64, Wrong> {
    let (digits, bytes) = split(text, &BYTES).unwrap_or((text, 1));
    product(digits, bytes, &BYTES, max)
}

/// Milliseconds: `250ms`, `3s`, `15m`, `1h`, `1d`. A number alone could mean anything.
pub(super) fn duration(text: &str, max_ms: u64) -> Result<u64, Wrong> {
    match split(text, &TIMES) {
        Some((digits, ms)) => product(digits, ms, &TIMES, max_ms),
        None => Err(if matches!(whole(text), Err(Wrong::TooSmall)) {
            Wrong::TooSmall
        } else {
            Wrong::Form
        }),
    }
}

/// Percent: `90%`, a whole number from 1 to 100.
pub(super) fn percent(text: &str) -> Result<u32, Wrong> {
    count(text.strip_suffix('%').ok_or(Wrong::Form)?, 100)
}

/// Thousandths: `0.3`, `0`, `1`, `0.125`.
pub(super) fn fraction(text: &str) -> Result<u32, Wrong> {
    if text.starts_with('-') {
        return Err(Wrong::TooSmall);
    }
    let (whole, digits) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(digits) || digits.len() > 3 {
        return Err(Wrong::Form);
    }
    let number: u32 = format!("{whole}{digits:0<3}").parse().map_err(|_| Wrong::TooLarge)?;
    if number > 1000 { Err(Wrong::TooLarge) } else { Ok(number) }
}

fn split<'t>(text: &'t str, units: &[Unit]) -> Option<(&'t str, u64)> {
    units.iter().find_map(|(unit, worth)| Some((text.strip_suffix(unit)?, *worth)))
}

fn product(digits: &str, worth: u64, units: &[Unit], max: u64) -> Result<u64, Wrong> {
    let number = whole(digits).map_err(|wrong| match wrong {
        Wrong::Form if is_mixed(digits, units) => Wrong::Mixed,
        wrong => wrong,
    })?;
    let product = number.checked_mul(worth).ok_or(Wrong::TooLarge)?;
    if product > max { Err(Wrong::TooLarge) } else { Ok(product) }
}

/// Whether what stands before a unit has units of its own, such as `1m30` of `1m30s`.
fn is_mixed(text: &str, units: &[Unit]) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let mut words = text.split(|c: char| !is_letter(c)).filter(|word| !word.is_empty()).peekable();
    let starts = text.starts_with(|c: char| c.is_ascii_digit());
    let known = |word: &str| units.iter().any(|(unit, _)| *unit == word);
    starts && words.peek().is_some() && words.all(known)
}

/// A whole number from 1 to `max`.
pub(super) fn count(text: &str, max: u32) -> Result<u32, Wrong> {
    let count = u32::try_from(whole(text)?).map_err(|_| Wrong::TooLarge)?;
    if count > max { Err(Wrong::TooLarge) } else { Ok(count) }
}

fn whole(text: &str) -> Result<u64, Wrong> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Wrong::Form);
    }
    if digits.len() < text.len() || digits.bytes().all(|byte| byte == b'0') {
        return Err(Wrong::TooSmall);
    }
    digits.parse().map_err(|_| Wrong::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_size() {
        for (text, bytes) in [
            ("1", 1),
            ("12B", 12),
            ("1KB", 1000),
            ("256KiB", 262_144),
            ("1MiB", 1_048_576),
            ("6MB", 6_000_000),
            ("007", 7),
        ] {
            assert_eq!(size(text, 6_291_556), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn tells_wrong_sizes_apart() {
        for (text, wrong) in [
            ("", Wrong::Form),
            ("MiB", Wrong::Form),
            ("1.5MiB", Wrong::Form),
            ("1 MiB", Wrong::Form),
            ("1GiB", Wrong::Form),
            ("+1", Wrong::Form),
            ("0", Wrong::TooSmall),
            ("0KiB", Wrong::TooSmall),
            ("-1", Wrong::TooSmall),
            ("7MiB", Wrong::TooLarge),
            ("18446744073709551616", Wrong::TooLarge),
            ("18446744073709551615MiB", Wrong::TooLarge),
        ] {
            assert_eq!(size(text, 6_291_556), Err(wrong), "{text}");
        }
        assert_eq!(size("1MiB512KiB", 6_291_556), Err(Wrong::Mixed));
        assert_eq!(count("1024", 1024), Ok(1024));
        assert_eq!(count("1025", 1024), Err(Wrong::TooLarge));
    }

    #[test]
    fn reads_times_and_tells_wrong_ones_apart() {
        for (text, ms) in
            [("1ms", 1), ("250ms", 250), ("3s", 3000), ("15m", 900_000), ("900s", 900_000)]
        {
            assert_eq!(duration(text, 900_000), Ok(ms), "{text}");
        }
        for (text, wrong) in [
            ("3", Wrong::Form),
            ("s", Wrong::Form),
            ("1.5s", Wrong::Form),
            ("3 s", Wrong::Form),
            ("3sec", Wrong::Form),
            ("0", Wrong::TooSmall),
            ("0s", Wrong::TooSmall),
            ("-3s", Wrong::TooSmall),
            ("-1", Wrong::TooSmall),
            ("901s", Wrong::TooLarge),
            ("16m", Wrong::TooLarge),
            ("18446744073709551615m", Wrong::TooLarge),
            ("99999999999999999999s", Wrong::TooLarge),
            ("1m30s", Wrong::Mixed),
            ("3s500ms", Wrong::Mixed),
            ("3sms", Wrong::Mixed),
            ("1x30s", Wrong::Form),
        ] {
            assert_eq!(duration(text, 900_000), Err(wrong), "{text}");
        }
    }

    #[test]
    fn reads_fractions() {
        for (text, expected) in [
            ("0.3", Ok(300)),
            ("0", Ok(0)),
            ("1", Ok(1000)),
            ("1.0", Ok(1000)),
            ("0.125", Ok(125)),
            ("1.001", Err(Wrong::TooLarge)),
            ("99999999999", Err(Wrong::TooLarge)),
            ("-0.1", Err(Wrong::TooSmall)),
            ("0.1234", Err(Wrong::Form)),
            (".5", Err(Wrong::Form)),
            ("1.", Err(Wrong::Form)),
            ("1e-1", Err(Wrong::Form)),
        ] {
            assert_eq!(fraction(text), expected, "{text}");
        }
    }

    #[test]
    fn reads_percents() {
        assert_eq!((percent("90%"), percent("100%")), (Ok(90), Ok(100)));
        for (text, wrong) in [
            ("90", Wrong::Form),
            ("0%", Wrong::TooSmall),
            ("-1%", Wrong::TooSmall),
            ("101%", Wrong::TooLarge),
            ("0.5%", Wrong::Form),
        ] {
            assert_eq!(percent(text), Err(wrong), "{text}");
        }
    }
}
