//! What each operation sends, what is read of its answer, and how a refusal comes back.

use mozaiks::testkit::{context, FakeHost};
use mozaiks::{
    object, record, Code, Collection, Context, Document, Error, Event, Filter, FromJson, Json, Level, Patch, Query,
    Target,
};

record! {
    struct Task { task_id: String, state: String }
}

const TASKS: Collection<Task> = Collection::new("tasks");

fn kept() -> Json {
    object! {
        "_id": "doc_1", "_rev": 3, "_created_at": "2026-03-01T00:00:00.000Z", "_updated_at": "2026-03-02T00:00:00.000Z",
        "task_id": "t-1", "state": "open",
    }
}

fn task() -> Task {
    Task { task_id: "t-1".to_string(), state: "open".to_string() }
}

fn document() -> Document<Task> {
    Document {
        id: "doc_1".to_string(),
        rev: 3,
        created_at: Some("2026-03-01T00:00:00.000Z".to_string()),
        updated_at: Some("2026-03-02T00:00:00.000Z".to_string()),
        value: task(),
    }
}

#[test]
fn a_document_is_read_by_id_and_by_key() {
    let host = FakeHost::new();
    let ctx = context();
    host.expect("data_get", object! { "collection": "tasks", "id": "doc_1" }).answer(object! { "doc": kept() });
    assert_eq!(TASKS.get(&ctx, "doc_1"), Ok(Some(document())));

    let key = object! { "task_id": "t-1" };
    let request = object! { "collection": "tasks", "key": key.clone() };
    host.expect("data_get", request).answer(object! { "doc": Json::Null });
    assert_eq!(TASKS.get_by(&ctx, key), Ok(None));

    let request = object! { "collection": "tasks", "ids": vec!["doc_1", "doc_2"] };
    host.expect("data_get", request).answer(object! { "docs": vec![kept(), Json::Null] });
    assert_eq!(TASKS.get_many(&ctx, &["doc_1", "doc_2"]), Ok(vec![Some(document()), None]));
}

#[test]
fn only_some_fields_may_be_read() {
    record! {
        struct State { state: String }
    }
    const STATES: Collection<State> = TASKS.only(&["state"]);
    let host = FakeHost::new();
    let request = object! { "collection": "tasks", "id": "doc_1", "fields": vec!["state"] };
    let doc = object! { "_id": "doc_1", "_rev": 3, "state": "open" };
    host.expect("data_get", request).answer(object! { "doc": doc });
    let read = STATES.get(&context(), "doc_1").unwrap().unwrap();
    assert_eq!((read.value.state.as_str(), read.rev, read.created_at), ("open", 3, None));
}

#[test]
fn a_query_sends_only_what_is_set() {
    let host = FakeHost::new();
    let ctx = context();
    let page = object! { "docs": vec![kept()], "next_cursor": "more" };
    host.expect("data_query", object! { "collection": "tasks" }).answer(page);
    let found = TASKS.query(&ctx, Query::default()).unwrap();
    assert_eq!((found.docs, found.next_cursor), (vec![document()], Some("more".to_string())));

    let request = object! {
        "collection": "tasks", "filter": object! { "state": object! { "$eq": "open" } }, "limit": 10, "cursor": "more",
        "sort": vec![vec![Json::from("due"), Json::from(1)], vec![Json::from("task_id"), Json::from(-1)]],
    };
    host.expect("data_query", request).answer(object! { "docs": Json::Array(vec![]), "next_cursor": Json::Null });
    let query = Query::new(Filter::new().eq("state", "open")).asc("due").desc("task_id").limit(10);
    let found = TASKS.query(&ctx, query.after(Some("more".to_string()))).unwrap();
    assert_eq!((found.docs.len(), found.next_cursor), (0, None));
}

#[test]
fn a_count_sends_filter_and_cap() {
    let host = FakeHost::new();
    let ctx = context();
    let answer = || object! { "count": 7, "capped": true };
    host.expect("data_count", object! { "collection": "tasks" }).answer(answer());
    assert_eq!(TASKS.count(&ctx, Filter::new(), None).unwrap().count, 7);
    let filter = object! { "state": object! { "$ne": "done" } };
    host.expect("data_count", object! { "collection": "tasks", "cap": 7, "filter": filter }).answer(answer());
    assert!(TASKS.count(&ctx, Filter::new().ne("state", "done"), Some(7)).unwrap().capped);
}

#[test]
fn each_kind_of_change_sends_its_own_members() {
    let key = || Target::key(object! { "task_id": "t-1" });
    let patch = || Patch::new().set("state", "done");
    let set = || object! { "$set": object! { "state": "done" } };
    let doc = || object! { "task_id": "t-1", "state": "open" };
    let cases = [
        (TASKS.insert(task()), object! { "op": "insert", "collection": "tasks", "doc": doc() }),
        (
            TASKS.insert(task()).with_id("a").returning(),
            object! { "op": "insert", "collection": "tasks", "doc": doc(), "id": "a", "returning": true },
        ),
        (
            TASKS.update(Target::id("doc_1"), patch()).if_rev(3).must_match(),
            object! {
                "op": "update", "collection": "tasks", "id": "doc_1", "patch": set(), "if_rev": 3, "must_match": true,
            },
        ),
        (
            TASKS.update(key(), mozaiks::Change::Replace(task().into())),
            object! { "op": "update", "collection": "tasks", "key": object! { "task_id": "t-1" }, "doc": doc() },
        ),
        (
            TASKS.upsert(key(), patch().set_on_insert("made", true)),
            object! {
                "op": "upsert", "collection": "tasks", "key": object! { "task_id": "t-1" },
                "patch": object! { "$set": object! { "state": "done" }, "$setOnInsert": object! { "made": true } },
            },
        ),
        (
            TASKS.delete(Target::matching(Filter::new().eq("state", "done"))).max(1_000),
            object! {
                "op": "delete", "collection": "tasks", "filter": object! { "state": object! { "$eq": "done" } },
                "max": 1_000,
            },
        ),
    ];
    for (op, want) in cases {
        assert_eq!(Json::from(op), want);
    }
}

#[test]
fn a_batch_has_a_result_for_each_change() {
    let host = FakeHost::new();
    let ctx = context();
    let ops = || vec![TASKS.insert(task()), TASKS.delete(Target::id("doc_2"))];
    let request = || object! { "ops": ops() };
    let results = vec![object! { "id": "doc_1", "rev": 1 }, object! { "deleted": 1, "more": false }];
    host.expect("data_write", request()).answer(object! { "results": results });
    let written = ctx.write(ops()).unwrap();
    assert_eq!((written[0].id.as_deref(), written[0].rev), (Some("doc_1"), Some(1)));
    assert_eq!((written[1].deleted, written[1].more), (Some(1), Some(false)));

    host.expect("data_write", request()).answer(object! { "results": vec![object! {}] });
    assert_eq!(ctx.write(ops()).unwrap_err().code, Code::Internal);
}

#[test]
fn an_event_sends_type_payload_and_key() {
    let host = FakeHost::new();
    let ctx = context();
    let request = object! { "type": "domain.tasks.done", "payload": object! { "n": 1 } };
    host.expect("event_emit", request).answer(object! { "event_id": "evt_1", "duplicate": false });
    let emitted = ctx.emit(Event::new("domain.tasks.done", object! { "n": 1 })).unwrap();
    assert_eq!((emitted.event_id.as_str(), emitted.duplicate), ("evt_1", false));

    let request = object! { "type": "domain.tasks.done", "payload": object! {}, "event_key": "t-1" };
    host.expect("event_emit", request).answer(object! { "event_id": "evt_1", "duplicate": true });
    assert!(ctx.emit(Event::new("domain.tasks.done", object! {}).key("t-1")).unwrap().duplicate);
}

#[test]
fn settings_are_read_by_their_type() {
    let host = FakeHost::new();
    let values = object! { "seats": 4, "name": "Desk", "open": true, "none": Json::Null };
    host.expect("settings_get", object! {}).answer(object! { "values": values });
    let settings = context().settings(&[]).unwrap();
    assert_eq!(settings.int("seats"), Ok(4));
    assert_eq!(settings.text("name"), Ok("Desk"));
    assert_eq!(settings.bool("open"), Ok(true));
    assert_eq!(settings.get("none"), None);
    for error in [settings.int("name").unwrap_err(), settings.int("none").unwrap_err(), settings.int("no").unwrap_err()]
    {
        assert_eq!(error.code, Code::Failed);
    }
}

#[test]
fn random_asks_as_often_as_it_must() {
    let host = FakeHost::new();
    let zeros = |count: usize| format!("{}{}", "A".repeat(count / 3 * 4), ["", "AA==", "AAA="][count % 3]);
    host.expect("random", object! { "bytes": 4_096 }).answer(object! { "base64": zeros(4_096) });
    host.expect("random", object! { "bytes": 4 }).answer(object! { "base64": zeros(4) });
    assert_eq!(context().random(4_100), Ok(vec![0; 4_100]));
    assert_eq!(context().random(0), Ok(Vec::new()));
    host.expect("random", object! { "bytes": 4 }).answer(object! { "base64": zeros(3) });
    assert_eq!(context().random(4).unwrap_err().code, Code::Internal);
}

#[test]
fn the_log_is_kept_and_never_fails_a_call() {
    let host = FakeHost::new();
    let ctx = context();
    ctx.log(Level::Warn, "late", object! { "n": 1 });
    ctx.log(Level::Debug, "quiet", object! {});
    let want = [
        object! { "level": "warn", "message": "late", "fields": object! { "n": 1 } },
        object! { "level": "debug", "message": "quiet" },
    ];
    assert_eq!(host.lines(), want);
    host.expect("log", object! { "level": "info", "message": "" })
        .refuse(Error::new(Code::InvalidArgument, "no message"));
    ctx.log(Level::Info, "", object! {});
}

#[test]
fn the_time_is_the_hosts() {
    let host = FakeHost::new();
    host.at("2026-03-02T08:15:00.000Z", 1_772_439_300_000);
    let now = context().now().unwrap();
    assert_eq!((now.now.as_str(), now.unix_ms), ("2026-03-02T08:15:00.000Z", 1_772_439_300_000));
}

#[test]
fn an_invocation_may_lack_people_and_places() {
    let host = FakeHost::new();
    let facts = object! {
        "invocation_id": "inv_1", "app": "desk", "tenant": "acme", "user": Json::Null, "module": "tasks",
        "module_version": "1.0.0", "surface": "event", "effects": "write", "permissions": vec!["tasks.write"],
        "roles": Json::Array(vec![]), "correlation_id": "inv_0", "causation_id": "evt_0", "depth": 1, "call_depth": 0,
        "now": "2026-03-02T08:15:00.000Z", "log_level": "info", "event": object! { "type": "domain.a.b" },
    };
    host.expect("context", object! {}).answer(facts);
    let invocation = context().invocation().unwrap();
    assert_eq!((invocation.tenant.as_deref(), invocation.user, invocation.workspace), (Some("acme"), None, None));
    assert_eq!(invocation.event.unwrap().get("type"), Some(&Json::from("domain.a.b")));
}

#[test]
fn a_refusal_comes_back_as_it_is() {
    let host = FakeHost::new();
    let refusal = || Error::new(Code::Unavailable, "the store is down").with("after", 5);
    type Ask = fn(&Context) -> Result<(), Error>;
    let asks: [(&str, Json, Ask); 8] = [
        ("context", object! {}, |ctx| ctx.invocation().map(drop)),
        ("clock", object! {}, |ctx| ctx.now().map(drop)),
        ("random", object! { "bytes": 1 }, |ctx| ctx.random(1).map(drop)),
        ("settings_get", object! { "ids": vec!["a"] }, |ctx| ctx.settings(&["a"]).map(drop)),
        ("data_get", object! { "collection": "tasks", "id": "a" }, |ctx| TASKS.get(ctx, "a").map(drop)),
        ("data_query", object! { "collection": "tasks" }, |ctx| TASKS.query(ctx, Query::default()).map(drop)),
        ("data_count", object! { "collection": "tasks" }, |ctx| TASKS.count(ctx, Filter::new(), None).map(drop)),
        ("event_emit", object! { "type": "domain.a.b", "payload": object! {} }, |ctx| {
            ctx.emit(Event::new("domain.a.b", object! {})).map(drop)
        }),
    ];
    for (operation, request, ask) in asks {
        host.expect(operation, request).refuse(refusal());
        let error = ask(&context()).unwrap_err();
        assert!(error.retryable());
        assert_eq!(error, refusal(), "{}", operation);
    }
}

#[test]
fn an_answer_of_another_form_is_the_hosts_fault() {
    let host = FakeHost::new();
    let doc = object! { "_id": "doc_1", "_rev": 1, "task_id": 5, "state": "open" };
    host.expect("data_get", object! { "collection": "tasks", "id": "doc_1" }).answer(object! { "doc": doc });
    let error = TASKS.get(&context(), "doc_1").unwrap_err();
    assert_eq!(error.code, Code::Internal);
    assert!(error.message.contains("$.task_id"), "{}", error.message);
}

#[test]
fn a_request_without_a_form_does_not_reach_the_host() {
    let _host = FakeHost::new();
    let error = context().emit(Event::new("domain.a.b", object! { "n": f64::NAN })).unwrap_err();
    assert_eq!(error.code, Code::InvalidArgument);
}

#[test]
fn a_document_is_no_list() {
    assert!(Document::<Json>::from_json(Json::Array(vec![])).is_err());
    assert!(Document::<Json>::from_json(object! { "_id": "a" }).is_err());
}
