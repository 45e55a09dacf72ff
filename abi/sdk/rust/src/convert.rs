use crate::error::Error;
use crate::json::Json;
use std::collections::BTreeMap;

/// A type that can be read from JSON: what a handler takes, and the documents of a [`Collection`](crate::Collection).
/// [`record!`](crate::record) implements it for a struct.
pub trait FromJson: Sized {
    /// Reads a value. A value of another form is `invalid_argument`, with the `path` at which it stands.
    fn from_json(value: Json) -> Result<Self, Error>;

    /// What a member that is not there counts as; `None` means that it must be there.
    fn absent() -> Option<Self> {
        None
    }
}

/// A type that has a JSON form: what a handler answers. Whatever is `Into<Json>` has one.
pub trait ToJson {
    /// The JSON form.
    #[allow(clippy::wrong_self_convention)] // a document is moved into its form, not copied
    fn to_json(self) -> Json;
}

impl<T: Into<Json>> ToJson for T {
    fn to_json(self) -> Json {
        self.into()
    }
}

impl FromJson for Json {
    fn from_json(value: Json) -> Result<Json, Error> {
        Ok(value)
    }
}

/// Nothing is read: for a handler that takes no input.
impl FromJson for () {
    fn from_json(_: Json) -> Result<(), Error> {
        Ok(())
    }
}

impl FromJson for bool {
    fn from_json(value: Json) -> Result<bool, Error> {
        value.as_bool().ok_or_else(|| Error::form("true or false"))
    }
}

impl FromJson for f64 {
    fn from_json(value: Json) -> Result<f64, Error> {
        value.as_f64().ok_or_else(|| Error::form("a number"))
    }
}

impl FromJson for String {
    fn from_json(value: Json) -> Result<String, Error> {
        match value {
            Json::String(text) => Ok(text),
            _ => Err(Error::form("a text")),
        }
    }
}

macro_rules! whole {
    ($($type:ty)*) => {
        $(impl FromJson for $type {
            fn from_json(value: Json) -> Result<$type, Error> {
                value.as_i64().and_then(|int| int.try_into().ok()).ok_or_else(|| Error::form("a whole number that fits"))
            }
        })*
    };
}

whole! { i64 i32 u32 u16 u8 }

/// `null` and a member that is not there are `None`.
impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: Json) -> Result<Option<T>, Error> {
        match value {
            Json::Null => Ok(None),
            value => T::from_json(value).map(Some),
        }
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Json) -> Result<Vec<T>, Error> {
        match value {
            Json::Array(items) => items
                .into_iter()
                .enumerate()
                .map(|(i, item)| T::from_json(item).map_err(|error| error.inside(&format!("[{}]", i))))
                .collect(),
            _ => Err(Error::form("a list")),
        }
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(value: Json) -> Result<BTreeMap<String, T>, Error> {
        let members = match value {
            Json::Object(members) => members,
            _ => return Err(Error::form("an object")),
        };
        let mut read = BTreeMap::new();
        for (name, value) in members {
            let value = T::from_json(value).map_err(|error| error.below(&name))?;
            read.insert(name, value);
        }
        Ok(read)
    }
}

/// The members of an object while a type is read from it. Members that are not taken are passed over, so that a
/// payload may gain members without breaking those who read it.
pub struct Members(Json);

impl Members {
    /// The members of an object; `invalid_argument` for any other value.
    pub fn of(value: Json) -> Result<Members, Error> {
        match value {
            Json::Object(_) => Ok(Members(value)),
            _ => Err(Error::form("an object")),
        }
    }

    /// Takes the member of that name out and reads it. A second time it is `null`.
    pub fn take<T: FromJson>(&mut self, name: &str) -> Result<T, Error> {
        let read = match self.0.take(name) {
            Some(value) => T::from_json(value),
            None => T::absent().ok_or_else(|| Error::form("there")),
        };
        read.map_err(|error| error.below(name))
    }
}

#[cfg(test)]
mod test {
    use super::*;
    use crate::object;

    fn path<T: FromJson + std::fmt::Debug>(value: Json) -> Json {
        T::from_json(value).expect_err("another form").details.remove("path").expect("a path")
    }

    #[test]
    fn a_value_of_another_form_says_where_it_stands() {
        assert_eq!(path::<String>(Json::Int(1)), Json::from("$"));
        assert_eq!(path::<Vec<bool>>(Json::from(vec![Json::from(true), Json::Null])), Json::from("$[1]"));
        assert_eq!(path::<BTreeMap<String, Vec<i64>>>(object! { "a": vec!["b"] }), Json::from("$.a[0]"));
        assert_eq!(path::<u8>(Json::Int(256)), Json::from("$"));
        assert_eq!(path::<u32>(Json::Int(-1)), Json::from("$"));
        assert_eq!(path::<i64>(Json::Float(1.5)), Json::from("$"));
    }

    #[test]
    fn null_and_nothing_are_both_none() {
        let mut members = Members::of(object! { "a": Json::Null, "b": 2 }).unwrap();
        assert_eq!(members.take::<Option<i64>>("a"), Ok(None));
        assert_eq!(members.take::<Option<i64>>("b"), Ok(Some(2)));
        assert_eq!(members.take::<Option<i64>>("c"), Ok(None));
        assert_eq!(members.take::<i64>("c").unwrap_err().details.get("path"), Some(&Json::from("$.c")));
    }

    #[test]
    fn whole_numbers_are_numbers_too() {
        assert_eq!(f64::from_json(Json::Int(3)), Ok(3.0));
    }
}
