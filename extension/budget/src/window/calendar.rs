//! The Gregorian calendar, in days since 1970.

/// The year that a day is in, and its month, counted from March as 0.
pub(super) fn year_and_month(day: i64) -> (i64, i64) {
    // Counted from 1 March of year 0, so that a leap day is the last of its year; 400 years have
    // 146,097 days.
    let since_march = day.saturating_add(719_468);
    let (era, of_era) = (since_march.div_euclid(146_097), since_march.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    (year + era * 400, (5 * of_year + 2) / 153)
}

/// The first day of the month that a day is in, and that of the month after it.
pub(super) fn month(day: i64) -> (i64, i64) {
    let (year, from_march) = year_and_month(day);
    (first_day(year, from_march), first_day(year, from_march + 1))
}

/// The day since 1970 of the first of a month, counted from March; the 12th is the next March.
pub(super) fn first_day(year: i64, from_march: i64) -> i64 {
    let (year, from_march) = (year + from_march.div_euclid(12), from_march.rem_euclid(12));
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * from_march + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The so-many-th of a weekday in a month (the fifth is the last one): Sunday is 0, January 1.
pub(super) fn weekday(year: i64, month: i64, week: i64, weekday: i64) -> i64 {
    let (first, next) = (first_day(year, month - 3), first_day(year, month - 2));
    // 1 January 1970 was a Thursday.
    let day = first + (weekday - first - 4).rem_euclid(7) + (week - 1) * 7;
    if day < next { day } else { day - 7 }
}
