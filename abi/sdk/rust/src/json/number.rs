use super::{float, Json};

// 2^63, the first number that an i64 does not hold.
const PAST_INT: f64 = 9_223_372_036_854_775_808.0;

/// Further than this no exponent makes a difference, whatever digits it stands behind.
const EXPONENT_MAX: i64 = 1_000_000_000_000;

/// The value of a binary64: an `Int` if it is whole and fits, so that `1.0` and `1` are one value and `-0.0` is `0`.
pub(super) fn whole(number: f64) -> Json {
    if (-PAST_INT..PAST_INT).contains(&number) && number as i64 as f64 == number {
        Json::Int(number as i64)
    } else {
        Json::Float(number)
    }
}

/// Reads a number whose form was checked already; `None` if it does not fit. `plain` says that it has neither fraction nor
/// exponent.
pub(super) fn parse(text: &str, plain: bool) -> Option<Json> {
    if plain {
        return text.parse().ok().map(Json::Int);
    }
    let mut digits = Vec::with_capacity(text.len());
    let (mut shift, mut exponent, mut fraction) = (0, 0, false);
    let mut bytes = text.bytes();
    for byte in &mut bytes {
        match byte {
            b'0'..=b'9' => {
                digits.push(byte);
                shift -= i64::from(fraction);
            }
            b'.' => fraction = true,
            b'e' | b'E' => break,
            _ => {}
        }
    }
    let mut sign = 1;
    for byte in bytes {
        match byte {
            b'0'..=b'9' => exponent = (exponent * 10 + i64::from(byte - b'0')).min(EXPONENT_MAX),
            b'-' => sign = -1,
            _ => {}
        }
    }
    let number = float::read(digits.into_iter(), shift + sign * exponent);
    if number.is_infinite() {
        return None;
    }
    Some(whole(if text.starts_with('-') { -number } else { number }))
}

/// Writes a finite number with the fewest digits that read back, plain from 0.000001 up to 2^63, else with an exponent.
pub(super) fn write(number: f64, out: &mut String) {
    if let Json::Int(int) = whole(number) {
        return out.push_str(&int.to_string());
    }
    let size = number.abs();
    let (digits, point) = float::digits(size);
    if number < 0.0 {
        out.push('-');
    }
    let plain = (0.000_001..PAST_INT).contains(&size);
    // A plain number has its point where it belongs, any other behind its first digit. A plain number that is written
    // here has a fraction, so its digits never end before the point.
    if plain && point <= 0 {
        out.push_str("0.");
        (point..0).for_each(|_| out.push('0'));
    }
    let place = if plain { point } else { 1 };
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i as i64 == place {
            out.push('.');
        }
        out.push(digit);
    }
    if !plain {
        out.push_str(if point > 0 { "e+" } else { "e" });
        out.push_str(&(point - 1).to_string());
    }
}
