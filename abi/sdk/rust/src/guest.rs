//! The guest's side of the boundary: memory, entry and panics.

use crate::call::serve;
use crate::context::Context;
use crate::convert::{FromJson, ToJson};
use crate::error::Error;
use crate::json::Json;
use crate::{object, operation};
use std::alloc::{alloc, Layout};
use std::any::Any;
use std::panic::{self, Location};

/// A block for the host to write into; 0 if there is no memory for it.
#[no_mangle]
extern "C" fn mozaiks_alloc(size: u32) -> u32 {
    match Layout::from_size_align(size.max(1) as usize, 1) {
        Ok(layout) => unsafe { alloc(layout) as u32 },
        Err(_) => 0,
    }
}

/// The version of the ABI that this crate speaks.
#[no_mangle]
extern "C" fn mozaiks_abi() -> u32 {
    1
}

/// The bytes of a block that the host wrote, packed as address and length. The block is one of `mozaiks_alloc` with
/// exactly that length, so it may be owned, and freed, as a vector.
pub fn take(packed: u64) -> Vec<u8> {
    let (ptr, len) = ((packed >> 32) as u32, packed as u32 as usize);
    if ptr == 0 || len == 0 {
        return Vec::new();
    }
    unsafe { Vec::from_raw_parts(ptr as *mut u8, len, len) }
}

/// Runs a handler for the host. The answer stays where it is until the host has put the memory back.
pub fn enter<I: FromJson, O: ToJson>(ptr: u32, len: u32, handler: fn(&Context, I) -> Result<O, Error>) -> u64 {
    panic::set_hook(Box::new(|panic| report(panic.payload(), panic.location())));
    let answer = serve(&take(u64::from(ptr) << 32 | u64::from(len)), handler).into_bytes().leak();
    (answer.as_ptr() as u64) << 32 | answer.len() as u64
}

/// Ends the call, and tells the host's log why. Unlike a panic it leaves no path of this crate in the binary, which so
/// does not depend on where it was built.
pub fn stop(message: String) -> ! {
    tell(&message, object! {});
    std::arch::wasm32::unreachable()
}

/// Tells the host's log of a panic; the trap follows by itself.
fn report(payload: &dyn Any, place: Option<&Location<'_>>) {
    let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text.as_str(),
        _ => "panic",
    };
    let place = match place {
        Some(place) => object! { "file": place.file(), "line": place.line(), "column": place.column() },
        None => object! {},
    };
    tell(message, place);
}

/// Whatever the log answers, the call ends here.
fn tell(message: &str, place: Json) {
    let _ = operation::log(object! { "level": "error", "message": message, "fields": place });
}
