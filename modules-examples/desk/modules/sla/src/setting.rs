//! What the app may set: when people work, and how many hours each priority has.

use crate::business::Hours;
use crate::date::HOUR;
use mozaiks::{Code, Context, Error};

/// The terms for tickets of one priority.
pub struct Terms {
    pub hours: Hours,
    pub response_hours: i64,
    pub resolve_hours: i64,
}

/// Reads the terms as they hold for this call.
pub fn terms(ctx: &Context, priority: &str) -> Result<Terms, Error> {
    let response = format!("response_hours_{}", priority);
    let resolve = format!("resolve_hours_{}", priority);
    let settings = ctx.settings(&["utc_offset_minutes", "day_start_hour", "day_end_hour", &response, &resolve])?;
    let hours = Hours {
        offset: settings.int("utc_offset_minutes")? * 60_000,
        start: settings.int("day_start_hour")? * HOUR,
        end: settings.int("day_end_hour")? * HOUR,
    };
    // Each hour has its bounds in the declaration; that they stand in order is not for it to say.
    if hours.start >= hours.end {
        let message = "day_start_hour is not before day_end_hour: there is no business time";
        return Err(Error::new(Code::Failed, message).with("reason", "no_business_time"));
    }
    Ok(Terms { hours, response_hours: settings.int(&response)?, resolve_hours: settings.int(&resolve)? })
}
