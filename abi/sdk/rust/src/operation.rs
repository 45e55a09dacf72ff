use crate::code::Code;
use crate::error::Error;
use crate::json::Json;
use std::collections::BTreeMap;

// Each operation is a function of its own, so that the linker drops the import of an operation that a module never
// calls: an import without its grant would be refused when the module is loaded.
macro_rules! operations {
    ($($name:ident)*) => {
        #[cfg(target_arch = "wasm32")]
        mod import {
            #[link(wasm_import_module = "mozaiks_v1")]
            extern "C" {
                $(pub fn $name(request_ptr: u32, request_len: u32) -> u64;)*
            }
        }

        $(pub(crate) fn $name(request: Json) -> Result<Json, Error> {
            let request = request.to_text()?;
            #[cfg(target_arch = "wasm32")]
            let answer = crate::guest::take(unsafe { import::$name(request.as_ptr() as u32, request.len() as u32) });
            #[cfg(not(target_arch = "wasm32"))]
            let answer = crate::testkit::ask(stringify!($name), &request);
            decode(stringify!($name), &answer)
        })*
    };
}

operations! {
    context settings_get data_get data_query data_count data_write event_emit log clock random
}

/// Reads a host's answer. No bytes at all stand for `{"ok": null}`.
fn decode(operation: &str, answer: &[u8]) -> Result<Json, Error> {
    if answer.is_empty() {
        return Ok(Json::Null);
    }
    let mut answer = Json::parse(answer).unwrap_or_default();
    if answer.as_object().map_or(0, |members| members.len()) == 1 {
        if let Some(value) = answer.take("ok") {
            return Ok(value);
        }
        if let Some(body @ Json::Object(_)) = answer.take("error") {
            return Err(refusal(body));
        }
    }
    Err(Error::answer(operation, "the host's answer has another shape"))
}

fn refusal(mut body: Json) -> Error {
    let code = body.get("code").and_then(Json::as_str).and_then(Code::of).unwrap_or(Code::Internal);
    let message = match body.take("message") {
        Some(Json::String(message)) => message,
        _ => String::new(),
    };
    let details = match body.take("details") {
        Some(Json::Object(details)) => details,
        _ => BTreeMap::new(),
    };
    Error { code, message, details }
}

/// Reads the value of an answer as a type. What does not fit is the host's fault, not that of the module's caller.
pub(crate) fn read<T: crate::FromJson>(operation: &str, value: Json) -> Result<T, Error> {
    T::from_json(value).map_err(|error| {
        let at = error.details.get("path").and_then(Json::as_str).unwrap_or("$").to_string();
        Error::answer(operation, &format!("{} in the answer: {}", at, error.message))
    })
}

#[cfg(test)]
mod test {
    use super::*;
    use crate::object;

    #[test]
    fn an_answer_has_one_member() {
        assert_eq!(decode("log", b""), Ok(Json::Null));
        assert_eq!(decode("log", br#"{"ok":null}"#), Ok(Json::Null));
        assert_eq!(decode("clock", br#"{"ok":{"unix_ms":5}}"#), Ok(object! { "unix_ms": 5 }));
        for shape in ["{}", "[]", "null", "{\"ok\":1,\"error\":{}}", "{\"error\":1}", "{\"no\":1}", "{\"ok\":1"] {
            assert_eq!(decode("clock", shape.as_bytes()).unwrap_err().code, Code::Internal, "{}", shape);
        }
    }

    #[test]
    fn a_refusal_keeps_code_message_and_details() {
        let answer = br#"{"error":{"code":"revision_conflict","message":"now at 5","details":{"actual":5}}}"#;
        let want = Error::new(Code::RevisionConflict, "now at 5").with("actual", 5);
        assert_eq!(decode("data_write", answer), Err(want));
        let unknown = decode("data_write", br#"{"error":{"code":"teapot"}}"#);
        assert_eq!(unknown, Err(Error::new(Code::Internal, "")));
    }
}
