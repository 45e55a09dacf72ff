use crate::json::Json;
use crate::object;
use std::collections::BTreeMap;

/// What an update or an upsert changes. Each path may stand in it once, and no path together with one below it.
///
/// ```
/// use mozaiks::{object, Json, Patch};
///
/// let patch = Patch::new().set("state", "done").inc("edits", 1);
/// assert_eq!(Json::from(patch), object! { "$set": object! { "state": "done" }, "$inc": object! { "edits": 1 } });
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch(BTreeMap<String, Json>);

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident = $operator:literal;)*) => {
        impl Patch {
            $($(#[$doc])* pub fn $name(self, path: &str, operand: impl Into<Json>) -> Patch {
                self.with($operator, path, operand.into())
            })*
        }
    };
}

operators! {
    /// Gives a field this value.
    set = "$set";
    /// Gives a field this value if the upsert makes the document.
    set_on_insert = "$setOnInsert";
    /// Adds to a number; a missing one counts as 0.
    inc = "$inc";
    /// Multiplies a number; a missing one counts as 0.
    mul = "$mul";
    /// Keeps the lesser of field and value.
    min = "$min";
    /// Keeps the greater of field and value.
    max = "$max";
    /// Appends a value to a list.
    push = "$push";
    /// Appends a value to a list that does not have it.
    add_to_set = "$addToSet";
    /// Takes equal elements out of a list.
    pull = "$pull";
}

impl Patch {
    /// A patch that changes nothing.
    pub fn new() -> Patch {
        Patch::default()
    }

    /// Takes a field away.
    pub fn unset(self, path: &str) -> Patch {
        self.with("$unset", path, Json::Bool(true))
    }

    /// Appends several values to a list.
    pub fn push_each(self, path: &str, values: Vec<Json>) -> Patch {
        self.with("$push", path, object! { "$each": values })
    }

    /// Appends several values to a list, and keeps its first `n` elements, or for a negative `n` its last.
    pub fn push_cut(self, path: &str, values: Vec<Json>, n: i64) -> Patch {
        self.with("$push", path, object! { "$each": values, "$slice": n })
    }

    /// Appends those of several values that a list does not have.
    pub fn add_each_to_set(self, path: &str, values: Vec<Json>) -> Patch {
        self.with("$addToSet", path, object! { "$each": values })
    }

    /// Takes the first element of a list away.
    pub fn pop_first(self, path: &str) -> Patch {
        self.with("$pop", path, Json::Int(-1))
    }

    /// Takes the last element of a list away.
    pub fn pop_last(self, path: &str) -> Patch {
        self.with("$pop", path, Json::Int(1))
    }

    /// Gives a field the call's time.
    pub fn current_date(self, path: &str) -> Patch {
        self.with("$currentDate", path, Json::Bool(true))
    }

    fn with(mut self, operator: &str, path: &str, operand: Json) -> Patch {
        let operands = self.0.entry(operator.to_string()).or_insert_with(|| Json::Object(BTreeMap::new()));
        if let Json::Object(operands) = operands {
            operands.insert(path.to_string(), operand);
        }
        self
    }
}

impl From<Patch> for Json {
    fn from(patch: Patch) -> Json {
        Json::Object(patch.0)
    }
}
