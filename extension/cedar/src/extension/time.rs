//! `datetime` and `duration`: milliseconds, since the Unix epoch and as they are.

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Reads `1d2h3m4s5ms`, each part at most once and in this order, a minus before all of it.
pub(crate) fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if rest.is_empty() {
        return None;
    }
    let mut total = 0_i64;
    let mut parts = [("ms", 1), ("s", SECOND), ("m", MINUTE), ("h", HOUR), ("d", DAY)];
    // From the right, as the smallest unit is the first to be added.
    for (unit, scale) in &mut parts {
        let Some(before) = rest.strip_suffix(*unit) else { continue };
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        let (left, number) = before.split_at_checked(before.len() - digits)?;
        let number = number.parse::<u64>().ok()?;
        let signed = i64::try_from(if negative { -i128::from(number) } else { number.into() });
        total = total.checked_add(signed.ok()?.checked_mul(*scale)?)?;
        rest = left;
    }
    rest.is_empty().then_some(total)
}

/// Reads `2024-10-15`, or with a time: `2024-10-15T11:35:00Z`, `….123Z`, `…+0530`.
pub(crate) fn parse_datetime(text: &str) -> Option<i64> {
    let mut rest = text.as_bytes();
    let year = number(&mut rest, 4)?;
    mark(&mut rest, b'-')?;
    let month = number(&mut rest, 2)?;
    mark(&mut rest, b'-')?;
    let day = number(&mut rest, 2)?;
    let midnight = days(year, month, day)?.checked_mul(DAY)?;
    if rest.is_empty() {
        return Some(midnight);
    }
    mark(&mut rest, b'T')?;
    let hour = number(&mut rest, 2)?;
    mark(&mut rest, b':')?;
    let minute = number(&mut rest, 2)?;
    mark(&mut rest, b':')?;
    let second = number(&mut rest, 2)?;
    let milli = if mark(&mut rest, b'.').is_some() { number(&mut rest, 3)? } else { 0 };
    let offset = offset(&mut rest)?;
    let in_range = hour < 24 && minute < 60 && second < 60;
    let time = hour * HOUR + minute * MINUTE + second * SECOND + milli;
    (in_range && rest.is_empty()).then_some(midnight + time - offset)
}

/// The same day at midnight.
pub(crate) fn to_date(millis: i64) -> Option<i64> {
    millis.checked_sub(millis.rem_euclid(DAY))
}

/// The time since midnight.
pub(crate) fn to_time(millis: i64) -> i64 {
    millis.rem_euclid(DAY)
}

/// `Z`, or hours and minutes with a sign.
fn offset(rest: &mut &[u8]) -> Option<i64> {
    if mark(rest, b'Z').is_some() {
        return Some(0);
    }
    let sign = if mark(rest, b'+').is_some() { 1 } else { mark(rest, b'-').map(|()| -1)? };
    let (hours, minutes) = (number(rest, 2)?, number(rest, 2)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * HOUR + minutes * MINUTE))
}

fn mark(rest: &mut &[u8], expected: u8) -> Option<()> {
    *rest = rest.strip_prefix(&[expected])?;
    Some(())
}

fn number(rest: &mut &[u8], digits: usize) -> Option<i64> {
    let (number, after) = rest.split_at_checked(digits)?;
    *rest = after;
    number.iter().try_fold(0, |total, digit| {
        digit.is_ascii_digit().then(|| total * 10 + i64::from(*digit - b'0'))
    })
}

/// Days from the epoch to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years begin in March here, so that the leap day is their last.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_since_the_epoch() {
        for (text, expected) in [
            ("1970-01-01", Some(0)),
            ("1969-12-31", Some(-DAY)),
            ("2000-02-29", Some(951_782_400_000)),
            ("1900-02-29", None),
            ("2024-10-15T11:35:00Z", Some(1_728_992_100_000)),
            ("2024-10-15T11:35:00.123+0130", Some(1_728_986_700_123)),
            ("2024-10-15T24:00:00Z", None),
            ("2024-10-15T11:35:00", None),
            ("2024-13-01", None),
            ("24-10-15", None),
        ] {
            assert_eq!(parse_datetime(text), expected, "{text}");
        }
    }

    #[test]
    fn durations_have_their_units_in_order() {
        for (text, expected) in [
            ("1d2h3m4s5ms", Some(93_784_005)),
            ("-1m", Some(-60_000)),
            ("5ms", Some(5)),
            ("9223372036854775807ms", Some(i64::MAX)),
            ("-9223372036854775808ms", Some(i64::MIN)),
            ("9223372036854775808ms", None),
            ("1m1h", None),
            ("1", None),
            ("ms", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(parse_duration(text), expected, "{text}");
        }
    }
}
