//! The action `report`: how a tenant's tickets stand.

use crate::clock::CLOCKS;
use crate::date;
use mozaiks::{record, Context, Error, Filter, Json};

/// How far the host counts at most. A number that reaches it stands for "that many or more".
const COUNT_CAP: u32 = 100_000;

record! {
    /// The input of the action `report`.
    pub struct ReportInput { as_of: Option<String> }
}

record! {
    /// Its output.
    pub struct Report {
        tickets: i64,
        responded: i64,
        closed: i64,
        response_breaches: i64,
        resolve_breaches: i64,
        overdue_responses: i64,
        overdue_resolves: i64,
    }
}

/// The action `report`.
pub fn report(ctx: &Context, input: ReportInput) -> Result<Report, Error> {
    let as_of = match input.as_of {
        Some(text) => date::parse(&text)?,
        None => ctx.now()?.unix_ms,
    };
    let as_of = date::format(as_of)?;
    let count = |filter| CLOCKS.count(ctx, filter, Some(COUNT_CAP)).map(|counted| counted.count);
    // What has not happened is not breached yet; saying so lets the index of breaches and due times answer.
    let overdue = |fact, flag, due| Filter::new().eq(flag, false).lt(due, &as_of).eq(fact, Json::Null);
    Ok(Report {
        tickets: count(Filter::new())?,
        responded: count(Filter::new().ne("first_response_at", Json::Null))?,
        closed: count(Filter::new().ne("closed_at", Json::Null))?,
        response_breaches: count(Filter::new().eq("response_breached", true))?,
        resolve_breaches: count(Filter::new().eq("resolve_breached", true))?,
        overdue_responses: count(overdue("first_response_at", "response_breached", "response_due_at"))?,
        overdue_resolves: count(overdue("closed_at", "resolve_breached", "resolve_due_at"))?,
    })
}

#[cfg(test)]
mod test {
    use super::*;
    use mozaiks::object;
    use mozaiks::testkit::{call, FakeHost};

    fn expect_counts(host: &FakeHost, as_of: &str) {
        let filters = [
            None,
            Some(object! { "first_response_at": object! { "$ne": Json::Null } }),
            Some(object! { "closed_at": object! { "$ne": Json::Null } }),
            Some(object! { "response_breached": object! { "$eq": true } }),
            Some(object! { "resolve_breached": object! { "$eq": true } }),
            Some(object! {
                "response_breached": object! { "$eq": false },
                "response_due_at": object! { "$lt": as_of },
                "first_response_at": object! { "$eq": Json::Null },
            }),
            Some(object! {
                "resolve_breached": object! { "$eq": false },
                "resolve_due_at": object! { "$lt": as_of },
                "closed_at": object! { "$eq": Json::Null },
            }),
        ];
        for (i, filter) in filters.into_iter().enumerate() {
            let request = match filter {
                Some(filter) => object! { "collection": "clocks", "cap": 100_000, "filter": filter },
                None => object! { "collection": "clocks", "cap": 100_000 },
            };
            host.expect("data_count", request).answer(object! { "count": 70 - i as i64 * 10, "capped": false });
        }
    }

    fn want() -> Json {
        object! {
            "tickets": 70, "responded": 60, "closed": 50, "response_breaches": 40, "resolve_breaches": 30,
            "overdue_responses": 20, "overdue_resolves": 10,
        }
    }

    #[test]
    fn a_report_counts_as_of_now() {
        let host = FakeHost::new();
        host.at("2026-03-02T08:15:00.000Z", 1_772_439_300_000);
        expect_counts(&host, "2026-03-02T08:15:00.000Z");
        assert_eq!(call(report, object! {}), Ok(want()));
    }

    #[test]
    fn a_report_counts_as_of_any_time() {
        let host = FakeHost::new();
        expect_counts(&host, "2026-03-02T23:15:00.500Z");
        assert_eq!(call(report, object! { "as_of": "2026-03-03T00:15:00.5+01:00" }), Ok(want()));
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        let _host = FakeHost::new();
        assert_eq!(call(report, object! { "as_of": "soon" }).unwrap_err().code, mozaiks::Code::InvalidArgument);
    }
}
