//! Numbers printed as C prints them, because that is how gnomAD's files were printed.

use std::io::Write;

/// `%.5e`: `5.98000e-05`.
pub fn exponent5(value: f64, out: &mut Vec<u8>) {
    if value == 0.0 {
        out.extend_from_slice(b"0.00000e+00");
        return;
    }
    let text = format!("{value:.5e}");
    let (mantissa, exponent) = split(&text);
    write_exponent(mantissa, exponent, out);
}

/// `%#.6g`: `0.000106530`, `0.00000`, `2.38737e-05`: six significant digits, trailing zeros kept.
pub fn general6(value: f64, out: &mut Vec<u8>) {
    if value == 0.0 {
        out.extend_from_slice(b"0.00000");
        return;
    }
    // C decides on the exponent after rounding to six digits, which `{:.5e}` has done.
    let text = format!("{value:.5e}");
    let (mantissa, exponent) = split(&text);
    if !(-4..6).contains(&exponent) {
        write_exponent(mantissa, exponent, out);
        return;
    }
    let decimals = usize::try_from(5 - exponent).unwrap_or(0);
    out.extend_from_slice(format!("{value:.decimals$}").as_bytes());
    if decimals == 0 {
        out.push(b'.');
    }
}

fn split(text: &str) -> (&str, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (mantissa, exponent.parse().unwrap_or(0))
}

fn write_exponent(mantissa: &str, exponent: i32, out: &mut Vec<u8>) {
    let sign = if exponent < 0 { '-' } else { '+' };
    // Writing to a Vec cannot fail.
    write!(out, "{mantissa}e{sign}{:02}", exponent.abs()).unwrap_or(());
}

/// Appends a whole number.
pub fn int(value: u64, out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut left = value;
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(f: fn(f64, &mut Vec<u8>), value: f64) -> String {
        let mut out = Vec::new();
        f(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    // Expected values are what C's printf prints.
    #[test]
    fn exponent_as_in_c() {
        for (value, expected) in [
            (5.98e-5, "5.98000e-05"),
            (0.0, "0.00000e+00"),
            (1.0, "1.00000e+00"),
            (0.999_999_9, "1.00000e+00"),
            (21.0 / 182_026.0, "1.15368e-04"),
            (1.5e-12, "1.50000e-12"),
            (123_456.7, "1.23457e+05"),
            (1e-100, "1.00000e-100"),
        ] {
            assert_eq!(text(exponent5, value), expected);
        }
    }

    #[test]
    fn general_as_in_c() {
        for (value, expected) in [
            (0.000_106_53, "0.000106530"),
            (0.0, "0.00000"),
            (1.0, "1.00000"),
            (1e-5, "1.00000e-05"),
            (5.98e-5, "5.98000e-05"),
            (0.000_1, "0.000100000"),
            (0.000_099_999_99, "0.000100000"),
            (0.999_999_9, "1.00000"),
            (13.046, "13.0460"),
            (123_456.0, "123456."),
            (999_999.9, "1.00000e+06"),
            (1_234_567.0, "1.23457e+06"),
            (-4.104_32e-6, "-4.10432e-06"),
        ] {
            assert_eq!(text(general6, value), expected);
        }
    }

    #[test]
    fn whole_numbers() {
        for value in [0u64, 7, 10, 249_250_621, u64::MAX] {
            let mut out = Vec::new();
            int(value, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }
}
