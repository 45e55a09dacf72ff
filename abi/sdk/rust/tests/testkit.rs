//! The fake host must fail a test that does something else than it said.

use mozaiks::testkit::{call, context, FakeHost};
use mozaiks::{object, Code, Context, Error, Json};

fn seats(ctx: &Context, _: Json) -> Result<i64, Error> {
    ctx.settings(&["seats"])?.int("seats")
}

fn request() -> Json {
    object! { "ids": vec!["seats"] }
}

#[test]
fn what_is_expected_passes() {
    let host = FakeHost::new();
    host.expect("settings_get", request()).answer(object! { "values": object! { "seats": 4 } });
    assert_eq!(call(seats, object! {}), Ok(Json::Int(4)));
    host.expect("settings_get", request()).refuse(Error::new(Code::Busy, "later").with("after", 1));
    assert_eq!(call(seats, object! {}), Err(Error::new(Code::Busy, "later").with("after", 1)));
}

#[test]
#[should_panic(expected = "settings_get {\"ids\":[\"seats\"]} was not expected")]
fn what_is_not_expected_fails() {
    let _host = FakeHost::new();
    let _ = call(seats, object! {});
}

#[test]
#[should_panic(expected = "expected settings_get {}")]
fn another_request_fails() {
    let host = FakeHost::new();
    host.expect("settings_get", object! {}).answer(Json::Null);
    let _ = call(seats, object! {});
}

#[test]
#[should_panic(expected = "expected clock {}")]
fn another_operation_fails() {
    let host = FakeHost::new();
    host.expect("clock", object! {}).answer(Json::Null);
    let _ = call(seats, object! {});
}

#[test]
#[should_panic(expected = "1 expected operations did not come")]
fn what_does_not_come_fails() {
    let host = FakeHost::new();
    host.expect("clock", object! {}).answer(Json::Null);
}

#[test]
#[should_panic(expected = "there is no FakeHost in this thread")]
fn a_handler_needs_a_host() {
    let _ = context().now();
}

#[test]
#[should_panic(expected = "has a FakeHost already")]
fn a_thread_has_one_host() {
    let _one = FakeHost::new();
    let _two = FakeHost::new();
}

#[test]
fn a_host_may_answer_by_a_rule() {
    let _host = FakeHost::answering(|operation, request| match operation {
        "random" => Ok(object! { "base64": if request.get("bytes") == Some(&Json::Int(1)) { "/w==" } else { "" } }),
        _ => Err(Error::new(Code::Failed, operation)),
    });
    assert_eq!(context().random(1), Ok(vec![255]));
    assert_eq!(context().now().unwrap_err().message, "clock");
}

#[test]
fn a_host_may_follow_another() {
    drop(FakeHost::new());
    let host = FakeHost::new();
    host.at("then", 1);
    assert_eq!(context().now().map(|now| now.unix_ms), Ok(1));
}
