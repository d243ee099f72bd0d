//! The time that a budget is for: sliding, or by the calendar.
mod calendar;
mod zone;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use zone::{NotAZone, Zone};

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
    Day(Zone),
    /// A calendar month in a time zone.
    Month(Zone),
}

/// One window's two ends, in milliseconds since 1970: the second is no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Its first millisecond; names the window.
    pub start_ms: u64,
    /// The first millisecond after it.
    pub end_ms: u64,
}

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
    pub fn parse(text: &str, zone: Zone) -> Result<Self, NotAWindow> {
        match text {
            "day" => return Ok(Self::Day(zone)),
            "month" => return Ok(Self::Month(zone)),
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

    /// Reads a date, `2027-03-28` for a day or `2027-03` for a month, as the window that it is in a
    /// zone.
    pub fn dated(text: &str, zone: Zone) -> Result<(Self, Span), NotAWindow> {
        let mut parts = text.split('-').map(|part| {
            let digits = part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<i64>().ok().filter(|_| digits)
        });
        let mut part = || parts.next().unwrap_or(Some(1)).ok_or(NotAWindow);
        let (year, month, day) = (part()?, part()?, part()?);
        let first = calendar::first_day(year, month - 3);
        let days = calendar::first_day(year, month - 2) - first;
        if !(1970..10_000).contains(&year)
            || !(1..=12).contains(&month)
            || !(1..=days).contains(&day)
        {
            return Err(NotAWindow);
        }
        let window = match text.len() {
            10 => Self::Day(zone),
            7 => Self::Month(zone),
            _ => return Err(NotAWindow),
        };
        Ok((window, window.span(zone.midnight(first + day - 1))))
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
            Self::Day(zone) => zone.span(unix_ms, |day| (day, day.saturating_add(1))),
            Self::Month(zone) => zone.span(unix_ms, calendar::month),
        }
    }

    /// The zone whose calendar it follows.
    pub const fn zone(self) -> Option<Zone> {
        match self {
            Self::Sliding { .. } => None,
            Self::Day(zone) | Self::Month(zone) => Some(zone),
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

impl Span {
    /// Whether a moment falls into it.
    pub const fn holds(self, unix_ms: u64) -> bool {
        self.start_ms <= unix_ms && unix_ms < self.end_ms
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
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
        let month = Window::Month(Zone::UTC).span(LEAP_DAY);
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
            let span = Window::Month(Zone::UTC).span(at);
            assert_eq!(span.start_ms, at);
            let days = (span.end_ms - span.start_ms) / DAY_MS;
            assert!((28..=31).contains(&days), "{at}: {days}");
            assert_eq!(Window::Month(Zone::UTC).span(span.end_ms - 1), span);
            at = span.end_ms;
        }
        // 400 years have 146,097 days.
        assert_eq!(at, 146_097 * DAY_MS);
    }

    #[test]
    fn reads_windows_and_shows_them_as_they_are_written() {
        for text in ["1s", "90s", "15m", "12h", "30d", "day", "month"] {
            assert_eq!(Window::parse(text, Zone::UTC).unwrap().to_string(), text);
        }
        for text in ["2027-03-28", "2024-02-29", "2027-12"] {
            let (window, span) = Window::dated(text, Zone::UTC).unwrap();
            assert_eq!(window.span(span.start_ms), span, "{text}");
        }
        for text in
            ["2027-02-29", "2027-13", "2027", "2027-1-01", "27-01-01", "2027-01-01-01", "day"]
        {
            assert_eq!(Window::dated(text, Zone::UTC), Err(NotAWindow), "{text}");
        }
        for text in ["", "0s", "32d", "1", "s", "-1s", "1.5h", "1w", "99999999999999999999d"] {
            assert_eq!(Window::parse(text, Zone::UTC), Err(NotAWindow), "{text}");
        }
    }
}
