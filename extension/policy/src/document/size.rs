//! Sizes and counts as people write them.

/// Why a text is no number that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is something else.
    Form,
    /// It is zero or negative.
    TooSmall,
    /// It is over the most, or over what a number can hold.
    TooLarge,
}

const UNITS: [(&str, u64); 5] =
    [("KiB", 1024), ("MiB", 1024 * 1024), ("KB", 1000), ("MB", 1_000_000), ("B", 1)];

/// Bytes: `1048576`, `1MiB`, `256KiB`, `10MB`.
pub(super) fn size(text: &str, max: u64) -> Result<u64, Wrong> {
    let unit = UNITS.iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, *bytes)));
    let (digits, bytes) = unit.unwrap_or((text, 1));
    let product = whole(digits)?.checked_mul(bytes).ok_or(Wrong::TooLarge)?;
    if product > max { Err(Wrong::TooLarge) } else { Ok(product) }
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
        assert_eq!(count("1024", 1024), Ok(1024));
        assert_eq!(count("1025", 1024), Err(Wrong::TooLarge));
    }
}
