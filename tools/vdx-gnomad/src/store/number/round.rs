//! The digits that a fraction is rounded to, as C prints it.

use super::parse::fixed;

/// The `count` (at most nine) digits of a number of at least 0, and the exponent of the first.
pub(super) fn rounded(value: f64, count: u32) -> Option<(u64, i32)> {
    quick(value, count).or_else(|| slow(value, count))
}

/// Powers of ten that doubles hold exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// How near to half a unit of the last digit [`quick`] leaves the rounding to [`slow`]: its product is off by one part
/// in 2^53, that is by less than 2e-7 for nine digits.
const TOO_NEAR: f64 = 1e-6;

/// The same for a number below 10, by one multiplication; `None` where that may round the wrong way.
fn quick(value: f64, count: u32) -> Option<(u64, i32)> {
    if value == 0.0 {
        return Some((0, 0));
    }
    let first = count as usize - 1;
    let (least, most) = (POWERS[first], POWERS[first + 1]);
    let place = (first..POWERS.len()).find(|&place| value * POWERS[place] >= least)?;
    let scaled = value * POWERS[place];
    if scaled >= most {
        return None;
    }
    let whole = scaled.floor();
    let beyond = scaled - whole - 0.5;
    if beyond.abs() < TOO_NEAR {
        return None;
    }
    let digits = if beyond > 0.0 { whole + 1.0 } else { whole };
    let exponent = first as i32 - place as i32;
    Some(if digits < most { (digits as u64, exponent) } else { (least as u64, exponent + 1) })
}

/// The same for any number, to the last bit.
fn slow(value: f64, count: u32) -> Option<(u64, i32)> {
    use std::io::Write;
    let mut buffer = [0u8; 40];
    let mut rest = &mut buffer[..];
    let decimals = count as usize - 1;
    write!(rest, "{value:.decimals$e}").ok()?;
    let length = 40 - rest.len();
    let end = buffer[..length].iter().position(|&byte| byte == b'e')?;
    let exponent = std::str::from_utf8(&buffer[end + 1..length]).ok()?.parse().ok()?;
    Some((fixed(&buffer[..end], decimals)?, exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_way_gives_what_the_slow_way_gives() {
        let wholes = [1u64, 2, 3, 7, 64, 999, 1024, 230_850, 251_496, 1_614_320, 4_000_000, (1 << 53) - 1];
        let parts = (0..2000).chain([99_999, 100_000, 999_999, 1_000_000, 9_999_995, u64::MAX]);
        let mut quickly = 0;
        for (part, whole) in parts.flat_map(|part| wholes.map(|whole| (part, whole))) {
            let value = part as f64 / whole as f64;
            for count in [1, 6, 9] {
                let Some(found) = quick(value, count) else { continue };
                assert_eq!(Some(found), slow(value, count), "{part}/{whole} to {count}");
                quickly += 1;
            }
        }
        assert!(quickly > 40_000, "{quickly}");
        // Half a unit, and what doubles make of it.
        assert_eq!(quick(0.000_000_312_5, 3), None);
        assert_eq!(quick(0.999_999_96, 6), Some((100_000, 0)));
        assert_eq!(quick(1e-30, 6), None);
    }
}
