use crate::convert::{FromJson, Members};
use crate::error::Error;
use crate::json::Json;

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
        let mut members = Members::of(value)?;
        Ok(Document {
            id: members.take("_id")?,
            rev: members.take("_rev")?,
            created_at: members.take("_created_at")?,
            updated_at: members.take("_updated_at")?,
            value: T::from_json(Json::Object(members.0))?,
        })
    }
}
