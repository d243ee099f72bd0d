//! Zones, held against what Python's `zoneinfo` finds in the tz database.
use super::*;
use crate::window::Window;

/// Written beside the table, from the compiled zones instead of their last rule.
const CHANGES: &str = include_str!("../changes.txt");
const HOUR: u64 = 3_600_000;
/// 2026-12-01T00:00:00Z, when both begin, and 2046-01-01T00:00:00Z, when the changes end.
const FROM: i64 = 1_796_083_200_000;
const UNTIL: i64 = 2_398_377_600_000;

fn zone(name: &str) -> Zone {
    name.parse().unwrap_or_else(|_| panic!("{name}"))
}

/// Milliseconds since 1970 of a time in UTC.
fn utc(year: i64, month: i64, day: i64, hour: u64, minute: u64) -> u64 {
    let days = calendar::first_day(year, month - 3) + day - 1;
    u64::try_from(days).unwrap() * DAY_MS + hour * HOUR + minute * MINUTE_MS
}

fn minutes(text: &str) -> i64 {
    text.parse::<i64>().unwrap() * signed(MINUTE_MS)
}

#[test]
fn every_zone_changes_its_clock_when_the_tz_database_says_so() {
    let mut seen = 0;
    for line in CHANGES.lines().filter(|line| !line.starts_with('#')) {
        let (found, names) = line.split_once(": ").unwrap();
        let (first, changes) = found.split_once(' ').unwrap_or((found, ""));
        let expected: Vec<(i64, i64)> = changes
            .split(',')
            .filter_map(|change| change.split_once('='))
            .map(|(when, east)| (minutes(when), minutes(east)))
            .collect();
        for name in names.split(' ') {
            seen += 1;
            let zone = zone(name);
            assert_eq!(zone.to_string(), name);
            let east = |at: i64| zone.clock(at).east(at);
            let mut before = minutes(first);
            assert_eq!(east(FROM), before, "{name}");
            for (when, after) in &expected {
                assert_eq!((east(when - 1), east(*when)), (before, *after), "{name} at {when}");
                before = *after;
            }
            // And no other one: every change that is followed is among these.
            let mut followed: Vec<i64> = (2027..=2045)
                .flat_map(|year| zone.clock(signed(utc(year, 7, 1, 0, 0))).changes)
                .filter(|(when, east)| {
                    (FROM..UNTIL).contains(when) && *east != zone.clock(when - 1).east(when - 1)
                })
                .map(|(when, _)| when)
                .collect();
            followed.sort_unstable();
            followed.dedup();
            let expected: Vec<i64> = expected.iter().map(|(when, _)| *when).collect();
            assert_eq!(followed, expected, "{name}");
        }
    }
    assert_eq!(seen, Zone::names().count());
    assert!(seen > 590, "{seen}");
}

#[test]
fn both_tables_are_of_one_issue() {
    assert_eq!(Zone::issue().len(), 5, "{}", Zone::issue());
    assert!(CHANGES.lines().next().unwrap().contains(Zone::issue()));
}

/// From window to window: none is left out, none is doubled, and each begins where its local date does.
#[test]
fn days_and_months_follow_each_other_in_every_zone() {
    for (_, names) in rows() {
        let zone = zone(names.split(' ').next().unwrap());
        for (window, shortest, longest) in [
            // Antarctica/Troll changes by two hours.
            (Window::Day(zone), 22 * HOUR, 26 * HOUR),
            (Window::Month(zone), 28 * DAY_MS - 2 * HOUR, 31 * DAY_MS + 2 * HOUR),
        ] {
            let mut span = window.span(utc(2026, 12, 1, 12, 0));
            while span.start_ms < utc(2030, 2, 1, 0, 0) {
                let length = span.end_ms - span.start_ms;
                assert!((shortest..=longest).contains(&length), "{zone} {window}: {span:?}");
                for at in [span.start_ms, span.start_ms + HOUR, span.end_ms - HOUR, span.end_ms - 1]
                {
                    assert_eq!(window.span(at), span, "{zone} {window} at {at}");
                }
                let date = |at: u64| {
                    (signed(at) + zone.clock(signed(at)).east(signed(at)))
                        .div_euclid(signed(DAY_MS))
                };
                assert_eq!(date(span.start_ms - 1) + 1, date(span.start_ms), "{zone}: {span:?}");
                let next = window.span(span.end_ms);
                assert_eq!(next.start_ms, span.end_ms, "{zone} {window}: {span:?}");
                span = next;
            }
        }
    }
}

#[test]
fn a_day_has_23_or_25_hours_where_the_clock_changes() {
    let hours = |name: &str, noon: u64| {
        let span = Window::Day(zone(name)).span(noon);
        (span.start_ms, (span.end_ms - span.start_ms) / MINUTE_MS)
    };
    for (name, noon, start, minutes) in [
        // Europe: 2027-03-28 and 2027-10-31, at 01:00 UTC.
        ("Europe/Berlin", utc(2027, 3, 28, 11, 0), utc(2027, 3, 27, 23, 0), 1380),
        ("Europe/Berlin", utc(2027, 3, 29, 11, 0), utc(2027, 3, 28, 22, 0), 1440),
        ("Europe/Berlin", utc(2027, 10, 31, 11, 0), utc(2027, 10, 30, 22, 0), 1500),
        ("Europe/Dublin", utc(2027, 3, 28, 11, 0), utc(2027, 3, 28, 0, 0), 1380),
        ("America/New_York", utc(2027, 11, 7, 16, 0), utc(2027, 11, 7, 4, 0), 1500),
        // The south: summer ends in autumn, which is April there.
        ("Pacific/Auckland", utc(2027, 4, 4, 0, 0), utc(2027, 4, 3, 11, 0), 1500),
        ("Australia/Sydney", utc(2027, 10, 3, 2, 0), utc(2027, 10, 2, 14, 0), 1380),
        // Half an hour.
        ("Australia/Lord_Howe", utc(2027, 10, 3, 2, 0), utc(2027, 10, 2, 13, 30), 1410),
        // The clock leaps over midnight: the day begins at one.
        ("Africa/Cairo", utc(2027, 4, 30, 10, 0), utc(2027, 4, 29, 22, 0), 1380),
        ("America/Santiago", utc(2027, 9, 5, 16, 0), utc(2027, 9, 5, 4, 0), 1380),
        // It is put back at midnight, so that the last hour of the day before comes twice.
        ("America/Santiago", utc(2027, 4, 3, 16, 0), utc(2027, 4, 3, 3, 0), 1500),
        // Told in local time of the evening before.
        ("America/Godthab", utc(2027, 3, 27, 16, 0), utc(2027, 3, 27, 2, 0), 1380),
        // No summer time.
        ("Asia/Kolkata", utc(2027, 3, 28, 10, 0), utc(2027, 3, 27, 18, 30), 1440),
        ("Africa/Casablanca", utc(2027, 3, 28, 10, 0), utc(2027, 3, 28, 0, 0), 1440),
    ] {
        assert_eq!(hours(name, noon), (start, minutes), "{name} at {noon}");
    }
}

#[test]
fn a_month_begins_and_ends_by_the_clock_of_its_own_days() {
    let month = |name: &str, at: u64| Window::Month(zone(name)).span(at);
    let march = Span { start_ms: utc(2027, 2, 28, 23, 0), end_ms: utc(2027, 3, 31, 22, 0) };
    assert_eq!(month("Europe/Berlin", utc(2027, 3, 1, 0, 0)), march);
    assert_eq!(month("Europe/Berlin", march.end_ms - 1), march);
    let october = Span { start_ms: utc(2027, 9, 30, 22, 0), end_ms: utc(2027, 10, 31, 23, 0) };
    assert_eq!(month("Europe/Berlin", october.start_ms), october);
    let april = Span { start_ms: utc(2027, 3, 31, 11, 0), end_ms: utc(2027, 4, 30, 12, 0) };
    assert_eq!(month("Pacific/Auckland", utc(2027, 4, 10, 0, 0)), april);
}

#[test]
fn a_fixed_distance_follows_no_summer_time() {
    for text in ["+02:00", "-05:30", "UTC"] {
        let window = Window::Day(zone(text));
        assert_eq!(zone(text).to_string(), text);
        for month in 1..=12 {
            let span = window.span(utc(2027, month, 10, 12, 0));
            assert_eq!(span.end_ms - span.start_ms, DAY_MS, "{text}");
        }
    }
    // An alias is its zone: environments that write either share their windows.
    let at = utc(2027, 7, 1, 0, 0);
    assert_eq!(Window::Day(zone("Asia/Calcutta")).span(at), Window::Day(zone("+05:30")).span(at));
}

#[test]
fn what_is_no_zone_is_refused() {
    for text in [
        "",
        "Z",
        "+1:00",
        "+15:00",
        "-12:01",
        "+00:60",
        "01:00",
        "+0a:00",
        "Europe/berlin",
        "#",
        "Europe/",
    ] {
        assert_eq!(text.parse::<Zone>(), Err(NotAZone), "{text}");
    }
}
