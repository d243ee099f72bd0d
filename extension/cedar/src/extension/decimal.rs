//! `decimal`: a number with up to four digits behind its point.

/// Digits behind the point.
const DIGITS: usize = 4;

/// Reads `-12.34` as ten-thousandths: digits on both sides of the point, at most four behind it.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.')?;
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(digits) || !all_digits(fraction) || fraction.len() > DIGITS {
        return None;
    }
    let scaled = whole.parse::<i64>().ok()?.checked_mul(10_i64.pow(4))?;
    let shift = u32::try_from(DIGITS - fraction.len()).ok()?;
    let fraction = fraction.parse::<i64>().ok()? * 10_i64.pow(shift);
    if whole.starts_with('-') { scaled.checked_sub(fraction) } else { scaled.checked_add(fraction) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_with_a_point_are_decimals() {
        for (text, expected) in [
            ("0.3", Some(3000)),
            ("-0.5", Some(-5000)),
            ("12.3456", Some(123_456)),
            ("922337203685477.5807", Some(i64::MAX)),
            ("-922337203685477.5808", Some(i64::MIN)),
            ("922337203685477.5808", None),
            ("1", None),
            ("1.", None),
            (".1", None),
            ("1.00000", None),
            ("+1.0", None),
            ("1.-1", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
