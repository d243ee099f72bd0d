//! The time that a budget is for: sliding, or by the calendar.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How long a budget lasts before it is whole again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Window {
    /// The last so many milliseconds, at any moment. Where environments share a budget, it is cut
    /// at multiples of its length since 1970, so that all of them cut at the same place.
    Sliding {
        /// From one second to 31 days.
        ms: u64,
    },
    /// A calendar day in a time zone.
    Day(Offset),
    /// A calendar month in a time zone.
    Month(Offset),
}

/// A time zone as its distance from UTC, in minutes: from −12:00 to +14:00. It does not follow
/// summer time; nothing on this machine could tell when that begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Offset {
    minutes: i16,
}

/// One window's two ends, in milliseconds since 1970: the second is no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Its first millisecond; names the window.
    pub start_ms: u64,
    /// The first millisecond after it.
    pub end_ms: u64,
}

/// A text that is no time zone's distance from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnOffset;

/// A text that is no window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAWindow;

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;
/// The longest sliding window.
const LONGEST_MS: u64 = 31 * DAY_MS;
const UNITS: [(&str, u64); 4] = [("s", 1_000), ("m", MINUTE_MS), ("h", 3_600_000), ("d", DAY_MS)];

impl Window {
    /// Reads `1s`, `15m`, `12h`, `30d`, `day` or `month`; the last two in that time zone.
    pub fn parse(text: &str, offset: Offset) -> Result<Self, NotAWindow> {
        match text {
            "day" => return Ok(Self::Day(offset)),
            "month" => return Ok(Self::Month(offset)),
            _ => {}
        }
        let unit = UNITS.iter().find_map(|(mark, ms)| Some((text.strip_suffix(mark)?, *ms)));
        let (digits, by) = unit.ok_or(NotAWindow)?;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotAWindow);
        }
        let ms = digits.parse().ok().and_then(|count: u64| count.checked_mul(by));
        match ms.filter(|ms| (1_000..=LONGEST_MS).contains(ms)) {
            Some(ms) => Ok(Self::Sliding { ms }),
            None => Err(NotAWindow),
        }
    }

    /// Whether it follows the calendar.
    pub const fn is_calendar(self) -> bool {
        !matches!(self, Self::Sliding { .. })
    }

    /// The cut window that this moment falls into.
    pub fn span(self, unix_ms: u64) -> Span {
        match self {
            Self::Sliding { ms } => {
                let start_ms = unix_ms - unix_ms % ms.max(1);
                Span { start_ms, end_ms: start_ms.saturating_add(ms) }
            }
            Self::Day(offset) => {
                let local = offset.local(unix_ms);
                let start = local - local.rem_euclid(signed(DAY_MS));
                offset.span(start, start.saturating_add(signed(DAY_MS)))
            }
            Self::Month(offset) => {
                let days = offset.local(unix_ms).div_euclid(signed(DAY_MS));
                let (first, next) = month(days);
                let ms = |days: i64| days.saturating_mul(signed(DAY_MS));
                offset.span(ms(first), ms(next))
            }
        }
    }

    /// About how long it is, in milliseconds; a month has 31 days here.
    pub const fn length_ms(self) -> u64 {
        match self {
            Self::Sliding { ms } => ms,
            Self::Day(_) => DAY_MS,
            Self::Month(_) => LONGEST_MS,
        }
    }
}

impl Offset {
    /// UTC itself.
    pub const UTC: Self = Self { minutes: 0 };

    /// Local milliseconds: those of UTC plus the distance.
    fn local(self, unix_ms: u64) -> i64 {
        signed(unix_ms).saturating_add(i64::from(self.minutes) * signed(MINUTE_MS))
    }

    fn span(self, start: i64, end: i64) -> Span {
        let utc = |local: i64| {
            let ms = local.saturating_sub(i64::from(self.minutes) * signed(MINUTE_MS));
            u64::try_from(ms).unwrap_or(0)
        };
        Span { start_ms: utc(start), end_ms: utc(end) }
    }
}

impl Span {
    /// Whether a moment falls into it.
    pub const fn holds(self, unix_ms: u64) -> bool {
        self.start_ms <= unix_ms && unix_ms < self.end_ms
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// The first day of the month that a day since 1970 is in, and that of the month after it, in the
/// Gregorian calendar.
fn month(day: i64) -> (i64, i64) {
    // Counted from 1 March of year 0, so that a leap day is the last of its year; 400 years have
    // 146,097 days.
    let since_march = day.saturating_add(719_468);
    let (era, of_era) = (since_march.div_euclid(146_097), since_march.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let year = year + era * 400;
    (first_day(year, from_march), first_day(year, from_march + 1))
}

/// The day since 1970 of the first of a month, counted from March; the 12th is the next March.
fn first_day(year: i64, from_march: i64) -> i64 {
    let (year, from_march) = (year + from_march / 12, from_march % 12);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * from_march + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl FromStr for Offset {
    type Err = NotAnOffset;

    /// `UTC`, `+02:00`, `-05:30`.
    fn from_str(text: &str) -> Result<Self, NotAnOffset> {
        if text == "UTC" {
            return Ok(Self::UTC);
        }
        let sign = match text.as_bytes().first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Err(NotAnOffset),
        };
        let (hours, minutes) =
            text.get(1..).and_then(|it| it.split_once(':')).ok_or(NotAnOffset)?;
        let two = |part: &str| {
            let is_two = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<i16>().ok().filter(|_| is_two).ok_or(NotAnOffset)
        };
        let (hours, minutes) = (two(hours)?, two(minutes)?);
        let total = sign * (hours * 60 + minutes);
        if minutes > 59 || !(-12 * 60..=14 * 60).contains(&total) {
            return Err(NotAnOffset);
        }
        Ok(Self { minutes: total })
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minutes < 0 { '-' } else { '+' };
        let minutes = self.minutes.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sliding { ms } => {
                let unit = UNITS.iter().rev().find(|(_, by)| ms % by == 0);
                let (mark, by) = unit.unwrap_or(&("ms", 1));
                write!(f, "{}{mark}", ms / by)
            }
            Self::Day(_) => f.write_str("day"),
            Self::Month(_) => f.write_str("month"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-02-29T23:30:00Z.
    const LEAP_DAY: u64 = 1_709_249_400_000;

    #[test]
    fn a_window_is_cut_where_the_calendar_cuts() {
        let month = Window::Month(Offset::UTC).span(LEAP_DAY);
        assert_eq!(month, Span { start_ms: 1_706_745_600_000, end_ms: 1_709_251_200_000 });
        let east = Window::Month("+01:00".parse().unwrap()).span(LEAP_DAY);
        assert_eq!(east.start_ms, 1_709_251_200_000 - 3_600_000);
        assert_eq!(east.end_ms, 1_711_929_600_000 - 3_600_000);
        let day = Window::Day("-05:30".parse().unwrap()).span(LEAP_DAY);
        assert_eq!(day.start_ms, 1_709_164_800_000 + 19_800_000);
        assert_eq!(Window::Sliding { ms: 1000 }.span(1999).start_ms, 1000);
    }

    #[test]
    fn months_follow_each_other_without_a_gap() {
        let mut at = 0;
        for _ in 0..(400 * 12) {
            let span = Window::Month(Offset::UTC).span(at);
            assert_eq!(span.start_ms, at);
            let days = (span.end_ms - span.start_ms) / DAY_MS;
            assert!((28..=31).contains(&days), "{at}: {days}");
            assert_eq!(Window::Month(Offset::UTC).span(span.end_ms - 1), span);
            at = span.end_ms;
        }
        // 400 years have 146,097 days.
        assert_eq!(at, 146_097 * DAY_MS);
    }

    #[test]
    fn reads_windows_and_shows_them_as_they_are_written() {
        for text in ["1s", "90s", "15m", "12h", "30d", "day", "month"] {
            assert_eq!(Window::parse(text, Offset::UTC).unwrap().to_string(), text);
        }
        for text in ["", "0s", "32d", "1", "s", "-1s", "1.5h", "1w", "99999999999999999999d"] {
            assert_eq!(Window::parse(text, Offset::UTC), Err(NotAWindow), "{text}");
        }
        for text in ["", "Z", "+1:00", "+15:00", "-12:01", "+00:60", "01:00", "+0a:00"] {
            assert_eq!(text.parse::<Offset>(), Err(NotAnOffset), "{text}");
        }
        assert_eq!("-05:30".parse::<Offset>().unwrap().to_string(), "-05:30");
    }
}
