use crate::json::Json;
use std::collections::BTreeMap;

/// Which documents are meant. All of its conditions must hold; without any, every document is.
///
/// ```
/// use mozaiks::{object, Filter, Json};
///
/// let due = Filter::new().eq("state", "open").gte("due", 10).lt("due", 20);
/// let want = object! { "state": object! { "$eq": "open" }, "due": object! { "$gte": 10, "$lt": 20 } };
/// assert_eq!(Json::from(due), want);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter(BTreeMap<String, Json>);

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident = $operator:literal;)*) => {
        impl Filter {
            $($(#[$doc])* pub fn $name(self, path: &str, value: impl Into<Json>) -> Filter {
                self.with(path, $operator, value.into())
            })*
        }
    };
}

operators! {
    /// Deeply equal; null matches null and missing.
    eq = "$eq";
    /// Not deeply equal.
    ne = "$ne";
    /// Greater, among values of the same kind.
    gt = "$gt";
    /// Greater or equal.
    gte = "$gte";
    /// Less.
    lt = "$lt";
    /// Less or equal.
    lte = "$lte";
    /// Equal to one of a list of up to 100.
    is_in = "$in";
    /// Equal to none of a list of up to 100.
    not_in = "$nin";
    /// True: there, also as null; false: missing.
    exists = "$exists";
    /// A text that begins so.
    starts_with = "$startsWith";
    /// A text that is equal after folding.
    eq_fold = "$eqFold";
    /// A text that begins so after folding.
    starts_with_fold = "$startsWithFold";
    /// A list that has the value.
    contains = "$contains";
    /// A list that has one of up to 100 values.
    contains_any = "$containsAny";
}

impl Filter {
    /// A filter without conditions.
    pub fn new() -> Filter {
        Filter::default()
    }

    /// What one of these filters, 16 at most, means.
    pub fn any(filters: Vec<Filter>) -> Filter {
        Filter::of("$or", Json::from(filters))
    }

    /// What all of these filters, 16 at most, mean.
    pub fn all(filters: Vec<Filter>) -> Filter {
        Filter::of("$and", Json::from(filters))
    }

    /// What that filter does not mean.
    #[allow(clippy::should_implement_trait)] // it is named as the operator, and takes no self
    pub fn not(filter: Filter) -> Filter {
        Filter::of("$not", Json::from(filter))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(operator: &str, operand: Json) -> Filter {
        let mut conditions = BTreeMap::new();
        conditions.insert(operator.to_string(), operand);
        Filter(conditions)
    }

    fn with(mut self, path: &str, operator: &str, operand: Json) -> Filter {
        let tests = self.0.entry(path.to_string()).or_insert_with(|| Json::Object(BTreeMap::new()));
        if let Json::Object(tests) = tests {
            tests.insert(operator.to_string(), operand);
        }
        self
    }
}

impl From<Filter> for Json {
    fn from(filter: Filter) -> Json {
        Json::Object(filter.0)
    }
}

#[cfg(test)]
mod test {
    use super::*;
    use crate::object;

    #[test]
    fn filters_nest() {
        let a = || Filter::new().eq("a", 1);
        let is_a = || object! { "a": object! { "$eq": 1 } };
        assert_eq!(Json::from(Filter::any(vec![a(), a()])), object! { "$or": vec![is_a(), is_a()] });
        assert_eq!(Json::from(Filter::all(vec![a()])), object! { "$and": vec![is_a()] });
        assert_eq!(Json::from(Filter::not(a())), object! { "$not": is_a() });
    }

    #[test]
    fn lists_are_operands() {
        let filter = Filter::new().is_in("p", vec!["x", "y"]).exists("q", false);
        let want = object! { "p": object! { "$in": vec!["x", "y"] }, "q": object! { "$exists": false } };
        assert_eq!(Json::from(filter), want);
    }
}
