use crate::code::Code;
use crate::error::Error;
use crate::json::Json;
use crate::record;
use std::collections::BTreeMap;

record! {
    /// Settings by their ids.
    pub struct Settings { values: BTreeMap<String, Json> }
}

impl Settings {
    /// The setting of that id; `None` if it was not asked for or has neither value nor default.
    pub fn get(&self, id: &str) -> Option<&Json> {
        self.values.get(id).filter(|value| !value.is_null())
    }

    /// A whole number; `failed` if there is none.
    pub fn int(&self, id: &str) -> Result<i64, Error> {
        self.get(id).and_then(Json::as_i64).ok_or_else(|| missing(id))
    }

    /// A text; `failed` if there is none.
    pub fn text(&self, id: &str) -> Result<&str, Error> {
        self.get(id).and_then(Json::as_str).ok_or_else(|| missing(id))
    }

    /// True or false; `failed` if there is neither.
    pub fn bool(&self, id: &str) -> Result<bool, Error> {
        self.get(id).and_then(Json::as_bool).ok_or_else(|| missing(id))
    }
}

fn missing(id: &str) -> Error {
    Error::new(Code::Failed, format!("the setting {} has no value of its type", id)).with("setting", id)
}
