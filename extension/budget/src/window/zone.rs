//! Time zones: a fixed distance from UTC, or a place whose clocks may follow summer time.
use std::fmt;
use std::str::FromStr;

use super::{DAY_MS, MINUTE_MS, Span, calendar, signed};

/// The tz database's zones by their rules, written by `scripts/time-zones.py`.
const TABLE: &str = include_str!("zones.txt");

/// A time zone: `UTC`, a fixed distance such as `+02:00`, or a name of the tz database. A name
/// follows the rule that holds there from 2026 on, at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone {
    /// As the tz database calls it; empty for a fixed distance.
    name: &'static str,
    /// Minutes east of UTC, outside summer time.
    standard: i16,
    summer: Option<Summer>,
    /// Changes that no rule tells, before it holds; mostly empty.
    listed: &'static str,
}

/// Minutes east of UTC, from one turn of each year to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Summer {
    minutes: i16,
    begins: Turn,
    ends: Turn,
}

/// A moment of each year, by the clock that it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Turn {
    month: i8,
    week: i8,
    weekday: i8,
    minute: i16,
}

/// A text that is no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAZone;

/// The clock of a zone in the years around a moment.
struct Clock {
    /// Milliseconds east of UTC before the first change.
    first: i64,
    /// When it changes, and the milliseconds east of UTC from then on.
    changes: Vec<(i64, i64)>,
}

/// No clock is further from UTC.
const FARTHEST_MS: i64 = 24 * 3_600_000;

impl Zone {
    /// UTC itself.
    pub const UTC: Self = Self { name: "UTC", standard: 0, summer: None, listed: "" };

    /// All names that are known.
    pub fn names() -> impl Iterator<Item = &'static str> {
        rows().flat_map(|(_, names)| names.split(' '))
    }

    /// Which issue of the tz database the names and their rules are from.
    pub fn issue() -> &'static str {
        let after = TABLE.split_once("database ").map_or("", |(_, after)| after);
        after.split_once(' ').map_or("", |(issue, _)| issue)
    }

    fn named(name: &str) -> Option<Self> {
        let (rule, name) = rows()
            .find_map(|(rule, names)| Some((rule, names.split(' ').find(|it| *it == name)?)))?;
        let mut fields = rule.split(' ');
        let standard = fields.next()?.parse().ok()?;
        let summer = fields.next().and_then(|minutes| Summer::parse(minutes, &mut fields));
        let listed = rule.splitn(5, ' ').nth(4).unwrap_or("");
        Some(Self { name, standard, summer, listed })
    }

    /// The time from one local midnight to another, around a moment: `bounds` tells for a local day
    /// the day that it begins at, and the one that it ends before.
    pub(super) fn span(self, unix_ms: u64, bounds: impl Fn(i64) -> (i64, i64)) -> Span {
        let at = signed(unix_ms);
        let clock = self.clock(at);
        let local = at.saturating_add(clock.east(at));
        let (mut first, mut next) = bounds(local.div_euclid(signed(DAY_MS)));
        let mut end = clock.begin(next);
        // Clocks that were put back over midnight: what has begun stays.
        if end <= at {
            (first, next) = bounds(next);
            end = clock.begin(next);
        }
        let utc = |ms: i64| u64::try_from(ms).unwrap_or(0);
        Span { start_ms: utc(clock.begin(first)), end_ms: utc(end) }
    }

    /// When a local day since 1970 begins.
    pub(super) fn midnight(self, day: i64) -> u64 {
        let clock = self.clock(day.saturating_mul(signed(DAY_MS)));
        u64::try_from(clock.begin(day)).unwrap_or(0)
    }

    fn clock(self, at: i64) -> Clock {
        let day = at.div_euclid(signed(DAY_MS));
        let (year, _) = calendar::year_and_month(day);
        let east = i64::from(self.standard) * signed(MINUTE_MS);
        let mut clock = Clock { first: east, changes: Vec::new() };
        let Some(summer) = self.summer else { return clock };
        clock.list(self.listed);
        let after = clock.changes.last().map_or(i64::MIN, |(when, _)| *when);
        // A year is counted from March here: January and February are the one before.
        for year in year - 1..=year + 2 {
            let mut both = summer.turns(year, i64::from(self.standard));
            both.sort_unstable();
            clock.changes.extend(both.into_iter().filter(|(when, _)| *when > after));
        }
        clock
    }
}

impl Summer {
    fn parse(minutes: &str, fields: &mut std::str::Split<'_, char>) -> Option<Self> {
        let minutes = minutes.parse().ok()?;
        Some(Self {
            minutes,
            begins: Turn::parse(fields.next()?)?,
            ends: Turn::parse(fields.next()?)?,
        })
    }

    /// Its two changes in a year.
    fn turns(self, year: i64, standard: i64) -> [(i64, i64); 2] {
        let ms = |minutes: i64| minutes * signed(MINUTE_MS);
        let summer = ms(self.minutes.into());
        let standard = ms(standard);
        [(self.begins.at(year) - standard, summer), (self.ends.at(year) - summer, standard)]
    }
}

impl Turn {
    /// Reads `3.5.0/120`: the last Sunday of March at 2 o'clock.
    fn parse(text: &str) -> Option<Self> {
        let (day, minute) = text.split_once('/')?;
        let mut parts = day.split('.').map(|part| part.parse().ok());
        let mut part = || parts.next().flatten();
        Some(Self { month: part()?, week: part()?, weekday: part()?, minute: minute.parse().ok()? })
    }

    /// By the clock that it ends, in milliseconds as if that were UTC.
    fn at(self, year: i64) -> i64 {
        let day = calendar::weekday(year, self.month.into(), self.week.into(), self.weekday.into());
        day.saturating_mul(signed(DAY_MS)) + i64::from(self.minute) * signed(MINUTE_MS)
    }
}

impl Clock {
    /// Takes up the changes that a rule does not tell.
    fn list(&mut self, listed: &str) {
        let minutes = |text: &str| text.parse().map_or(0, |it: i64| it * signed(MINUTE_MS));
        let Some((first, changes)) = listed.split_once(' ') else { return };
        self.first = minutes(first);
        let changes = changes.split(',').filter_map(|change| change.split_once('='));
        self.changes = changes.map(|(when, east)| (minutes(when), minutes(east))).collect();
    }

    /// Milliseconds east of UTC at a moment.
    fn east(&self, at: i64) -> i64 {
        self.changes
            .iter()
            .rev()
            .find(|(when, _)| *when <= at)
            .map_or(self.first, |(_, east)| *east)
    }

    /// The first moment at which the local date is this day or a later one: its midnight, or where
    /// the clock leaps over that the moment of the leap.
    fn begin(&self, day: i64) -> i64 {
        let midnight = day.saturating_mul(signed(DAY_MS));
        let before = midnight.saturating_sub(FARTHEST_MS);
        let mut east = self.east(before);
        for (when, then) in self.changes.iter().filter(|(when, _)| *when > before) {
            if midnight.saturating_sub(east) < *when {
                break;
            }
            if when.saturating_add(*then) >= midnight {
                return *when;
            }
            east = *then;
        }
        midnight.saturating_sub(east)
    }
}

/// The rules of the table, each with the names that follow it.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| line.split_once(": "))
}

impl FromStr for Zone {
    type Err = NotAZone;

    /// `UTC`, `+02:00`, `-05:30`, `Europe/Berlin`.
    fn from_str(text: &str) -> Result<Self, NotAZone> {
        let sign = match text.as_bytes().first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Self::named(text).ok_or(NotAZone),
        };
        let (hours, minutes) = text.get(1..).and_then(|it| it.split_once(':')).ok_or(NotAZone)?;
        let two = |part: &str| {
            let is_two = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<i16>().ok().filter(|_| is_two).ok_or(NotAZone)
        };
        let (hours, minutes) = (two(hours)?, two(minutes)?);
        let standard = sign * (hours * 60 + minutes);
        if minutes > 59 || !(-12 * 60..=14 * 60).contains(&standard) {
            return Err(NotAZone);
        }
        Ok(Self { name: "", standard, summer: None, listed: "" })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.name.is_empty() {
            return f.write_str(self.name);
        }
        let sign = if self.standard < 0 { '-' } else { '+' };
        let minutes = self.standard.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests;
