use super::Json;

// 2^63, the first number that an i64 does not hold.
const PAST_INT: f64 = 9_223_372_036_854_775_808.0;

/// The value of a binary64: an `Int` if it is whole and fits, so that `1.0` and `1` are one value and `-0.0` is `0`.
pub(super) fn whole(number: f64) -> Json {
    if number >= -PAST_INT && number < PAST_INT && number as i64 as f64 == number {
        Json::Int(number as i64)
    } else {
        Json::Float(number)
    }
}

/// Reads a number whose form was checked already; `None` if it does not fit.
pub(super) fn parse(text: &str, plain: bool) -> Option<Json> {
    if plain {
        return text.parse().ok().map(Json::Int);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Some(whole(number)),
        _ => None,
    }
}

/// Writes a finite number with the fewest digits that read back, plain from 0.000001 up to 2^63, else with an exponent.
pub(super) fn write(number: f64, out: &mut String) {
    if let Json::Int(int) = whole(number) {
        return out.push_str(&int.to_string());
    }
    let size = number.abs();
    if (0.000_001..PAST_INT).contains(&size) {
        return out.push_str(&number.to_string());
    }
    let text = format!("{:e}", number);
    match text.split_once('e') {
        Some((digits, exponent)) => {
            out.push_str(digits);
            out.push('e');
            if !exponent.starts_with('-') {
                out.push('+');
            }
            out.push_str(exponent);
        }
        None => out.push_str(&text),
    }
}
