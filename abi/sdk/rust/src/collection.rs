use crate::context::Context;
use crate::convert::FromJson;
use crate::document::Document;
use crate::error::Error;
use crate::filter::Filter;
use crate::json::Json;
use crate::operation::{self, read};
use crate::patch::Patch;
use crate::write::{Change, Op, Target};
use crate::{object, record};
use std::fmt;
use std::marker::PhantomData;

/// A collection of documents of one type; `Json` takes any document.
///
/// ```
/// use mozaiks::{object, record, Collection, Context, Error, Patch, Target};
///
/// record! {
///     pub struct Task { task_id: String, state: String }
/// }
/// const TASKS: Collection<Task> = Collection::new("tasks");
///
/// fn finish(ctx: &Context, task_id: String) -> Result<bool, Error> {
///     let target = Target::key(object! { "task_id": &task_id });
///     let written = TASKS.update(target, Patch::new().set("state", "done")).run(ctx)?;
///     Ok(written.matched == Some(1))
/// }
/// ```
pub struct Collection<T> {
    name: &'static str,
    fields: &'static [&'static str],
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Collection<T> {
    fn clone(&self) -> Collection<T> {
        *self
    }
}

impl<T> Copy for Collection<T> {}

impl<T> fmt::Debug for Collection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Collection").field(&self.name).finish()
    }
}

impl<T> Collection<T> {
    /// The collection of that name.
    pub const fn new(name: &'static str) -> Collection<T> {
        Collection { name, fields: &[], of: PhantomData }
    }

    /// The same collection, of whose documents only these fields are read, as another type. Id and revision always come.
    pub const fn only<U>(self, fields: &'static [&'static str]) -> Collection<U> {
        Collection { name: self.name, fields, of: PhantomData }
    }

    /// How many documents a filter matches, counted up to `cap`, which is at most 100,000; for `None` up to 10,000.
    pub fn count(&self, _: &Context, filter: Filter, cap: Option<u32>) -> Result<Counted, Error> {
        let mut request = self.request();
        if !filter.is_empty() {
            request = with(request, "filter", filter);
        }
        if let Some(cap) = cap {
            request = with(request, "cap", cap);
        }
        read("data_count", operation::data_count(request)?)
    }

    /// The change that adds a document.
    pub fn insert(&self, doc: T) -> Op
    where
        T: Into<Json>,
    {
        Op::insert(self.name, doc.into())
    }

    /// The change that patches documents, or with [`Change::Replace`] puts another document in the place of one.
    pub fn update(&self, target: Target, change: impl Into<Change>) -> Op {
        Op::update(self.name, target, change.into())
    }

    /// The change that patches the document of an id or key, and makes it if there is none.
    pub fn upsert(&self, target: Target, patch: Patch) -> Op {
        Op::upsert(self.name, target, patch)
    }

    /// The change that takes documents away.
    pub fn delete(&self, target: Target) -> Op {
        Op::delete(self.name, target)
    }

    fn request(&self) -> Json {
        object! { "collection": self.name }
    }

    fn reading(&self) -> Json {
        let request = self.request();
        if self.fields.is_empty() {
            return request;
        }
        with(request, "fields", self.fields.to_vec())
    }
}

impl<T: FromJson> Collection<T> {
    /// The document of that id, if there is one.
    pub fn get(&self, _: &Context, id: &str) -> Result<Option<Document<T>>, Error> {
        self.one(with(self.reading(), "id", id))
    }

    /// The document with that key, if there is one: an object of exactly the parts of one unique index.
    pub fn get_by(&self, _: &Context, key: Json) -> Result<Option<Document<T>>, Error> {
        self.one(with(self.reading(), "key", key))
    }

    /// The documents of up to 100 ids, each in the place of its id, `None` where there is none.
    pub fn get_many(&self, _: &Context, ids: &[&str]) -> Result<Vec<Option<Document<T>>>, Error> {
        record! {
            struct Answer { docs: Json }
        }
        let answer: Answer = read("data_get", operation::data_get(with(self.reading(), "ids", ids.to_vec()))?)?;
        let docs: Vec<Option<Document<T>>> = read("data_get", answer.docs)?;
        if docs.len() != ids.len() {
            return Err(Error::answer("data_get", "another number of documents than of ids"));
        }
        Ok(docs)
    }

    /// One page of the documents that a query finds, in its order.
    pub fn query(&self, _: &Context, query: Query) -> Result<Page<T>, Error> {
        record! {
            struct Answer { docs: Json, next_cursor: Option<String> }
        }
        let answer: Answer = read("data_query", operation::data_query(query.onto(self.reading()))?)?;
        Ok(Page { docs: read("data_query", answer.docs)?, next_cursor: answer.next_cursor })
    }

    fn one(&self, request: Json) -> Result<Option<Document<T>>, Error> {
        record! {
            struct Answer { doc: Option<Json> }
        }
        let answer: Answer = read("data_get", operation::data_get(request)?)?;
        answer.doc.map(|doc| read("data_get", doc)).transpose()
    }
}

/// What to find, in which order, and how much of it. Members that are not given are left to the host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    filter: Filter,
    sort: Vec<Json>,
    limit: Option<u32>,
    cursor: Option<String>,
}

impl Query {
    /// All documents that a filter matches, page by page.
    pub fn new(filter: Filter) -> Query {
        Query { filter, ..Query::default() }
    }

    /// Sorts by a path, least first, after what was said before.
    pub fn asc(self, path: &str) -> Query {
        self.by(path, 1)
    }

    /// Sorts by a path, greatest first, after what was said before.
    pub fn desc(self, path: &str) -> Query {
        self.by(path, -1)
    }

    /// How many documents a page has at most: 1 to 100; without it 50.
    pub fn limit(mut self, limit: u32) -> Query {
        self.limit = Some(limit);
        self
    }

    /// Goes on behind a page; `None` begins at the first.
    pub fn after(mut self, cursor: Option<String>) -> Query {
        self.cursor = cursor;
        self
    }

    fn by(mut self, path: &str, direction: i64) -> Query {
        self.sort.push(Json::Array(vec![Json::from(path), Json::Int(direction)]));
        self
    }

    fn onto(self, mut request: Json) -> Json {
        if !self.filter.is_empty() {
            request = with(request, "filter", self.filter);
        }
        if !self.sort.is_empty() {
            request = with(request, "sort", self.sort);
        }
        if let Some(limit) = self.limit {
            request = with(request, "limit", limit);
        }
        if let Some(cursor) = self.cursor {
            request = with(request, "cursor", cursor);
        }
        request
    }
}

/// One page of documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The documents, in order.
    pub docs: Vec<Document<T>>,
    /// Where the next page begins; `None` behind the last.
    pub next_cursor: Option<String>,
}

record! {
    /// How many documents there are.
    pub struct Counted {
        /// The number, at most the cap.
        pub count: i64,
        /// Whether there are more.
        pub capped: bool,
    }
}

fn with(mut request: Json, member: &str, value: impl Into<Json>) -> Json {
    if let Json::Object(members) = &mut request {
        members.insert(member.to_string(), value.into());
    }
    request
}
