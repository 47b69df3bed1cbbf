//! 32-bit floats as text: read as strtod reads them, written as htslib writes them or so that they come back.

use std::io::Write;

use crate::digits::decimal;

/// How floats of a BCF record become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floats {
    /// Text that gives the same bits again: six digits where they do, else the fewest that do.
    Exact,
    /// Six significant digits, as `bcftools view` prints them.
    Htslib,
}

const POWERS: [f64; 52] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31, 1e32, 1e33, 1e34, 1e35, 1e36, 1e37, 1e38, 1e39,
    1e40, 1e41, 1e42, 1e43, 1e44, 1e45, 1e46, 1e47, 1e48, 1e49, 1e50, 1e51,
];

/// The float that all of `text` is; `None` where it is none.
pub(super) fn parse(text: &[u8]) -> Option<f32> {
    quick(text).or_else(|| std::str::from_utf8(text).ok()?.parse::<f64>().ok()).map(|value| value as f32)
}

/// Numbers whose digits and whose power of ten are both exact in a double: their quotient is rounded once and right.
fn quick(text: &[u8]) -> Option<f64> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (mut digits, mut count, mut point, mut at) = (0u64, 0, None, 0);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'0'..=b'9' => {
                digits = digits * 10 + u64::from(byte - b'0');
                count += 1;
                // From here on a double does not have every whole number.
                if digits > 1 << 53 {
                    return None;
                }
            }
            b'.' if point.is_none() => point = Some(count),
            _ => break,
        }
        at += 1;
    }
    let mut power = point.map_or(0, |point: i32| point - count);
    if count == 0 {
        return None;
    }
    if let Some(exponent) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (sign, exponent) = match exponent {
            [b'e' | b'E', b'-', rest @ ..] => (-1, rest),
            [b'e' | b'E', b'+', rest @ ..] | [b'e' | b'E', rest @ ..] => (1, rest),
            _ => return None,
        };
        if exponent.is_empty() || exponent.len() > 3 || !exponent.iter().all(u8::is_ascii_digit) {
            return None;
        }
        power += sign * exponent.iter().fold(0, |value, byte| value * 10 + i32::from(byte - b'0'));
    }
    // 10^22 is the largest power of ten that a double has exactly.
    let value = match power {
        0 => digits as f64,
        -22..0 => digits as f64 / POWERS[power.unsigned_abs() as usize],
        1..=22 => digits as f64 * POWERS[power as usize],
        _ => return None,
    };
    Some(if negative { -value } else { value })
}

/// Appends `value`.
#[inline]
pub(super) fn put(out: &mut Vec<u8>, value: f32, floats: Floats) {
    let start = out.len();
    put_six(out, f64::from(value));
    if floats == Floats::Exact && !value.is_nan() && parse(&out[start..]).map(f32::to_bits) != Some(value.to_bits()) {
        out.truncate(start);
        put_shortest(out, value);
    }
}

/// As kputd of htslib, which is `%g` of C with a way of its own to round between 0.0001 and 999999.
fn put_six(out: &mut Vec<u8>, value: f64) {
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let value = value.abs();
    if value == 0.0 {
        return out.push(b'0');
    }
    if !value.is_finite() {
        return out.extend_from_slice(if value.is_nan() { b"nan" } else { b"inf" });
    }
    if (0.0001..=999_999.0).contains(&value) {
        let places = match value {
            ..0.001 => 9,
            ..0.01 => 8,
            ..0.1 => 7,
            ..1.0 => 6,
            ..10.0 => 5,
            ..100.0 => 4,
            ..1000.0 => 3,
            ..10_000.0 => 2,
            ..100_000.0 => 1,
            _ => 0,
        };
        return put_fixed(out, (value * POWERS[places]).round_ties_even() as u64, places);
    }
    let (digits, exponent) = six_digits(value);
    match exponent {
        -4..=5 => put_fixed(out, digits, (5 - exponent) as usize),
        _ => put_scientific(out, decimal(&mut [0; 20], digits), exponent),
    }
}

/// The six significant digits of a positive number, rounded to even where it lies half-way, and its power of ten.
fn six_digits(value: f64) -> (u64, i32) {
    let exponent = value.log10().floor() as i32;
    let scaled = match 5 - exponent {
        up @ 0..=51 => value * POWERS[up as usize],
        down @ -51..0 => value / POWERS[down.unsigned_abs() as usize],
        _ => f64::NAN,
    };
    // Scaling errs by some 1e-10: what is not near the middle of two numbers is rounded right.
    let rounded = scaled.round();
    if (100_000.0..999_999.4).contains(&scaled) && (scaled - rounded).abs() < 0.4999 {
        return (rounded as u64, exponent);
    }
    let mut text = [0; 32];
    let mut rest = &mut text[..];
    // A float of 32 bits has at most two digits of exponent: this fits.
    let written = write!(rest, "{value:.5e}").is_ok();
    let free = rest.len();
    debug_assert!(written);
    split_scientific(&text[..32 - free])
}

/// `1.2345e-5` as 12345 and -5.
fn split_scientific(text: &[u8]) -> (u64, i32) {
    let at = memchr::memchr(b'e', text).unwrap_or(text.len());
    let digits = text[..at].iter().filter(|byte| byte.is_ascii_digit());
    let digits = digits.fold(0, |value, byte| value * 10 + u64::from(byte - b'0'));
    let exponent = std::str::from_utf8(text.get(at + 1..).unwrap_or_default()).ok().and_then(|text| text.parse().ok());
    (digits, exponent.unwrap_or(0))
}

/// The fewest digits that give the same float again.
fn put_shortest(out: &mut Vec<u8>, value: f32) {
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let mut text = [0; 32];
    let mut rest = &mut text[..];
    let written = write!(rest, "{:e}", value.abs()).is_ok();
    let free = rest.len();
    debug_assert!(written);
    let (digits, exponent) = split_scientific(&text[..32 - free]);
    let mut buffer = [0; 20];
    let shown = decimal(&mut buffer, digits);
    let places = shown.len() as i32 - 1 - exponent;
    match exponent {
        -4..=14 if places >= 0 => put_fixed(out, digits, places as usize),
        -4..=14 => {
            out.extend_from_slice(shown);
            out.resize(out.len() + places.unsigned_abs() as usize, b'0');
        }
        _ => put_scientific(out, shown, exponent),
    }
}

/// `digits` divided by ten to the power of `places`, without zeros at the end of the fraction.
fn put_fixed(out: &mut Vec<u8>, digits: u64, places: usize) {
    let mut buffer = [b'0'; 20];
    let len = decimal(&mut buffer, digits).len().max(places + 1);
    let (whole, fraction) = buffer[20 - len..].split_at(len - places);
    out.extend_from_slice(whole);
    let end = fraction.iter().rposition(|&byte| byte != b'0').map_or(0, |at| at + 1);
    if end > 0 {
        out.push(b'.');
        out.extend_from_slice(&fraction[..end]);
    }
}

/// `1.5e-05`: one digit before the point, zeros dropped, at least two digits of exponent.
fn put_scientific(out: &mut Vec<u8>, digits: &[u8], exponent: i32) {
    out.push(digits[0]);
    let end = digits.iter().rposition(|&byte| byte != b'0').map_or(1, |at| at + 1);
    if end > 1 {
        out.push(b'.');
        out.extend_from_slice(&digits[1..end]);
    }
    out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
    let exponent = exponent.unsigned_abs() as u8;
    out.extend_from_slice(&[b'0' + exponent / 10, b'0' + exponent % 10]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f32, floats: Floats) -> String {
        let mut out = Vec::new();
        put(&mut out, value, floats);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn six_digits_are_written_as_by_htslib() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-2.5, "-2.5"),
            (0.000_1, "0.0001"),
            (f32::from_bits(0x38d1_b716), "0.0001"),
            (6.565_47e-6, "6.56547e-06"),
            (f32::from_bits(0x3c23_d709), "0.01"),
            (9.999_999, "10"),
            (99.999_99, "100"),
            (1000.0, "1000"),
            (123_456.7, "123457"),
            (999_999.0, "999999"),
            (999_999.5, "1e+06"),
            (1e6, "1e+06"),
            (16_777_216.0, "1.67772e+07"),
            (f32::MAX, "3.40282e+38"),
            (f32::MIN_POSITIVE, "1.17549e-38"),
            (f32::from_bits(1), "1.4013e-45"),
            (f32::INFINITY, "inf"),
            (f32::NEG_INFINITY, "-inf"),
            (f32::NAN, "nan"),
        ] {
            assert_eq!(text(value, Floats::Htslib), expected);
        }
    }

    #[test]
    fn exact_text_gives_the_same_bits() {
        let mut random = vdx_testkit::Random(1);
        for _ in 0..300_000 {
            let bits = random.next_u32();
            let value = f32::from_bits(bits);
            if !value.is_nan() {
                let text = text(value, Floats::Exact);
                assert_eq!(parse(text.as_bytes()).unwrap().to_bits(), bits, "{text}");
            }
        }
        assert_eq!(text(16_777_216.0, Floats::Exact), "16777216");
        assert_eq!(text(0.1, Floats::Exact), "0.1");
        assert_eq!(text(1.234_567_8e-5, Floats::Exact), "1.2345678e-05");
        assert_eq!(text(1.234_567_8e20, Floats::Exact), "1.2345678e+20");
    }

    #[test]
    fn the_quick_way_gives_what_the_standard_library_gives() {
        let mut random = vdx_testkit::Random(7);
        for _ in 0..200_000 {
            let digits = random.below(1 << 24).to_string();
            let at = random.below(digits.len() as u32 + 1) as usize;
            let text = format!("{}.{}e{}", &digits[..at], &digits[at..], i64::from(random.below(59)) - 29);
            if let Some(value) = quick(text.as_bytes()) {
                assert_eq!(value.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", ".", "e5", "1e", "1.2.3", "1,2", "0x10", "1 ", "x", "1e5x"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        for (text, value) in
            [(".5", 0.5), ("5.", 5.0), ("+1e2", 100.0), ("Inf", f32::INFINITY), ("1e39", f32::INFINITY)]
        {
            assert_eq!(parse(text.as_bytes()), Some(value));
        }
        assert!(parse(b"NaN").unwrap().is_nan());
    }
}
