use crate::json::Json;
use crate::{object, record};

/// An event to publish with [`Context::emit`](crate::Context::emit).
#[derive(Clone, Debug, PartialEq)]
pub struct Event(Json);

impl Event {
    /// An event of a declared type. The payload must fit the declaration's schema, or the whole call fails.
    pub fn new(event_type: &str, payload: impl Into<Json>) -> Event {
        Event(object! { "type": event_type, "payload": payload.into() })
    }

    /// The same event, published once for that key: a later one of the same type and key stores nothing.
    pub fn key(mut self, key: &str) -> Event {
        if let Json::Object(members) = &mut self.0 {
            members.insert("event_key".to_string(), Json::from(key));
        }
        self
    }
}

impl From<Event> for Json {
    fn from(event: Event) -> Json {
        event.0
    }
}

record! {
    /// What became of an event.
    pub struct Emitted {
        /// Its id; that of the first one for a duplicate.
        pub event_id: String,
        /// Whether an event of this type and key was published before.
        pub duplicate: bool,
    }
}
