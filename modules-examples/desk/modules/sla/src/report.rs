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
