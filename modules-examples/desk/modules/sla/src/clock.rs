//! The clock of a ticket: what is due when, what happened, and what came too late.

use crate::date;
use crate::setting;
use mozaiks::{object, record, Code, Collection, Context, Error, Json};

record! {
    /// A document of the collection `clocks`, and the answer of the action `clock`.
    pub struct Clock {
        pub ticket_id: String,
        pub customer_id: String,
        pub priority: String,
        pub opened_at: String,
        pub response_due_at: String,
        pub resolve_due_at: String,
        pub first_response_at: Option<String>,
        pub closed_at: Option<String>,
        pub response_breached: bool,
        pub resolve_breached: bool,
    }
}

pub const CLOCKS: Collection<Clock> = Collection::new("clocks");

/// The key of a ticket's clock.
pub fn key(ticket_id: &str) -> Json {
    object! { "ticket_id": ticket_id }
}

impl Clock {
    /// The clock of a ticket as it is kept, if it is.
    pub fn find(ctx: &Context, ticket_id: &str) -> Result<Option<Clock>, Error> {
        Ok(CLOCKS.get_by(ctx, key(ticket_id))?.map(|document| document.value))
    }

    /// A clock that has just begun to run: it is due by the settings of now.
    pub fn start(
        ctx: &Context,
        ticket_id: &str,
        customer_id: &str,
        priority: &str,
        opened_at: &str,
    ) -> Result<Clock, Error> {
        let opened = date::parse(opened_at)?;
        let terms = setting::terms(ctx, priority)?;
        Ok(Clock {
            ticket_id: ticket_id.to_string(),
            customer_id: customer_id.to_string(),
            priority: priority.to_string(),
            opened_at: date::format(opened)?,
            response_due_at: date::format(terms.hours.after(opened, terms.response_hours))?,
            resolve_due_at: date::format(terms.hours.after(opened, terms.resolve_hours))?,
            first_response_at: None,
            closed_at: None,
            response_breached: false,
            resolve_breached: false,
        })
    }
}

record! {
    /// The input of the action `clock`.
    pub struct ClockInput { ticket_id: String }
}

record! {
    /// Its output.
    pub struct ClockOutput { clock: Clock }
}

/// The action `clock`.
pub fn show(ctx: &Context, input: ClockInput) -> Result<ClockOutput, Error> {
    match Clock::find(ctx, &input.ticket_id)? {
        Some(clock) => Ok(ClockOutput { clock }),
        None => Err(Error::new(Code::NotFound, "no clock runs for this ticket").with("ticket_id", input.ticket_id)),
    }
}
