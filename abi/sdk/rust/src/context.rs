use crate::base64;
use crate::error::Error;
use crate::event::{Emitted, Event};
use crate::json::Json;
use crate::log::Level;
use crate::operation::{self, read};
use crate::setting::Settings;
use crate::write::{Op, Written};
use crate::{object, record};

/// The call that a handler runs in. Whose data it sees, and what it may do, is the host's to know; a handler asks.
#[derive(Debug)]
pub struct Context {
    _private: (),
}

record! {
    /// Who is asking, for what, and why.
    pub struct Invocation {
        /// The call's id, also in the logs of the host.
        pub invocation_id: String,
        /// The application.
        pub app: String,
        /// The tenant, if the call has one.
        pub tenant: Option<String>,
        /// The workspace, if the call has one.
        pub workspace: Option<String>,
        /// The user's id, if the call has one; never a name or address.
        pub user: Option<String>,
        /// This module's id.
        pub module: String,
        /// This module's version.
        pub module_version: String,
        /// The action that is run, if it is one.
        pub action: Option<String>,
        /// By which way the call came.
        pub surface: String,
        /// `read`, `write` or `external`.
        pub effects: String,
        /// The permissions that the call holds.
        pub permissions: Vec<String>,
        /// The roles of the caller.
        pub roles: Vec<String>,
        /// Joins all that follows from one request.
        pub correlation_id: String,
        /// What caused this call.
        pub causation_id: String,
        /// How many events stand between the first call and this one.
        pub depth: i64,
        /// How many calls between modules do.
        pub call_depth: i64,
        /// The call's time, RFC 3339.
        pub now: String,
        /// The lowest level of log lines that are kept.
        pub log_level: String,
        /// The envelope of the event that is reacted to, without its data.
        pub event: Option<Json>,
    }
}

record! {
    /// The call's time, the same from its first to its last instruction.
    pub struct Now {
        /// RFC 3339 in UTC with milliseconds.
        pub now: String,
        /// Milliseconds since 1970.
        pub unix_ms: i64,
    }
}

/// How many random bytes the host gives at once.
const RANDOM_MAX: usize = 4096;

impl Context {
    pub(crate) fn new() -> Context {
        Context { _private: () }
    }

    /// The facts of the call.
    pub fn invocation(&self) -> Result<Invocation, Error> {
        read("context", operation::context(object! {})?)
    }

    /// The call's time.
    pub fn now(&self) -> Result<Now, Error> {
        read("clock", operation::clock(object! {})?)
    }

    /// `n` bytes of the call's own random stream, which is unpredictable from outside but the same when the call is
    /// run again.
    pub fn random(&self, n: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::with_capacity(n);
        while bytes.len() < n {
            let want = (n - bytes.len()).min(RANDOM_MAX);
            let answer = operation::random(object! { "bytes": want as i64 })?;
            match answer.get("base64").and_then(Json::as_str).and_then(base64::decode) {
                Some(more) if more.len() == want => bytes.extend(more),
                _ => return Err(Error::answer("random", "other bytes than were asked for")),
            }
        }
        Ok(bytes)
    }

    /// The module's settings of these ids as they hold for this call; all of them for no ids.
    pub fn settings(&self, ids: &[&str]) -> Result<Settings, Error> {
        let request = if ids.is_empty() {
            object! {}
        } else {
            object! { "ids": ids.to_vec() }
        };
        read("settings_get", operation::settings_get(request)?)
    }

    /// Runs up to 100 changes, in order, all or nothing. Answers one result for each.
    pub fn write(&self, ops: Vec<Op>) -> Result<Vec<Written>, Error> {
        let count = ops.len();
        let mut answer = operation::data_write(object! { "ops": ops })?;
        let results: Vec<Written> = read("data_write", answer.take("results").unwrap_or_default())?;
        if results.len() != count {
            return Err(Error::answer("data_write", "another number of results than of changes"));
        }
        Ok(results)
    }

    /// Publishes an event when the call commits.
    pub fn emit(&self, event: Event) -> Result<Emitted, Error> {
        read("event_emit", operation::event_emit(event.into())?)
    }

    /// Writes a line to the host's log, at once and whatever becomes of the call. `fields` is an object of up to 16
    /// members; an empty one is left out.
    pub fn log(&self, level: Level, message: &str, fields: Json) {
        let mut request = object! { "level": level.as_str(), "message": message };
        if let (Json::Object(members), Json::Object(given)) = (&mut request, fields) {
            if !given.is_empty() {
                members.insert("fields".to_string(), Json::Object(given));
            }
        }
        // A line that the host does not take is no reason for a call to fail.
        let _ = operation::log(request);
    }
}
