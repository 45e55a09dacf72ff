//! JSON as the host speaks it: strict to read, and written in the one form in which equal values have equal bytes.

mod big;
mod float;
mod number;
mod parse;
mod write;

use std::collections::BTreeMap;

/// How many levels of objects and lists a value may have, itself included, to be read or written.
pub const MAX_DEPTH: usize = 32;

/// A JSON value. A number without fraction and exponent is an `Int`; so is any other that is whole and fits, as `1.0`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json {
    /// `null`
    #[default]
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number. NaN and the infinities have no JSON form.
    Float(f64),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// An object; its members are written in the order of their names.
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// The member of that name; `None` if there is none, or this is no object.
    pub fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// The member of that name is taken out, and `null` left in its place; `None` if there was none.
    pub(crate) fn take(&mut self, name: &str) -> Option<Json> {
        match self {
            Json::Object(members) => members.get_mut(name).map(std::mem::take),
            _ => None,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        *self == Json::Null
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Json::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, if it is one; past 2^53 the nearest.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Json::Int(number) => Some(*number as f64),
            Json::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// True or false, if it is one of them.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(is) => Some(*is),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub fn as_object(&self) -> Option<&BTreeMap<String, Json>> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }
}

#[inline(never)]
fn text(text: &str) -> Json {
    Json::String(text.to_string())
}

macro_rules! from {
    ($($type:ty => $value:ident $made:expr;)*) => {
        $(impl From<$type> for Json {
            fn from($value: $type) -> Json { $made }
        })*
    };
}

from! {
    bool => v Json::Bool(v);
    i64 => v Json::Int(v);
    i32 => v Json::Int(v.into());
    u32 => v Json::Int(v.into());
    u16 => v Json::Int(v.into());
    u8 => v Json::Int(v.into());
    f64 => v number::whole(v);
    String => v Json::String(v);
    &str => v text(v);
    &String => v text(v);
    () => _v Json::Null;
}

impl<T: Into<Json>> From<BTreeMap<String, T>> for Json {
    fn from(members: BTreeMap<String, T>) -> Json {
        Json::Object(members.into_iter().map(|(name, value)| (name, value.into())).collect())
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Json {
        Json::Array(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Json {
        value.map_or(Json::Null, Into::into)
    }
}

/// Puts a member into an object. A function of its own, as it is called wherever a request or an answer is made.
#[inline(never)]
pub fn put(members: &mut BTreeMap<String, Json>, name: &str, value: Json) {
    members.insert(name.to_string(), value);
}

/// Makes an object: `object! { "ticket_id": id, "tags": vec!["new"] }`. A value is anything that is `Into<Json>`.
#[macro_export]
macro_rules! object {
    ($($name:literal : $value:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut members = ::std::collections::BTreeMap::new();
        $($crate::internal::put(&mut members, $name, $crate::Json::from($value));)*
        $crate::Json::Object(members)
    }};
}
