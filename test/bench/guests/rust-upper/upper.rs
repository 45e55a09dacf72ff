// Upper-casing texts of many scripts.
include!("../guest.rs");

#[no_mangle]
pub extern "C" fn run(p: *const u8, length: u32) -> u64 {
    let source = "Grüße, мир! The quick brown fox, Ἀθήνα; straße naïve ŉ ".repeat(20);
    let mut total = 0;
    for _ in 0..input(p, length) {
        total += source.to_uppercase().len() as u64;
    }
    answer(total)
}
