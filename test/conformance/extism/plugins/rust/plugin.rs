//! A plug-in with imports written by hand, for the Rust of Debian, which is too old for the PDK.

#[link(wasm_import_module = "extism:host/env")]
extern "C" {
    fn alloc(n: u64) -> u64;
    fn length(h: u64) -> u64;
    fn load_u8(at: u64) -> u8;
    fn load_u64(at: u64) -> u64;
    fn store_u8(at: u64, v: u8);
    fn store_u64(at: u64, v: u64);
    fn input_length() -> u64;
    fn input_load_u8(at: u64) -> u8;
    fn input_load_u64(at: u64) -> u64;
    fn output_set(at: u64, n: u64);
    fn error_set(h: u64);
    fn config_get(h: u64) -> u64;
    fn var_get(h: u64) -> u64;
    fn var_set(name: u64, value: u64);
    fn http_request(request: u64, body: u64) -> u64;
    fn http_status_code() -> i32;
    fn http_headers() -> u64;
    fn log_debug(h: u64);
    fn log_info(h: u64);
    fn log_warn(h: u64);
    fn log_error(h: u64);
}

fn give(data: &[u8]) -> u64 {
    let h = unsafe { alloc(data.len() as u64) };
    let words = data.chunks_exact(8);
    let rest = words.remainder();
    let mut at = h;
    for word in words {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(word);
        unsafe { store_u64(at, u64::from_le_bytes(bytes)) };
        at += 8;
    }
    for byte in rest {
        unsafe { store_u8(at, *byte) };
        at += 1;
    }
    h
}

fn take(h: u64) -> Vec<u8> {
    let n = unsafe { length(h) };
    let mut out = Vec::with_capacity(n as usize);
    while out.len() as u64 + 8 <= n {
        out.extend(unsafe { load_u64(h + out.len() as u64) }.to_le_bytes());
    }
    while (out.len() as u64) < n {
        out.push(unsafe { load_u8(h + out.len() as u64) });
    }
    out
}

fn input() -> Vec<u8> {
    let n = unsafe { input_length() };
    let mut out = Vec::with_capacity(n as usize);
    while out.len() as u64 + 8 <= n {
        out.extend(unsafe { input_load_u64(out.len() as u64) }.to_le_bytes());
    }
    while (out.len() as u64) < n {
        out.push(unsafe { input_load_u8(out.len() as u64) });
    }
    out
}

fn output(data: &[u8]) {
    unsafe { output_set(give(data), data.len() as u64) }
}

#[no_mangle]
pub extern "C" fn nothing() -> i32 {
    0
}

#[no_mangle]
pub extern "C" fn echo() -> i32 {
    output(&input());
    0
}

#[no_mangle]
pub extern "C" fn greet() -> i32 {
    match unsafe { config_get(give(b"greeting")) } {
        0 => output(b"no greeting"),
        h => output(&take(h)),
    }
    0
}

#[no_mangle]
pub extern "C" fn count() -> i32 {
    let before = take(unsafe { var_get(give(b"count")) });
    let n = String::from_utf8(before).ok().and_then(|s| s.parse().ok()).unwrap_or(0u64) + 1;
    let text = n.to_string();
    unsafe { var_set(give(b"count"), give(text.as_bytes())) };
    output(text.as_bytes());
    0
}

#[no_mangle]
pub extern "C" fn forget() -> i32 {
    unsafe { var_set(give(b"count"), 0) };
    0
}

#[no_mangle]
pub extern "C" fn fail() -> i32 {
    unsafe { error_set(give(&input())) };
    7
}

#[no_mangle]
pub extern "C" fn fetch() -> i32 {
    let body = unsafe { http_request(give(&input()), 0) };
    let status = format!("status {}", unsafe { http_status_code() });
    unsafe {
        log_info(give(status.as_bytes()));
        log_info(http_headers());
    }
    output(&take(body));
    0
}

#[no_mangle]
pub extern "C" fn speak() -> i32 {
    unsafe {
        log_debug(give(b"a debug line"));
        log_info(give(b"an info line"));
        log_warn(give(b"a warn line"));
        log_error(give(b"an error line"));
    }
    0
}

#[no_mangle]
pub extern "C" fn give_up() -> i32 {
    panic!("the plug-in gives up")
}
