//! RFC 3339 timestamps, written and read without a calendar library.

const DAY_MS: u64 = 86_400_000;
/// 9999-12-31T23:59:59.999Z, the last moment with a four-digit year.
const LAST_MS: u64 = 253_402_300_799_999;

/// `2026-03-16T09:26:53.589Z`: UTC with milliseconds, from milliseconds since 1970. Moments after
/// the year 9999 are written as its last one.
pub fn rfc3339(unix_ms: u64) -> String {
    let unix_ms = unix_ms.min(LAST_MS);
    let (year, month, day) = civil(unix_ms / DAY_MS);
    let ms = unix_ms % DAY_MS;
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let parts = [(year, 4), (month, 2), (day, 2), (hour, 2), (minute, 2), (second, 2)];
    let mut rest = text.as_mut_slice();
    // Each number is followed by one character. By hand: seven padded numbers by `format!` cost
    // more than the rest of a record's header.
    for (number, digits) in parts.into_iter().chain([(ms % 1000, 3)]) {
        let Some((place, after)) = std::mem::take(&mut rest).split_at_mut_checked(digits) else {
            break;
        };
        let mut left = number;
        for digit in place.iter_mut().rev() {
            *digit = b'0' + u8::try_from(left % 10).unwrap_or(0);
            left /= 10;
        }
        rest = after.get_mut(1..).unwrap_or_default();
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Reads exactly what `rfc3339` writes.
pub fn unix_ms(text: &[u8]) -> Option<u64> {
    let [
        y3,
        y2,
        y1,
        y0,
        b'-',
        o1,
        o0,
        b'-',
        d1,
        d0,
        b'T',
        h1,
        h0,
        b':',
        m1,
        m0,
        b':',
        s1,
        s0,
        b'.',
        f2,
        f1,
        f0,
        b'Z',
    ] = text
    else {
        return None;
    };
    let year = number(&[*y3, *y2, *y1, *y0])?;
    let (month, day) = (number(&[*o1, *o0])?, number(&[*d1, *d0])?);
    let (hour, minute) = (number(&[*h1, *h0])?, number(&[*m1, *m0])?);
    let (second, milli) = (number(&[*s1, *s0])?, number(&[*f2, *f1, *f0])?);
    let days = days(year, month, day)?;
    (hour < 24 && minute < 60 && second < 60)
        .then(|| days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + milli)
}

fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |sum, digit| {
        digit.is_ascii_digit().then(|| sum * 10 + u64::from(digit - b'0'))
    })
}

/// Year, month and day of a day counted from 1970-01-01. Years are counted from March, so that
/// the leap day is the last of its year, in eras of 400 years (146,097 days).
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468; // 0000-03-01 to 1970-01-01
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months from March: 153 days every five of them.
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// The inverse of [`civil`]; `None` for a date that does not exist or lies before 1970.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1..=12).contains(&month) {
        return None;
    }
    let shifted_year = year.checked_sub(u64::from(month <= 2))?;
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let (era, year_of_era) = (shifted_year / 400, shifted_year % 400);
    let day_of_year = (153 * shifted_month + 2) / 5 + day.checked_sub(1)?;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = (era * 146_097 + day_of_era).checked_sub(719_468)?;
    // A day past its month's end would come back as a day of the next month.
    (civil(days) == (year, month, day)).then_some(days)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_moments() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (1_773_653_213_589, "2026-03-16T09:26:53.589Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (LAST_MS, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(rfc3339(ms), text);
            assert_eq!(unix_ms(text.as_bytes()), Some(ms));
        }
        assert_eq!(rfc3339(u64::MAX), rfc3339(LAST_MS));
    }

    #[test]
    fn what_is_not_a_moment_is_not_read() {
        for text in [
            "2100-02-29T00:00:00.000Z",
            "2026-04-31T00:00:00.000Z",
            "2026-13-01T00:00:00.000Z",
            "2026-00-01T00:00:00.000Z",
            "2026-01-00T00:00:00.000Z",
            "1969-12-31T00:00:00.000Z",
            "0000-01-01T00:00:00.000Z",
            "2026-01-01T24:00:00.000Z",
            "2026-01-01T00:60:00.000Z",
            "2026-01-01T00:00:60.000Z",
            "2026-01-01T00:00:00.00Z",
            "2026-01-01 00:00:00.000Z",
            "2026-01-01T00:00:0x.000Z",
        ] {
            assert_eq!(unix_ms(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn round_trip(ms in 0..=LAST_MS) {
            prop_assert_eq!(unix_ms(rfc3339(ms).as_bytes()), Some(ms));
        }

        #[test]
        fn text_sorts_as_time(a in 0..=LAST_MS, b in 0..=LAST_MS) {
            prop_assert_eq!(a.cmp(&b), rfc3339(a).cmp(&rfc3339(b)));
        }
    }
}
