//! The reactions against a small store: what is kept and published must not depend on the order of the events.

use crate::{clock, event};
use mozaiks::testkit::{call, FakeHost};
use mozaiks::{object, Code, Error, Json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Default)]
struct Store {
    settings: BTreeMap<String, Json>,
    clocks: BTreeMap<String, Json>,
    published: BTreeMap<String, Json>,
    writes: usize,
}

impl Store {
    fn new() -> Rc<RefCell<Store>> {
        let hours = [("urgent", 1, 8), ("high", 4, 24), ("normal", 8, 40), ("low", 16, 80)];
        let mut settings = BTreeMap::new();
        for (id, value) in [("utc_offset_minutes", 0), ("day_start_hour", 9), ("day_end_hour", 17)] {
            settings.insert(id.to_string(), Json::Int(value));
        }
        for (priority, response, resolve) in hours {
            settings.insert(format!("response_hours_{}", priority), Json::Int(response));
            settings.insert(format!("resolve_hours_{}", priority), Json::Int(resolve));
        }
        Rc::new(RefCell::new(Store { settings, ..Store::default() }))
    }

    fn answer(&mut self, operation: &str, request: &Json) -> Result<Json, Error> {
        let text = |json: &Json, name: &str| json.get(name).and_then(Json::as_str).unwrap().to_string();
        match operation {
            "settings_get" => {
                let ids = request.get("ids").and_then(Json::as_array).unwrap();
                let values: BTreeMap<_, _> = ids
                    .iter()
                    .map(|id| id.as_str().unwrap().to_string())
                    .map(|id| (id.clone(), self.settings[&id].clone()))
                    .collect();
                Ok(object! { "values": values })
            }
            "data_get" => {
                assert_eq!(text(request, "collection"), "clocks");
                Ok(object! { "doc": self.clocks.get(&text(request.get("key").unwrap(), "ticket_id")).cloned() })
            }
            "data_write" => {
                let ops = request.get("ops").and_then(Json::as_array).unwrap();
                assert_eq!(ops.len(), 1);
                self.writes += 1;
                Ok(object! { "results": vec![self.upsert(&ops[0])] })
            }
            "event_emit" => {
                let key = text(request, "event_key");
                let duplicate = self.published.contains_key(&key);
                self.published.entry(key.clone()).or_insert_with(|| request.clone());
                Ok(object! { "event_id": format!("evt_{}", key), "duplicate": duplicate })
            }
            other => panic!("{} is not for a reaction", other),
        }
    }

    fn upsert(&mut self, op: &Json) -> Json {
        assert_eq!(op.get("op").and_then(Json::as_str), Some("upsert"));
        let id = op.get("key").and_then(|key| key.get("ticket_id")).and_then(Json::as_str).unwrap().to_string();
        let created = !self.clocks.contains_key(&id);
        let mut doc = match self.clocks.remove(&id) {
            Some(Json::Object(members)) => members,
            _ => BTreeMap::from([
                ("_id".to_string(), Json::from(format!("doc_{}", id))),
                ("_rev".to_string(), Json::Int(1)),
                ("ticket_id".to_string(), Json::from(&id)),
            ]),
        };
        let mut seen = Vec::new();
        for (operator, operands) in op.get("patch").and_then(Json::as_object).unwrap() {
            for (path, value) in operands.as_object().unwrap() {
                assert!(!seen.contains(path), "two operators on {}", path);
                seen.push(path.clone());
                match operator.as_str() {
                    "$set" => drop(doc.insert(path.clone(), value.clone())),
                    "$setOnInsert" if created => drop(doc.insert(path.clone(), value.clone())),
                    "$setOnInsert" => {}
                    other => panic!("{} was not expected", other),
                }
            }
        }
        self.clocks.insert(id.clone(), Json::Object(doc));
        object! { "id": format!("doc_{}", id), "rev": 1, "created": created }
    }
}

fn host(store: &Rc<RefCell<Store>>) -> FakeHost {
    let store = Rc::clone(store);
    FakeHost::answering(move |operation, request| store.borrow_mut().answer(operation, request))
}

/// Opened on a Monday at ten, of high priority: a response is due at two, a closing on Thursday at ten.
fn payload() -> BTreeMap<String, Json> {
    let payload = object! {
        "ticket_id": "doc_1", "ref": "R-1", "subject": "It is broken", "customer_id": "c-1", "priority": "high",
        "opened_at": "2026-03-02T10:00:00.000Z", "assignee_id": "u-7",
    };
    payload.as_object().unwrap().clone()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Happening {
    Opened,
    Commented(&'static str),
    Closed(&'static str),
}

fn deliver(happening: Happening) -> Result<Json, Error> {
    let mut payload = payload();
    match happening {
        Happening::Opened => {
            payload.remove("assignee_id");
            call(event::on_opened, Json::Object(payload))
        }
        Happening::Commented(at) => {
            payload.insert("at".to_string(), Json::from(at));
            payload.insert("first_response".to_string(), Json::from(true));
            call(event::on_commented, Json::Object(payload))
        }
        Happening::Closed(at) => {
            payload.insert("closed_at".to_string(), Json::from(at));
            call(event::on_closed, Json::Object(payload))
        }
    }
}

fn clock_of(store: &Rc<RefCell<Store>>) -> Json {
    store.borrow().clocks["doc_1"].clone()
}

fn orders(of: &[Happening]) -> Vec<Vec<Happening>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (i, &first) in of.iter().enumerate() {
        let rest: Vec<_> = of.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, &happening)| happening).collect();
        all.extend(orders(&rest).into_iter().map(|order| [vec![first], order].concat()));
    }
    all
}

#[test]
fn every_order_ends_at_the_same_clock() {
    let in_time = ("2026-03-02T14:00:00.000Z", "2026-03-05T10:00:00.000Z");
    let late = ("2026-03-02T14:00:00.001Z", "2026-03-05T10:00:00.001Z");
    for (response, response_late) in [(in_time.0, false), (late.0, true)] {
        for (closing, closing_late) in [(in_time.1, false), (late.1, true)] {
            for order in orders(&[Happening::Opened, Happening::Commented(response), Happening::Closed(closing)]) {
                let store = Store::new();
                let _host = host(&store);
                for &happening in order.iter().chain(&order) {
                    // The second round is what a repeated delivery does.
                    deliver(happening).unwrap();
                }
                let want = object! {
                    "_id": "doc_doc_1", "_rev": 1, "ticket_id": "doc_1", "customer_id": "c-1", "priority": "high",
                    "opened_at": "2026-03-02T10:00:00.000Z",
                    "response_due_at": "2026-03-02T14:00:00.000Z", "resolve_due_at": "2026-03-05T10:00:00.000Z",
                    "first_response_at": response, "closed_at": closing,
                    "response_breached": response_late, "resolve_breached": closing_late,
                };
                assert_eq!(clock_of(&store), want, "{:?}", order);
                let published: Vec<_> = store.borrow().published.keys().cloned().collect();
                let mut keys = Vec::new();
                if closing_late {
                    keys.push("doc_1.resolve");
                }
                if response_late {
                    keys.push("doc_1.response");
                }
                assert_eq!(published, keys, "{:?}", order);
            }
        }
    }
}

#[test]
fn a_breach_says_what_was_due_and_whom_it_concerns() {
    let store = Store::new();
    let _host = host(&store);
    let answer = deliver(Happening::Closed("2026-03-06T01:00:00+01:00"));
    assert_eq!(answer, Ok(object! { "ticket_id": "doc_1", "breached": true }));
    let want = object! {
        "type": "domain.sla.breached",
        "event_key": "doc_1.resolve",
        "payload": object! {
            "ticket_id": "doc_1", "customer_id": "c-1", "kind": "resolve", "assignee_id": "u-7",
            "due_at": "2026-03-05T10:00:00.000Z", "at": "2026-03-06T00:00:00.000Z",
        },
    };
    assert_eq!(store.borrow().published["doc_1.resolve"], want);
}

#[test]
fn nobody_may_have_the_ticket() {
    let store = Store::new();
    let _host = host(&store);
    let mut payload = payload();
    payload.insert("assignee_id".to_string(), Json::Null);
    payload.insert("closed_at".to_string(), Json::from("2026-04-01T00:00:00Z"));
    call(event::on_closed, Json::Object(payload)).unwrap();
    let published = store.borrow().published["doc_1.resolve"].clone();
    assert_eq!(published.get("payload").and_then(|payload| payload.get("assignee_id")), Some(&Json::Null));
}

#[test]
fn only_the_first_response_counts() {
    let store = Store::new();
    let _host = host(&store);
    let mut payload = payload();
    payload.insert("at".to_string(), Json::from("2026-04-01T00:00:00Z"));
    payload.insert("first_response".to_string(), Json::from(false));
    let answer = call(event::on_commented, Json::Object(payload));
    assert_eq!(answer, Ok(object! { "ticket_id": "doc_1", "breached": false }));
    assert_eq!(store.borrow().writes, 0);
}

#[test]
fn a_clock_that_runs_keeps_its_due_times() {
    let store = Store::new();
    let _host = host(&store);
    deliver(Happening::Opened).unwrap();
    store.borrow_mut().settings.insert("response_hours_high".to_string(), Json::Int(1));
    deliver(Happening::Commented("2026-03-02T13:00:00.000Z")).unwrap();
    let clock = clock_of(&store);
    assert_eq!(clock.get("response_due_at"), Some(&Json::from("2026-03-02T14:00:00.000Z")));
    assert_eq!(clock.get("response_breached"), Some(&Json::from(false)));
}

#[test]
fn a_day_without_business_time_is_refused() {
    let store = Store::new();
    let _host = host(&store);
    store.borrow_mut().settings.insert("day_end_hour".to_string(), Json::Int(9));
    let error = deliver(Happening::Opened).unwrap_err();
    assert_eq!(error.code, Code::Failed);
    assert_eq!(error.details.get("reason"), Some(&Json::from("no_business_time")));
    assert_eq!(store.borrow().writes, 0);
}

#[test]
fn a_time_that_is_none_is_refused() {
    let store = Store::new();
    let _host = host(&store);
    assert_eq!(deliver(Happening::Closed("yesterday")).unwrap_err().code, Code::InvalidArgument);
    assert_eq!(store.borrow().writes, 0);
}

#[test]
fn a_clock_is_shown_without_what_the_host_adds() {
    let store = Store::new();
    let _host = host(&store);
    deliver(Happening::Opened).unwrap();
    let want = object! {
        "clock": object! {
            "ticket_id": "doc_1", "customer_id": "c-1", "priority": "high", "opened_at": "2026-03-02T10:00:00.000Z",
            "response_due_at": "2026-03-02T14:00:00.000Z", "resolve_due_at": "2026-03-05T10:00:00.000Z",
            "first_response_at": Json::Null, "closed_at": Json::Null,
            "response_breached": false, "resolve_breached": false,
        },
    };
    assert_eq!(call(clock::show, object! { "ticket_id": "doc_1" }), Ok(want));
    assert_eq!(call(clock::show, object! { "ticket_id": "doc_2" }).unwrap_err().code, Code::NotFound);
}
