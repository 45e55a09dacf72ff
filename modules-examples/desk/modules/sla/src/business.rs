//! Business time: Monday to Friday, from one hour to another of local time.

use crate::date::{DAY, HOUR};

/// When people work. Local time is UTC plus an offset that never changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hours {
    /// Milliseconds that local time is ahead of UTC.
    pub offset: i64,
    /// Milliseconds from midnight to the start of work.
    pub start: i64,
    /// Milliseconds from midnight to the end of work, past the start.
    pub end: i64,
}

impl Hours {
    /// The moment at which that many hours of business time have passed since `from`. Hours that are used up exactly at
    /// the end of a day end there, not the next morning. Needs a day with business time in it, else it has no answer.
    pub fn after(&self, from: i64, hours: i64) -> i64 {
        let mut left = hours * HOUR;
        if left <= 0 {
            return from;
        }
        let mut local = from + self.offset;
        loop {
            let midnight = local.div_euclid(DAY) * DAY;
            if is_business_day(midnight) {
                let begin = local.max(midnight + self.start);
                let there = (midnight + self.end - begin).max(0);
                if left <= there {
                    return begin + left - self.offset;
                }
                left -= there;
            }
            local = midnight + DAY;
        }
    }
}

/// Whether a local midnight begins a Monday, Tuesday, Wednesday, Thursday or Friday. The first day of 1970 was a Thursday.
fn is_business_day(midnight: i64) -> bool {
    (midnight / DAY + 3).rem_euclid(7) < 5
}

#[cfg(test)]
mod test {
    use super::*;
    use crate::date;

    const NINE_TO_FIVE: Hours = Hours { offset: 0, start: 9 * HOUR, end: 17 * HOUR };
    const MINUTE: i64 = 60_000;

    fn due(hours: Hours, from: &str, count: i64) -> String {
        date::format(hours.after(date::parse(from).unwrap(), count)).unwrap()
    }

    // 2026-03-02 is a Monday.
    #[test]
    fn business_time_passes_on_business_days_alone() {
        let cases = [
            // Within a day, and before it begins.
            ("2026-03-02T10:00:00Z", 1, "2026-03-02T11:00:00.000Z"),
            ("2026-03-02T00:00:00Z", 1, "2026-03-02T10:00:00.000Z"),
            ("2026-03-02T08:59:59.999Z", 1, "2026-03-02T10:00:00.000Z"),
            ("2026-03-02T09:00:00.001Z", 1, "2026-03-02T10:00:00.001Z"),
            // Up to the end of a day and past it.
            ("2026-03-02T09:00:00Z", 8, "2026-03-02T17:00:00.000Z"),
            ("2026-03-02T16:00:00Z", 1, "2026-03-02T17:00:00.000Z"),
            ("2026-03-02T16:00:00.001Z", 1, "2026-03-03T09:00:00.001Z"),
            ("2026-03-02T17:00:00Z", 1, "2026-03-03T10:00:00.000Z"),
            ("2026-03-02T23:00:00Z", 16, "2026-03-04T17:00:00.000Z"),
            // Over weekends.
            ("2026-03-06T16:30:00Z", 1, "2026-03-09T09:30:00.000Z"),
            ("2026-03-07T12:00:00Z", 4, "2026-03-09T13:00:00.000Z"),
            ("2026-03-08T23:59:59.999Z", 8, "2026-03-09T17:00:00.000Z"),
            ("2026-03-02T09:00:00Z", 40, "2026-03-06T17:00:00.000Z"),
            ("2026-03-02T10:00:00Z", 40, "2026-03-09T10:00:00.000Z"),
            ("2026-03-05T13:00:00Z", 80, "2026-03-19T13:00:00.000Z"),
            // Before 1970.
            ("1969-12-26T16:00:00Z", 2, "1969-12-29T10:00:00.000Z"),
        ];
        for (from, count, want) in cases {
            assert_eq!(due(NINE_TO_FIVE, from, count), want, "{} + {} h", from, count);
        }
    }

    #[test]
    fn the_day_is_that_of_local_time() {
        let tokyo = Hours { offset: 9 * HOUR, ..NINE_TO_FIVE };
        assert_eq!(due(tokyo, "2026-03-01T23:30:00Z", 1), "2026-03-02T01:00:00.000Z");
        assert_eq!(due(tokyo, "2026-03-06T08:00:00Z", 1), "2026-03-09T01:00:00.000Z");
        let newfoundland = Hours { offset: -210 * MINUTE, ..NINE_TO_FIVE };
        assert_eq!(due(newfoundland, "2026-03-07T01:00:00Z", 1), "2026-03-09T13:30:00.000Z");
    }

    #[test]
    fn a_day_may_be_whole() {
        let always = Hours { offset: 0, start: 0, end: DAY };
        assert_eq!(due(always, "2026-03-02T00:00:00Z", 24), "2026-03-03T00:00:00.000Z");
        assert_eq!(due(always, "2026-03-06T12:00:00Z", 12), "2026-03-07T00:00:00.000Z");
        assert_eq!(due(always, "2026-03-06T12:00:00Z", 13), "2026-03-09T01:00:00.000Z");
    }

    /// The same by the plainest means: minute after minute is looked at, and counted if it is one of business.
    fn minute_by_minute(hours: Hours, from: i64, count: i64) -> i64 {
        let (mut now, mut left) = (from, count * 60);
        loop {
            let local = now + hours.offset;
            let weekday = (local.div_euclid(DAY) + 3).rem_euclid(7); // 0 is Monday
            let time = local.rem_euclid(DAY);
            now += MINUTE;
            if weekday < 5 && time >= hours.start && time < hours.end {
                left -= 1;
                if left == 0 {
                    return now;
                }
            }
        }
    }

    #[test]
    fn it_agrees_with_counting_minutes() {
        let mut seed: u64 = 20_260_302;
        let mut below = |bound: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % bound) as i64
        };
        for _ in 0..1_500 {
            let start = below(24);
            let end = start + 1 + below(24 - start as u64);
            let hours = Hours { offset: (below(1_681) - 840) * MINUTE, start: start * HOUR, end: end * HOUR };
            let from = below(60 * 365 * 24 * 60) * MINUTE - 15 * 365 * DAY;
            let count = 1 + below(60);
            assert_eq!(
                hours.after(from, count),
                minute_by_minute(hours, from, count),
                "{:?} {} {}",
                hours,
                from,
                count
            );
        }
    }

    // What counting minutes cannot see: moments between them move the due time by as much, or not at all where the
    // ticket came in outside of business time.
    #[test]
    fn it_never_runs_backwards() {
        let monday = date::parse("2026-03-02T00:00:00Z").unwrap();
        let mut before = i64::MIN;
        for step in 0..7 * 24 * 60 {
            let from = monday + step * MINUTE + 17;
            let due = NINE_TO_FIVE.after(from, 5);
            assert!(due >= before && due > from);
            before = due;
        }
    }
}
