//! A fake host for unit tests on the developer's machine. Not part of a guest.
//!
//! ```
//! use mozaiks::{object, testkit::{self, FakeHost}, Context, Error, Json};
//!
//! fn open(ctx: &Context, _: Json) -> Result<i64, Error> {
//!     ctx.settings(&["seats"])?.int("seats")
//! }
//!
//! let host = FakeHost::new();
//! host.expect("settings_get", object! { "ids": vec!["seats"] }).answer(object! { "values": object! { "seats": 4 } });
//! assert_eq!(testkit::call(open, object! {}), Ok(Json::from(4)));
//! ```

use crate::call::serve;
use crate::context::Context;
use crate::convert::{FromJson, ToJson};
use crate::error::Error;
use crate::json::Json;
use crate::object;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

type Rule = dyn Fn(&str, &Json) -> Result<Json, Error>;

#[derive(Default)]
struct State {
    expected: VecDeque<(String, Json, Result<Json, Error>)>,
    rule: Option<Rc<Rule>>,
    now: Option<Json>,
    lines: Vec<Json>,
}

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
}

fn state<T>(use_it: impl FnOnce(&mut State) -> T) -> T {
    STATE.with(|cell| match cell.borrow_mut().as_mut() {
        Some(state) => use_it(state),
        None => panic!("a handler asks for something, and there is no FakeHost in this thread"),
    })
}

/// The host of this thread, for as long as it lives. Operations must come as they are expected, in that order; when
/// it is dropped, all of them must have come. Only `log` need not be expected: its lines are kept.
pub struct FakeHost {
    _only_here: Rc<()>, // the host is a thread's own, and must not be sent to another
}

impl FakeHost {
    /// A host that expects nothing. Panics if this thread has one already.
    #[allow(clippy::new_without_default)] // it is no value but a state of the thread
    pub fn new() -> FakeHost {
        STATE.with(|cell| {
            let before = cell.borrow_mut().replace(State::default());
            assert!(before.is_none(), "this thread has a FakeHost already");
        });
        FakeHost { _only_here: Rc::new(()) }
    }

    /// A host that answers every operation by a function of its name and request: for tests with a store of their own.
    pub fn answering(rule: impl Fn(&str, &Json) -> Result<Json, Error> + 'static) -> FakeHost {
        let host = FakeHost::new();
        state(|state| state.rule = Some(Rc::new(rule)));
        host
    }

    /// Expects an operation with this request, after those that were expected before. Nothing is expected before it
    /// is said what comes back.
    pub fn expect(&self, operation: &str, request: Json) -> Expectation {
        Expectation { operation: operation.to_string(), request }
    }

    /// Gives the call a time, so that `clock` need not be expected.
    pub fn at(&self, now: &str, unix_ms: i64) {
        state(|state| state.now = Some(object! { "now": now, "unix_ms": unix_ms }));
    }

    /// The requests of `log` so far.
    pub fn lines(&self) -> Vec<Json> {
        state(|state| state.lines.clone())
    }
}

impl Drop for FakeHost {
    fn drop(&mut self) {
        let left = STATE.with(|cell| cell.borrow_mut().take()).map_or(0, |state| state.expected.len());
        if left > 0 && !std::thread::panicking() {
            panic!("{} expected operations did not come", left);
        }
    }
}

/// An operation that is about to be expected.
#[must_use = "say what comes back"]
pub struct Expectation {
    operation: String,
    request: Json,
}

impl Expectation {
    /// What comes back: the value of `ok`.
    pub fn answer(self, value: Json) {
        self.then(Ok(value));
    }

    /// A refusal comes back.
    pub fn refuse(self, error: Error) {
        self.then(Err(error));
    }

    fn then(self, result: Result<Json, Error>) {
        state(|state| state.expected.push_back((self.operation, self.request, result)));
    }
}

/// The context of a test that calls a handler, or a part of one, by itself.
pub fn context() -> Context {
    Context::new()
}

/// Calls a handler as the host does, with input and result as JSON text on their way.
pub fn call<I: FromJson, O: ToJson>(handler: fn(&Context, I) -> Result<O, Error>, input: Json) -> Result<Json, Error> {
    let text = input.to_text()?;
    let answer = serve(text.as_bytes(), handler);
    match Json::parse(answer.as_bytes()) {
        Ok(Json::Object(mut members)) => match (members.remove("ok"), members.remove("error")) {
            (Some(value), _) => Ok(value),
            (_, Some(error)) => Err(refusal(error)),
            _ => panic!("neither ok nor error: {}", answer),
        },
        _ => panic!("no object: {}", answer),
    }
}

fn refusal(error: Json) -> Error {
    let text = |name| error.get(name).and_then(Json::as_str).unwrap_or_default();
    let code = crate::Code::of(text("code")).unwrap_or_else(|| panic!("no code of the list: {:?}", error));
    let details: BTreeMap<_, _> = error.get("details").and_then(Json::as_object).cloned().unwrap_or_default();
    Error { details, ..Error::new(code, text("message")) }
}

/// The other side of an operation.
pub(crate) fn ask(operation: &str, request: &str) -> Vec<u8> {
    let request = Json::parse(request.as_bytes()).unwrap_or_else(|error| panic!("{}: {}", operation, error));
    let rule = state(|state| state.rule.clone());
    let result = match rule {
        // The rule may itself use the host, so it runs while nothing is borrowed.
        Some(rule) if operation != "log" => rule(operation, &request),
        _ => state(|state| state.next(operation, request)),
    };
    let answer = match result {
        Ok(value) => object! { "ok": value },
        Err(error) => object! { "error": error.into_json() },
    };
    answer.to_text().unwrap_or_else(|error| panic!("{}: {}", operation, error)).into_bytes()
}

impl State {
    fn next(&mut self, operation: &str, request: Json) -> Result<Json, Error> {
        if operation == "log" && self.expected.front().map_or(true, |(expected, ..)| expected != "log") {
            self.lines.push(request);
            return Ok(Json::Null);
        }
        if let ("clock", Some(now)) = (operation, &self.now) {
            return Ok(now.clone());
        }
        match self.expected.pop_front() {
            Some((expected, with, result)) => {
                assert!(
                    expected == operation && with == request,
                    "expected {} {}\n     got {} {}",
                    expected,
                    with.to_text().unwrap_or_default(),
                    operation,
                    request.to_text().unwrap_or_default()
                );
                result
            }
            None => panic!("{} {} was not expected", operation, request.to_text().unwrap_or_default()),
        }
    }
}
