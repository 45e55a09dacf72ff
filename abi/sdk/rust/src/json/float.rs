//! Binary64 from decimal digits and back, exactly. The library's own is as good and many times faster, but its tables
//! and cases are more than half of a small guest; fractions are rare in documents.

use super::big::Big;
use std::cmp::Ordering;

/// Bits of a binary64's significand, the hidden one included, and the exponent of its least unit.
const SIGNIFICANT: i64 = 53;
const LEAST: i64 = -1_074;

/// No binary64, and no middle between two, has more significant digits than this.
const DIGITS_MAX: usize = 768;

/// The binary64 nearest to `digits` x 10^`exponent`, of two as near the even one; infinite if it is too large.
/// `digits` are ASCII digits.
pub(super) fn read(digits: impl Iterator<Item = u8>, mut exponent: i64) -> f64 {
    let (mut number, mut count, mut more) = (Big::of(0), 0, false);
    for digit in digits {
        if count < DIGITS_MAX {
            number.mul_add(10, u32::from(digit - b'0'));
            count += usize::from(number.bits() > 0);
        } else {
            // All that still counts is whether anything follows.
            exponent += 1;
            more |= digit != b'0';
        }
    }
    if more {
        number.mul_add(10, 1);
        exponent -= 1;
        count += 1;
    }
    let size = count as i64 + exponent;
    if number.bits() == 0 || size < -330 {
        return 0.0;
    }
    if size > 310 {
        return f64::INFINITY;
    }
    let mut divisor = Big::of(1);
    number.mul_pow10(exponent.max(0));
    divisor.mul_pow10((-exponent).max(0));

    // The quotient is to have 62 or 63 bits.
    let scale = 62 - (number.bits() - divisor.bits());
    number.shl(scale.max(0));
    divisor.shl((-scale).max(0) + 62);
    let mut quotient = 0u64;
    for _ in 0..63 {
        quotient <<= 1;
        if number.compare(&divisor) != Ordering::Less {
            number.sub(&divisor);
            quotient |= 1;
        }
        number.shl(1);
    }
    round(quotient, number.bits() > 0, -scale)
}

/// The binary64 nearest to `quotient` x 2^`exponent`, and a little more if `more`.
fn round(quotient: u64, more: bool, exponent: i64) -> f64 {
    let bits = 64 - i64::from(quotient.leading_zeros());
    let unit = (exponent + bits - SIGNIFICANT).max(LEAST);
    let dropped = unit - exponent;
    if dropped > 63 {
        return 0.0;
    }
    let half = 1u64 << (dropped - 1);
    let rest = quotient & (2 * half - 1);
    let mut significand = quotient >> dropped;
    if rest > half || rest == half && (more || significand & 1 == 1) {
        significand += 1;
    }
    // A significand without the hidden bit belongs to the least exponent, which is written as 0. One that was rounded
    // up to another bit has the form of the next exponent's least.
    let hidden = 1u64 << (SIGNIFICANT - 1);
    if significand < hidden {
        return f64::from_bits(significand);
    }
    let biased = (unit - LEAST + 1) as u64;
    let packed = ((biased - 1) << (SIGNIFICANT - 1)) + significand;
    f64::from_bits(packed.min(f64::INFINITY.to_bits()))
}

/// The fewest digits that read back as a positive, finite number, of several the nearest, and the place of their point:
/// 0.d1d2d3… x 10^point. This is the algorithm of Steele and White ("How to print floating-point numbers accurately",
/// 1990) as Burger and Dybvig put it (1996).
pub(super) fn digits(number: f64) -> (String, i64) {
    let packed = number.to_bits();
    let hidden = 1u64 << (SIGNIFICANT - 1);
    let (fraction, biased) = (packed & (hidden - 1), (packed >> (SIGNIFICANT - 1)) as i64);
    let (significand, exponent) = if biased == 0 { (fraction, LEAST) } else { (fraction | hidden, LEAST + biased - 1) };
    // Below a power of two the neighbour is half as far.
    let closer = i64::from(fraction == 0 && biased > 1);
    let even = significand & 1 == 0;

    // number = rest / scale; above and below are half the way to the neighbours, in the same unit.
    let (mut rest, mut scale) = (Big::of(significand), Big::of(1));
    let (mut above, mut below) = (Big::of(1), Big::of(1));
    rest.shl(exponent.max(0) + 1 + closer);
    scale.shl((-exponent).max(0) + 1 + closer);
    above.shl(exponent.max(0) + closer);
    below.shl(exponent.max(0));

    // At most the true place, and hardly ever more than one less: log10(2) is a little more than 0.30102.
    let size = exponent + Big::of(significand).bits() - 1;
    let mut point = (size * 30_102 / 100_000).min(size * 30_104 / 100_000);
    scale.mul_pow10(point.max(0));
    for part in [&mut rest, &mut above, &mut below] {
        part.mul_pow10((-point).max(0));
    }
    let past = |rest: &Big, above: &Big, scale: &Big| {
        let mut sum = rest.clone();
        sum.add(above);
        match sum.compare(scale) {
            Ordering::Equal => even,
            order => order == Ordering::Greater,
        }
    };
    while past(&rest, &above, &scale) {
        scale.mul_add(10, 0);
        point += 1;
    }
    let mut out = String::new();
    loop {
        for part in [&mut rest, &mut above, &mut below] {
            part.mul_add(10, 0);
        }
        let mut digit = b'0';
        while rest.compare(&scale) != Ordering::Less {
            rest.sub(&scale);
            digit += 1;
        }
        let low = match rest.compare(&below) {
            Ordering::Equal => even,
            order => order == Ordering::Less,
        };
        let high = past(&rest, &above, &scale);
        if high {
            let mut twice = rest.clone();
            twice.shl(1);
            digit += u8::from(!low || twice.compare(&scale) != Ordering::Less);
        }
        out.push(char::from(digit));
        if low || high {
            return (out, point);
        }
    }
}

#[cfg(test)]
mod test {
    use super::*;

    fn read_text(text: &str) -> f64 {
        let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        read(whole.bytes().chain(fraction.bytes()), exponent.parse::<i64>().unwrap() - fraction.len() as i64)
    }

    fn check(number: f64) {
        let (digits, point) = digits(number);
        let (head, tail) = digits.split_at(1);
        let dot = if tail.is_empty() { "" } else { "." };
        let text = format!("{}{}{}e{}", head, dot, tail, point - 1);
        assert_eq!(text, format!("{:e}", number));
        assert_eq!(read_text(&text).to_bits(), number.to_bits(), "{}", text);
    }

    // The standard library is the reference.
    #[test]
    fn every_kind_of_number_is_written_and_read_as_by_the_library() {
        let mut bits: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut next = || {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            bits ^ bits >> 29
        };
        for _ in 0..600 {
            let number = f64::from_bits(next() & !(1 << 63));
            if number.is_finite() {
                check(number);
            }
            check(f64::from_bits((next() >> 12).max(1))); // below the least normal number
            check((next() % 1_000_000 + 1) as f64 / 1_000.0);
        }
        for exponent in (1..2_047u64).step_by(5) {
            check(f64::from_bits(exponent << 52));
            check(f64::from_bits((exponent << 52) - 1));
            check(f64::from_bits((exponent << 52) + 1));
        }
        for exponent in (-323..309).step_by(3) {
            check(format!("1e{}", exponent).parse().unwrap());
            check(format!("9.5e{}", exponent - 1).parse().unwrap());
        }
    }

    #[test]
    fn digits_of_any_kind_are_read_as_by_the_library() {
        let mut seed: u64 = 0x2545_f491_4f6c_dd1d;
        let mut below = |bound: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % bound
        };
        for _ in 0..600 {
            let count = 1 + below(40);
            let digits: String = (0..count).map(|_| char::from(b'0' + below(10) as u8)).collect();
            let text = format!("{}e{}", digits, below(700) as i64 - 370);
            assert_eq!(read_text(&text).to_bits(), text.parse::<f64>().unwrap().to_bits(), "{}", text);
        }
    }

    #[test]
    fn the_hard_cases_are_read_as_by_the_library() {
        let middle = format!("{}", 9_007_199_254_740_993u64); // between two neighbours: to the even one
        let nines = "9".repeat(1_000);
        let zeros = "0".repeat(1_000);
        let cases = [
            middle.clone(),
            format!("{}.{}1", middle, zeros),
            format!("{}.{}", middle, zeros),
            format!("0.{}{}", zeros, nines),
            format!("{}e-1200", nines),
            format!("1{}e-1000", zeros),
            "2.2250738585072011e-308".to_string(), // between normal and not
            "2.2250738585072012e-308".to_string(),
            "4.9406564584124654e-324".to_string(),
            "2.4703282292062327e-324".to_string(), // half the least number, and a little less and more
            "2.4703282292062328e-324".to_string(),
            "2.47032822920623272088284396434110686182e-324".to_string(),
            "2.47032822920623272088284396434110686183e-324".to_string(),
            "1.7976931348623157e308".to_string(),
            "1.7976931348623158e308".to_string(),
            "1.7976931348623159e308".to_string(), // rounds to infinity
            "1e309".to_string(),
            "1e999999999".to_string(),
            "1e-999999999".to_string(),
            "0e999999999".to_string(),
            "0.000e5".to_string(),
        ];
        for text in cases {
            assert_eq!(read_text(&text).to_bits(), text.parse::<f64>().unwrap().to_bits(), "{}", text);
        }
    }
}
