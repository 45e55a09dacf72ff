//! What a Mozaiks module in Rust is written with.
//!
//! A handler is a function of a [`Context`] and an input; [`handler!`] makes an export of it:
//!
//! ```
//! use mozaiks::{record, Context, Error};
//!
//! record! {
//!     /// Whom to greet.
//!     pub struct Guest { name: String }
//! }
//! record! {
//!     /// The greeting.
//!     pub struct Greeting { text: String }
//! }
//!
//! fn greet(_: &Context, guest: Guest) -> Result<Greeting, Error> {
//!     Ok(Greeting { text: format!("Hello, {}!", guest.name) })
//! }
//!
//! mozaiks::handler!(greet, greet);
//!
//! # fn main() {
//! use mozaiks::{object, testkit::{self, FakeHost}};
//! let _host = FakeHost::new();
//! assert_eq!(testkit::call(greet, object! { "name": "Ada" }), Ok(object! { "text": "Hello, Ada!" }));
//! # }
//! ```
//!
//! Everything a handler may ask the host for is a method of [`Context`] or of [`Collection`]. A module imports only
//! the operations that it calls, which is what its grants are held against.
//!
//! The host gives every call a fresh copy of the module's memory: nothing need be freed, and nothing is remembered.
//! Time and chance come from [`Context::now`] and [`Context::random`]. `std::time::SystemTime::now` and
//! `std::collections::HashMap` are not for modules: the first panics in a guest, the order of the second is no order.

#![warn(missing_docs)]

mod base64;
mod call;
mod code;
mod collection;
mod context;
mod convert;
mod document;
mod error;
mod event;
mod filter;
mod json;
mod log;
mod operation;
mod patch;
mod record;
mod setting;
mod write;

#[cfg(target_arch = "wasm32")]
mod guest;
#[cfg(not(target_arch = "wasm32"))]
pub mod testkit;

pub use crate::code::Code;
pub use crate::collection::{Collection, Counted, Page, Query};
pub use crate::context::{Context, Invocation, Now};
pub use crate::convert::{FromJson, Members, ToJson};
pub use crate::document::Document;
pub use crate::error::Error;
pub use crate::event::{Emitted, Event};
pub use crate::filter::Filter;
pub use crate::json::{Json, MAX_DEPTH};
pub use crate::log::Level;
pub use crate::patch::Patch;
pub use crate::setting::Settings;
pub use crate::write::{Change, Op, Target, Written};

/// What the macros of this crate expand to; no part of its interface.
#[doc(hidden)]
pub mod internal {
    #[cfg(not(target_arch = "wasm32"))]
    pub use crate::call::serve;
    #[cfg(target_arch = "wasm32")]
    pub use crate::guest::enter;
    pub use crate::json::put;
    pub use crate::record::name;
}
