// What the Rust guests share: an allocator for the host, and the answer {"ok":N}.
#[no_mangle]
pub extern "C" fn mozaiks_alloc(n: u32) -> *mut u8 {
    let mut block = Vec::<u8>::with_capacity(n as usize);
    let p = block.as_mut_ptr();
    std::mem::forget(block);
    p
}

fn input(p: *const u8, length: u32) -> u64 {
    let bytes = unsafe { std::slice::from_raw_parts(p, length as usize) };
    bytes.iter().filter(|c| c.is_ascii_digit()).fold(0, |n, c| n * 10 + u64::from(c - b'0'))
}

fn answer(n: u64) -> u64 {
    let text = format!("{{\"ok\":{}}}", n).into_bytes().into_boxed_slice();
    let packed = (text.as_ptr() as u64) << 32 | text.len() as u64;
    std::mem::forget(text);
    packed
}
