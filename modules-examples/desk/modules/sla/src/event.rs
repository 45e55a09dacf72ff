//! The reactions. Each event carries what a clock begins with, so that any of them may be the first to arrive.

use crate::clock::{key, Clock, CLOCKS};
use crate::date;
use mozaiks::{object, record, Context, Error, Event, Patch, Target};

const BREACHED: &str = "domain.sla.breached";

record! {
    /// What is read of the payload of ticket_opened.
    pub struct Opened {
        ticket_id: String,
        customer_id: String,
        priority: String,
        opened_at: String,
    }
}

record! {
    /// What is read of the payload of ticket_commented.
    pub struct Commented {
        ticket_id: String,
        customer_id: String,
        priority: String,
        opened_at: String,
        assignee_id: Option<String>,
        at: String,
        first_response: bool,
    }
}

record! {
    /// What is read of the payload of ticket_closed.
    pub struct Closed {
        ticket_id: String,
        customer_id: String,
        priority: String,
        opened_at: String,
        assignee_id: Option<String>,
        closed_at: String,
    }
}

record! {
    /// What a reaction answers: whether what it was told of came too late.
    pub struct Noted { ticket_id: String, breached: bool }
}

/// One of the two things that are due.
struct Kind {
    name: &'static str,
    fact: &'static str,
    flag: &'static str,
}

const RESPONSE: Kind = Kind { name: "response", fact: "first_response_at", flag: "response_breached" };
const RESOLVE: Kind = Kind { name: "resolve", fact: "closed_at", flag: "resolve_breached" };

/// A thing that was due, and when it was done.
struct Fact<'a> {
    kind: Kind,
    at: &'a str,
    assignee_id: Option<String>,
}

/// The internal action `on_opened`.
pub fn on_opened(ctx: &Context, e: Opened) -> Result<Noted, Error> {
    note(ctx, e, None)
}

/// The internal action `on_commented`. Only the first response counts.
pub fn on_commented(ctx: &Context, e: Commented) -> Result<Noted, Error> {
    if !e.first_response {
        return Ok(Noted { ticket_id: e.ticket_id, breached: false });
    }
    let fact = Fact { kind: RESPONSE, at: &e.at, assignee_id: e.assignee_id };
    let opened =
        Opened { ticket_id: e.ticket_id, customer_id: e.customer_id, priority: e.priority, opened_at: e.opened_at };
    note(ctx, opened, Some(fact))
}

/// The internal action `on_closed`.
pub fn on_closed(ctx: &Context, e: Closed) -> Result<Noted, Error> {
    let fact = Fact { kind: RESOLVE, at: &e.closed_at, assignee_id: e.assignee_id };
    let opened =
        Opened { ticket_id: e.ticket_id, customer_id: e.customer_id, priority: e.priority, opened_at: e.opened_at };
    note(ctx, opened, Some(fact))
}

/// Starts the ticket's clock if it does not run yet, and sets what is known of it now. A clock that runs keeps its due
/// times, so that new settings hold for new tickets and a fact is judged by what the clock shows.
fn note(ctx: &Context, e: Opened, fact: Option<Fact>) -> Result<Noted, Error> {
    let clock = match Clock::find(ctx, &e.ticket_id)? {
        Some(clock) => clock,
        None => Clock::start(ctx, &e.ticket_id, &e.customer_id, &e.priority, &e.opened_at)?,
    };
    let mut patch = Patch::new()
        .set_on_insert("customer_id", &clock.customer_id)
        .set_on_insert("priority", &clock.priority)
        .set_on_insert("opened_at", &clock.opened_at)
        .set_on_insert("response_due_at", &clock.response_due_at)
        .set_on_insert("resolve_due_at", &clock.resolve_due_at);
    let mut breach = None;
    for kind in [RESPONSE, RESOLVE] {
        match &fact {
            Some(fact) if fact.kind.name == kind.name => {
                let at = date::parse(fact.at)?;
                let due_at = if kind.name == RESPONSE.name { &clock.response_due_at } else { &clock.resolve_due_at };
                let late = at > date::parse(due_at)?;
                let at = date::format(at)?;
                patch = patch.set(kind.fact, &at).set(kind.flag, late);
                if late {
                    breach = Some((due_at, at, fact));
                }
            }
            _ => patch = patch.set_on_insert(kind.flag, false),
        }
    }
    CLOCKS.upsert(Target::key(key(&e.ticket_id)), patch).run(ctx)?;
    let breached = breach.is_some();
    if let Some((due_at, at, fact)) = breach {
        let payload = object! {
            "ticket_id": &e.ticket_id,
            "customer_id": &clock.customer_id,
            "kind": fact.kind.name,
            "due_at": due_at,
            "at": at,
            "assignee_id": fact.assignee_id.clone(),
        };
        ctx.emit(Event::new(BREACHED, payload).key(&format!("{}.{}", e.ticket_id, fact.kind.name)))?;
    }
    Ok(Noted { ticket_id: e.ticket_id, breached })
}
