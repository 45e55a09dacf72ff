use crate::context::Context;
use crate::error::Error;
use crate::filter::Filter;
use crate::json::Json;
use crate::patch::Patch;
use crate::record;
use std::collections::BTreeMap;

/// Which document, or documents, a change is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    member: &'static str,
    value: Json,
}

impl Target {
    /// The document of this id.
    pub fn id(id: &str) -> Target {
        Target { member: "id", value: Json::from(id) }
    }

    /// The document with this key: an object of exactly the parts of one unique index.
    pub fn key(key: Json) -> Target {
        Target { member: "key", value: key }
    }

    /// The documents that a filter matches; not for upserts. Only the first is changed unless [`Op::max`] says more.
    pub fn matching(filter: Filter) -> Target {
        Target { member: "filter", value: filter.into() }
    }
}

/// What an update makes of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Changes some of its fields.
    Patch(Patch),
    /// Puts another document in its place.
    Replace(Json),
}

impl From<Patch> for Change {
    fn from(patch: Patch) -> Change {
        Change::Patch(patch)
    }
}

/// One change of a batch. [`Collection`](crate::Collection) makes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Op(BTreeMap<String, Json>);

impl Op {
    pub(crate) fn insert(collection: &str, doc: Json) -> Op {
        Op::of("insert", collection).with("doc", doc)
    }

    pub(crate) fn update(collection: &str, target: Target, change: Change) -> Op {
        let op = Op::of("update", collection).with(target.member, target.value);
        match change {
            Change::Patch(patch) => op.with("patch", patch),
            Change::Replace(doc) => op.with("doc", doc),
        }
    }

    pub(crate) fn upsert(collection: &str, target: Target, patch: Patch) -> Op {
        Op::of("upsert", collection).with(target.member, target.value).with("patch", patch)
    }

    pub(crate) fn delete(collection: &str, target: Target) -> Op {
        Op::of("delete", collection).with(target.member, target.value)
    }

    /// Gives an inserted document this id instead of one of the host's.
    pub fn with_id(self, id: &str) -> Op {
        self.with("id", id)
    }

    /// Refuses with `revision_conflict` unless the document has this revision.
    pub fn if_rev(self, rev: i64) -> Op {
        self.with("if_rev", rev)
    }

    /// Changes up to that many documents, at most 1,000; without it, one.
    pub fn max(self, count: u32) -> Op {
        self.with("max", count)
    }

    /// Refuses with `not_found` if nothing matches.
    pub fn must_match(self) -> Op {
        self.with("must_match", true)
    }

    /// Answers the document too: after the change, or as it was before a delete.
    pub fn returning(self) -> Op {
        self.with("returning", true)
    }

    /// Runs this change alone.
    pub fn run(self, ctx: &Context) -> Result<Written, Error> {
        match ctx.write(vec![self])?.pop() {
            Some(written) => Ok(written),
            None => Err(Error::answer("data_write", "no result")),
        }
    }

    fn of(op: &str, collection: &str) -> Op {
        Op(BTreeMap::new()).with("op", op).with("collection", collection)
    }

    fn with(mut self, member: &str, value: impl Into<Json>) -> Op {
        self.0.insert(member.to_string(), value.into());
        self
    }
}

impl From<Op> for Json {
    fn from(op: Op) -> Json {
        Json::Object(op.0)
    }
}

record! {
    /// What became of a change; which members there are depends on its kind.
    pub struct Written {
        /// The id of the one document that was changed.
        pub id: Option<String>,
        /// Its revision now.
        pub rev: Option<i64>,
        /// Whether an upsert made the document.
        pub created: Option<bool>,
        /// How many documents an update found.
        pub matched: Option<i64>,
        /// How many of them it changed.
        pub modified: Option<i64>,
        /// How many documents a delete took away.
        pub deleted: Option<i64>,
        /// Whether others match that were left as they are.
        pub more: Option<bool>,
        /// The document, where the change was to answer it.
        pub doc: Option<Json>,
    }
}
