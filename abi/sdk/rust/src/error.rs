use crate::code::Code;
use crate::json::{put, Json};
use std::collections::BTreeMap;
use std::fmt;

/// What an operation refuses with, and what a handler may refuse with. A handler's error undoes all effects of its call.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// What kind of refusal it is.
    pub code: Code,
    /// One sentence for people.
    pub message: String,
    /// More for machines; a domain's own word goes under `reason`. Empty means none.
    pub details: BTreeMap<String, Json>,
}

impl Error {
    /// An error without details.
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Error { code, message: message.into(), details: BTreeMap::new() }
    }

    /// The same error with one more detail.
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Error {
        put(&mut self.details, name, value.into());
        self
    }

    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        self.code.retryable()
    }

    /// A value that is not of the wanted form; [`Error::inside`] says where it stands.
    #[inline(never)]
    pub(crate) fn form(wanted: &str) -> Error {
        Error::new(Code::InvalidArgument, format!("not {}", wanted)).with("path", "$")
    }

    /// The same error, with its place one level further down: `segment` is `.name` or `[3]`.
    pub(crate) fn inside(mut self, segment: &str) -> Error {
        if let Some(Json::String(path)) = self.details.get_mut("path") {
            if let Some(rest) = path.strip_prefix('$') {
                *path = format!("${}{}", segment, rest);
            }
        }
        self
    }

    /// The same for the member of that name.
    #[inline(never)]
    pub(crate) fn below(self, name: &str) -> Error {
        self.inside(&format!(".{}", name))
    }

    /// An answer of the host that does not have the form it should have.
    pub(crate) fn answer(operation: &str, why: &str) -> Error {
        Error::new(Code::Internal, format!("{}: {}", operation, why))
    }

    pub(crate) fn into_json(self) -> Json {
        let mut body = BTreeMap::new();
        put(&mut body, "code", Json::from(self.code.as_str()));
        put(&mut body, "message", Json::String(self.message));
        if !self.details.is_empty() {
            put(&mut body, "details", Json::Object(self.details));
        }
        Json::Object(body)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        f.write_str(": ")?;
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod test {
    use super::*;
    use crate::object;

    #[test]
    fn an_error_is_written_without_empty_details() {
        let error = Error::new(Code::NotFound, "no such ticket");
        assert_eq!(error.clone().into_json(), object! { "code": "not_found", "message": "no such ticket" });
        assert_eq!(
            error.with("reason", "gone").into_json(),
            object! { "code": "not_found", "message": "no such ticket", "details": object! { "reason": "gone" } }
        );
    }

    #[test]
    fn a_place_grows_from_the_inside() {
        let error = Error::form("a string").inside("[3]").inside(".tags");
        assert_eq!(error.details.get("path"), Some(&Json::from("$.tags[3]")));
    }

    #[test]
    fn an_error_reads_as_its_code_and_message() {
        assert_eq!(Error::new(Code::Busy, "later").to_string(), "busy: later");
    }
}
