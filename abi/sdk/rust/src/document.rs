use crate::convert::{FromJson, Members};
use crate::error::Error;
use crate::json::Json;
use std::collections::BTreeMap;

/// A document as the host keeps it: the module's own value, and what the host adds.
#[derive(Clone, Debug, PartialEq)]
pub struct Document<T> {
    /// Its id.
    pub id: String,
    /// Its revision, which rises with each change.
    pub rev: i64,
    /// When it was made; `None` where only some fields were asked for.
    pub created_at: Option<String>,
    /// When it was last changed; `None` where only some fields were asked for.
    pub updated_at: Option<String>,
    /// The module's own fields.
    pub value: T,
}

impl<T: FromJson> FromJson for Document<T> {
    fn from_json(value: Json) -> Result<Document<T>, Error> {
        let members = match value {
            Json::Object(members) => members,
            _ => return Err(Error::form("an object")),
        };
        let (mut host, mut own) = (BTreeMap::new(), BTreeMap::new());
        for (name, value) in members {
            // Names of a document that begin so are the host's.
            let side = if name.starts_with('_') { &mut host } else { &mut own };
            side.insert(name, value);
        }
        let mut host = Members::of(Json::Object(host))?;
        Ok(Document {
            id: host.take("_id")?,
            rev: host.take("_rev")?,
            created_at: host.take("_created_at")?,
            updated_at: host.take("_updated_at")?,
            value: T::from_json(Json::Object(own))?,
        })
    }
}
