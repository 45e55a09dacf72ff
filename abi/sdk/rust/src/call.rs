use crate::context::Context;
use crate::convert::{FromJson, ToJson};
use crate::error::Error;
use crate::json::{put, Json};
use std::collections::BTreeMap;

/// Makes an export of a handler: `handler!(export_name, function)`, where the function is
/// `fn(&Context, Input) -> Result<Output, Error>` with an input that is [`FromJson`](crate::FromJson) and an output
/// that is [`ToJson`](crate::ToJson). The export's name is the one that `handler_method` gives in module.yaml.
#[macro_export]
macro_rules! handler {
    ($export:ident, $function:path) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            #[export_name = stringify!($export)]
            extern "C" fn __mozaiks_export(input_ptr: u32, input_len: u32) -> u64 {
                $crate::internal::enter(input_ptr, input_len, $function)
            }
        };
        // Elsewhere nothing is exported, but the function is held to the same signature.
        #[cfg(not(target_arch = "wasm32"))]
        const _: () = {
            #[used]
            static __MOZAIKS_HANDLER: fn(&[u8]) -> ::std::string::String =
                |input| $crate::internal::serve(input, $function);
        };
    };
}

/// Runs a handler on the text of its input, and answers the text of its result.
///
/// Panics if the result has no JSON form: that is a fault of the module, and no caller could mend it.
pub fn serve<I: FromJson, O: ToJson>(input: &[u8], handler: fn(&Context, I) -> Result<O, Error>) -> String {
    let result = Json::parse(input).and_then(I::from_json).and_then(|input| handler(&Context::new(), input));
    let mut answer = BTreeMap::new();
    match result {
        Ok(output) => put(&mut answer, "ok", output.to_json()),
        Err(error) => put(&mut answer, "error", error.into_json()),
    };
    match Json::Object(answer).to_text() {
        Ok(text) => text,
        Err(error) => stop(format!("the handler's result has no JSON form: {}", error.message)),
    }
}

#[cfg(target_arch = "wasm32")]
use crate::guest::stop;

#[cfg(not(target_arch = "wasm32"))]
fn stop(message: String) -> ! {
    panic!("{}", message)
}

#[cfg(test)]
mod test {
    use super::*;
    use crate::{object, Code};

    fn double(_: &Context, input: Json) -> Result<Json, Error> {
        match input.get("n").and_then(Json::as_i64) {
            Some(n) => Ok(object! { "n": n * 2 }),
            None => Err(Error::new(Code::InvalidArgument, "n is missing").with("path", "$.n")),
        }
    }

    handler!(double_number, double);

    #[test]
    fn an_answer_is_ok_or_an_error() {
        assert_eq!(serve(br#"{"n":21}"#, double), r#"{"ok":{"n":42}}"#);
        let refused = r#"{"error":{"code":"invalid_argument","details":{"path":"$.n"},"message":"n is missing"}}"#;
        assert_eq!(serve(b"{}", double), refused);
    }

    #[test]
    fn an_input_that_does_not_fit_is_refused() {
        assert!(serve(b"{", double).starts_with(r#"{"error":{"code":"invalid_argument""#));
        let typed: fn(&Context, Vec<i64>) -> Result<i64, Error> = |_, items| Ok(items.iter().sum());
        assert_eq!(serve(b"[1,2,3]", typed), r#"{"ok":6}"#);
        assert!(serve(b"[1,\"2\"]", typed).contains("$[1]"));
    }

    #[test]
    fn nothing_is_null() {
        let quiet: fn(&Context, ()) -> Result<(), Error> = |_, ()| Ok(());
        assert_eq!(serve(b"{}", quiet), r#"{"ok":null}"#);
    }

    #[test]
    #[should_panic(expected = "no JSON form: a number is not finite")]
    fn an_answer_without_a_form_panics() {
        let broken: fn(&Context, ()) -> Result<f64, Error> = |_, ()| Ok(f64::NAN);
        serve(b"{}", broken);
    }
}
