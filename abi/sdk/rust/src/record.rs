/// Declares a struct that is read from and written as a JSON object with the same member names.
///
/// An `Option` may be absent or `null` when it is read, and is written as `null` when it is `None`. Members that the
/// struct does not have are passed over when it is read.
///
/// ```
/// use mozaiks::{object, record, FromJson, ToJson};
///
/// record! {
///     /// A line of an order.
///     pub struct Line {
///         /// What was ordered.
///         pub item: String,
///         pub count: u32,
///         pub note: Option<String>,
///     }
/// }
///
/// let line = Line::from_json(object! { "item": "tea", "count": 2, "colour": "green" })?;
/// assert_eq!(line.to_json(), object! { "item": "tea", "count": 2, "note": None::<String> });
/// # Ok::<(), mozaiks::Error>(())
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$member_meta:meta])* $member_vis:vis $member:ident : $type:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        $vis struct $name {
            $($(#[$member_meta])* $member_vis $member: $type,)*
        }

        impl $crate::FromJson for $name {
            fn from_json(value: $crate::Json) -> ::std::result::Result<Self, $crate::Error> {
                #[allow(unused_mut, unused_variables)]
                let mut members = $crate::Members::of(value)?;
                Ok($name { $($member: members.take($crate::internal::name(stringify!($member)))?,)* })
            }
        }

        impl ::std::convert::From<$name> for $crate::Json {
            fn from(record: $name) -> $crate::Json {
                #[allow(unused_mut)]
                let mut members = ::std::collections::BTreeMap::new();
                let $name { $($member,)* } = record;
                $($crate::internal::put(
                    &mut members,
                    $crate::internal::name(stringify!($member)),
                    $crate::Json::from($member),
                );)*
                $crate::Json::Object(members)
            }
        }
    };
}

/// A member's name in JSON: that of the struct, without the mark of a raw identifier.
pub const fn name(identifier: &str) -> &str {
    match identifier.as_bytes() {
        [b'r', b'#', name @ ..] => match std::str::from_utf8(name) {
            Ok(name) => name,
            Err(_) => identifier,
        },
        _ => identifier,
    }
}

#[cfg(test)]
mod test {
    use crate::{object, FromJson, Json, ToJson};

    record! {
        struct Inner { r#type: String, deep: Vec<u8> }
    }
    record! {
        struct Outer { inner: Inner, maybe: Option<Inner> }
    }
    record! {
        struct Nothing {}
    }

    #[test]
    fn a_record_is_read_and_written_by_its_member_names() {
        let json = object! { "inner": object! { "type": "a", "deep": vec![1, 2] }, "maybe": Json::Null };
        let outer = Outer::from_json(json.clone()).unwrap();
        assert_eq!(outer.inner.r#type, "a");
        assert_eq!(outer.to_json(), json);
        assert_eq!(Nothing::from_json(object! { "x": 1 }).unwrap().to_json(), object! {});
    }

    #[test]
    fn a_record_says_where_a_member_does_not_fit() {
        let json = object! { "inner": object! { "type": "a", "deep": vec![1, 300] } };
        let error = Outer::from_json(json).unwrap_err();
        assert_eq!(error.details.get("path"), Some(&Json::from("$.inner.deep[1]")));
        assert!(Nothing::from_json(Json::Null).is_err());
    }
}
