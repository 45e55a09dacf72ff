//! Moments as milliseconds since 1970, and their form in RFC 3339.

use mozaiks::{Code, Error};

/// Milliseconds of a second, an hour and a day.
pub const SECOND: i64 = 1_000;
pub const HOUR: i64 = 3_600 * SECOND;
pub const DAY: i64 = 24 * HOUR;

/// Days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;

/// 0000-01-01 and the day after 9999-12-31: what four digits of a year can name.
const FIRST: i64 = -719_528 * DAY;
const PAST: i64 = 2_932_897 * DAY;

/// The number of a day since 1970-01-01 in the proleptic Gregorian calendar. Years begin with March here, so that the
/// leap day is the last of its year (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - (month <= 2) as i64;
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of `days_from_civil`: year, month and day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let day_of_era = days.rem_euclid(ERA);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = (march_month + 2) % 12 + 1;
    let year = year_of_era + days.div_euclid(ERA) * 400 + (month <= 2) as i64;
    (year, month, day_of_year - (153 * march_month + 2) / 5 + 1)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads a time of RFC 3339 with any offset, cut to milliseconds. `invalid_argument` for anything else.
pub fn parse(text: &str) -> Result<i64, Error> {
    read(text).ok_or_else(|| Error::new(Code::InvalidArgument, "no time of RFC 3339").with("time", text))
}

fn read(text: &str) -> Option<i64> {
    let mut rest = text.as_bytes();
    let year = digits(&mut rest, 4)?;
    mark(&mut rest, b"-")?;
    let month = digits(&mut rest, 2).filter(|month| (1..=12).contains(month))?;
    mark(&mut rest, b"-")?;
    let day = digits(&mut rest, 2).filter(|day| (1..=days_of_month(year, month)).contains(day))?;
    mark(&mut rest, b"Tt")?;
    let hour = digits(&mut rest, 2).filter(|&hour| hour < 24)?;
    mark(&mut rest, b":")?;
    let minute = digits(&mut rest, 2).filter(|&minute| minute < 60)?;
    mark(&mut rest, b":")?;
    let second = digits(&mut rest, 2).filter(|&second| second < 60)?;
    let mut millis = 0;
    if mark(&mut rest, b".").is_some() {
        let mut unit = 100;
        digits(&mut &rest[..], 1)?;
        while let Some(digit) = digits(&mut rest, 1) {
            millis += digit * unit;
            unit /= 10;
        }
    }
    let offset = match mark(&mut rest, b"Zz+-")? {
        b'Z' | b'z' => 0,
        sign => {
            let hours = digits(&mut rest, 2).filter(|&hours| hours < 24)?;
            mark(&mut rest, b":")?;
            let minutes = digits(&mut rest, 2).filter(|&minutes| minutes < 60)?;
            (hours * 60 + minutes) * 60 * if sign == b'+' { 1 } else { -1 }
        }
    };
    let seconds = (hour * 60 + minute) * 60 + second - offset;
    let moment = days_from_civil(year, month, day) * DAY + seconds * SECOND + millis;
    Some(moment).filter(|moment| rest.is_empty() && (FIRST..PAST).contains(moment))
}

/// Takes exactly `count` digits.
fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let mut number = 0;
    for &byte in rest.get(..count)? {
        number = number * 10 + i64::from(char::from(byte).to_digit(10)?);
    }
    *rest = rest.get(count..)?;
    Some(number)
}

/// Takes one of these bytes.
fn mark(rest: &mut &[u8], any: &[u8]) -> Option<u8> {
    let (&byte, after) = rest.split_first()?;
    if !any.contains(&byte) {
        return None;
    }
    *rest = after;
    Some(byte)
}

/// The form in which times are kept: UTC with milliseconds. `invalid_argument` past the year 9999.
pub fn format(moment: i64) -> Result<String, Error> {
    if !(FIRST..PAST).contains(&moment) {
        return Err(Error::new(Code::InvalidArgument, "the time is past the year 9999"));
    }
    let (year, month, day) = civil_from_days(moment.div_euclid(DAY));
    let (seconds, millis) = (moment.rem_euclid(DAY) / SECOND, moment.rem_euclid(SECOND));
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    Ok(format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", year, month, day, hour, minute, second, millis))
}

#[cfg(test)]
mod test {
    use super::*;

    #[test]
    fn every_form_of_rfc_3339_is_read() {
        let cases = [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
            ("2026-03-02T08:15:00.000Z", "2026-03-02T08:15:00.000Z"),
            ("2026-03-02t08:15:00.1z", "2026-03-02T08:15:00.100Z"),
            ("2026-03-02T08:15:00.123999Z", "2026-03-02T08:15:00.123Z"),
            ("2026-03-02T00:15:00+05:45", "2026-03-01T18:30:00.000Z"),
            ("2026-02-28T23:30:00-01:00", "2026-03-01T00:30:00.000Z"),
            ("2024-02-29T12:00:00-00:00", "2024-02-29T12:00:00.000Z"),
            ("2000-02-29T23:59:59.999Z", "2000-02-29T23:59:59.999Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.999Z"),
            ("1969-12-31T23:59:59.001Z", "1969-12-31T23:59:59.001Z"),
        ];
        for (text, want) in cases {
            assert_eq!(parse(text).and_then(format).as_deref(), Ok(want), "{}", text);
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let cases = [
            "",
            "2026-03-02",
            "2026-03-02T08:15:00",
            "2026-03-02 08:15:00Z",
            "2026-3-02T08:15:00Z",
            "2026-00-02T08:15:00Z",
            "2026-13-02T08:15:00Z",
            "2026-02-29T08:15:00Z",
            "1900-02-29T08:15:00Z",
            "2026-04-31T08:15:00Z",
            "2026-03-00T08:15:00Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T08:60:00Z",
            "2026-03-02T08:15:60Z",
            "2026-03-02T08:15:00.Z",
            "2026-03-02T08:15:00+0100",
            "2026-03-02T08:15:00+24:00",
            "2026-03-02T08:15:00+01:60",
            "2026-03-02T08:15:00ZZ",
            "+026-03-02T08:15:00Z",
            "2026-03-02T08:15:٠٠Z",
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
        ];
        for text in cases {
            let error = parse(text).expect_err(text);
            assert_eq!(error.code, Code::InvalidArgument, "{}", text);
        }
    }

    // The calendar walked day by day, from the rule for the lengths of months alone.
    #[test]
    fn days_follow_one_another() {
        let (mut year, mut month, mut day) = (0, 1, 1);
        for number in FIRST / DAY..PAST / DAY {
            assert_eq!(days_from_civil(year, month, day), number);
            assert_eq!(civil_from_days(number), (year, month, day));
            day += 1;
            if day > days_of_month(year, month) {
                (day, month) = (1, month + 1);
            }
            if month > 12 {
                (month, year) = (1, year + 1);
            }
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
    }

    #[test]
    fn a_moment_past_four_digits_has_no_form() {
        assert!(format(PAST - 1).is_ok());
        assert!(format(PAST).is_err());
    }
}
