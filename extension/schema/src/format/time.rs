//! Dates and times: RFC 3339, and ISO 8601 durations as its appendix A writes them.

/// RFC 3339, `date-time`.
pub(super) fn is_date_time(text: &str) -> bool {
    let separator = text.get(10..11).is_some_and(|letter| letter.eq_ignore_ascii_case("t"));
    separator && text.get(..10).is_some_and(is_date) && text.get(11..).is_some_and(is_time)
}

/// RFC 3339, `full-date`.
pub(super) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (
        parts.next().and_then(|part| number(part, 4)),
        parts.next().and_then(|part| number(part, 2)),
        parts.next().and_then(|part| number(part, 2)),
        parts.next(),
    ) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// RFC 3339, `full-time`; a leap second only where it is 23:59 in UTC.
pub(super) fn is_time(text: &str) -> bool {
    let Some((hour, minute)) = text.get(..5).and_then(hour_and_minute) else { return false };
    let Some(second) = text.get(6..8).and_then(|part| number(part, 2)) else { return false };
    if text.get(5..6) != Some(":") {
        return false;
    }
    let mut rest = text.get(8..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        let after = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if after.len() == fraction.len() {
            return false;
        }
        rest = after;
    }
    let offset = match rest {
        "Z" | "z" => Some(0),
        _ => rest.get(1..).and_then(hour_and_minute).and_then(|(hour, minute)| {
            let minutes = hour * 60 + minute;
            match rest.get(..1) {
                Some("+") => Some(1440 - minutes),
                Some("-") => Some(minutes),
                _ => None,
            }
        }),
    };
    offset.is_some_and(|offset| {
        let utc = (hour * 60 + minute + offset) % 1440;
        second < 60 || (second == 60 && utc == 1439)
    })
}

/// `23:59`.
fn hour_and_minute(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

/// RFC 3339, appendix A.
pub(super) fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else { return false };
    if let Some(weeks) = rest.strip_suffix('W') {
        return !weeks.is_empty() && weeks.bytes().all(|byte| byte.is_ascii_digit());
    }
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    let date_holds = date.is_empty() || units_in_order(date, "YMD");
    let time_holds = time.is_none_or(|time| units_in_order(time, "HMS"));
    date_holds && time_holds && !(date.is_empty() && time.is_none())
}

/// Numbers, each with one of the units, which follow each other without a gap: `1Y2M`, `2M1D`.
fn units_in_order(text: &str, units: &str) -> bool {
    let mut last = None;
    let mut digits = 0;
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            digits += 1;
            continue;
        }
        let Some(unit) = units.find(letter) else { return false };
        if digits == 0 || last.is_some_and(|last| unit != last + 1) {
            return false;
        }
        (last, digits) = (Some(unit), 0);
    }
    last.is_some() && digits == 0
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}
