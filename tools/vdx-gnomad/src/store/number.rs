//! Numbers as the text that a source prints, and back, to the letter.
//!
//! A style says how a number is printed, as one byte: 0 to 15 decimals without exponent (`%.Nf`, whole numbers are style
//! 0); 16 to 24 for 0 to 8 decimals with exponent (`%.Ne`); 32 for six significant digits with trailing zeros
//! (`%#.6g`). In style N the number `n` is `n / 2` without its decimal point, negative where `n` is odd. In the others it
//! is likewise, with digits and exponent in one: `digits + (place x 10^count)`, where `count` is how many digits there
//! are, and `place` is 0 for exponent 0, 1 for -1, 2 for -2 and so on to 99, and 100 + e for exponents e above 0.

/// How the numbers of a column are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// This many decimals, no exponent.
    Fixed(u8),
    /// This many decimals, and an exponent of at least two digits.
    Exponent(u8),
    /// Six significant digits, exponent below -4 and above 5.
    General,
}

/// Digits, the first of them not zero unless all are, and the exponent of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scientific {
    negative: bool,
    digits: u64,
    exponent: i32,
}

impl Style {
    /// As it stands in a file.
    pub fn to_byte(self) -> u8 {
        match self {
            Self::Fixed(decimals) => decimals,
            Self::Exponent(decimals) => 16 + decimals,
            Self::General => 32,
        }
    }

    /// From a file.
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0..=15 => Some(Self::Fixed(byte)),
            16..=24 => Some(Self::Exponent(byte - 16)),
            32 => Some(Self::General),
            _ => None,
        }
    }

    /// The styles that print some number as `text`.
    pub fn of(text: &[u8]) -> impl Iterator<Item = Self> + '_ {
        let exponent = text.iter().position(|&byte| byte == b'e');
        let point = text.iter().position(|&byte| byte == b'.');
        let end = exponent.unwrap_or(text.len());
        let decimals = point.map_or(0, |point| end.saturating_sub(point + 1).min(255) as u8);
        let plain = match exponent {
            Some(_) => (decimals <= 8).then_some(Self::Exponent(decimals)),
            None => (decimals <= 15).then_some(Self::Fixed(decimals)),
        };
        [point.map(|_| Self::General), plain].into_iter().flatten().filter(|style| style.parse(text).is_some())
    }

    /// The number that this style prints as `text`; `None` where there is none.
    pub fn parse(self, text: &[u8]) -> Option<u64> {
        let number = match self {
            Self::Fixed(_) => {
                let (negative, text) = sign(text);
                let mut value = 0u64;
                for &byte in text.iter().filter(|&&byte| byte != b'.') {
                    value = value.checked_mul(10)?.checked_add(digit(byte)?)?;
                }
                value.checked_mul(2)? | u64::from(negative)
            }
            Self::Exponent(_) | Self::General => self.code(scientific(text, self.count())?)?,
        };
        let mut printed = Vec::with_capacity(24);
        (self.print(number, &mut printed).is_some() && printed == text).then_some(number)
    }

    /// Appends the text of a number; `None` where it is none of this style.
    pub fn print(self, number: u64, out: &mut Vec<u8>) -> Option<()> {
        if number & 1 == 1 {
            out.push(b'-');
        }
        let value = number >> 1;
        match self {
            Self::Fixed(decimals) => {
                print_fixed(value, usize::from(decimals), out);
                Some(())
            }
            Self::Exponent(_) | Self::General => {
                let unit = 10u64.pow(self.count());
                let place = i32::try_from(value / unit).ok().filter(|place| *place < 1000)?;
                let exponent = if place < 100 { -place } else { place - 100 };
                self.print_scientific(value % unit, exponent, out);
                Some(())
            }
        }
    }

    /// Appends `part / whole` as this style prints it; `None` where it prints no fractions so, or there is none.
    pub fn print_ratio(self, part: u64, whole: u64, out: &mut Vec<u8>) -> Option<()> {
        use std::io::Write;
        if matches!(self, Self::Fixed(_)) || whole == 0 {
            return None;
        }
        let mut buffer = [0u8; 40];
        let mut rest = &mut buffer[..];
        let decimals = self.count() as usize - 1;
        write!(rest, "{:.decimals$e}", part as f64 / whole as f64).ok()?;
        let length = 40 - rest.len();
        let printed = scientific(&buffer[..length], self.count())?;
        self.print_scientific(printed.digits, printed.exponent, out);
        Some(())
    }

    /// How many digits there are with an exponent.
    fn count(self) -> u32 {
        match self {
            Self::Exponent(decimals) => u32::from(decimals) + 1,
            Self::Fixed(_) | Self::General => 6,
        }
    }

    fn code(self, number: Scientific) -> Option<u64> {
        let Scientific { negative, digits, exponent } = number;
        let place = if exponent > 0 { 100 + exponent } else { -exponent };
        if exponent < -99 || place >= 1000 {
            return None;
        }
        Some(((place as u64 * 10u64.pow(self.count()) + digits) << 1) | u64::from(negative))
    }

    fn print_scientific(self, digits: u64, exponent: i32, out: &mut Vec<u8>) {
        match self {
            Self::General if (0..6).contains(&exponent) => {
                let decimals = (5 - exponent) as usize;
                print_fixed(digits, decimals, out);
                if decimals == 0 {
                    out.push(b'.');
                }
            }
            Self::General if (-4..0).contains(&exponent) => print_fixed(digits, (5 - exponent) as usize, out),
            _ => {
                let decimals = self.count() as usize - 1;
                print_fixed(digits, decimals, out);
                out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
                if exponent.abs() < 10 {
                    out.push(b'0');
                }
                print_fixed(exponent.unsigned_abs().into(), 0, out);
            }
        }
    }
}

/// Appends `value` with a point before its last `decimals` digits.
fn print_fixed(mut value: u64, decimals: usize, out: &mut Vec<u8>) {
    let from = out.len();
    let mut printed = 0;
    loop {
        if printed == decimals && decimals > 0 {
            out.push(b'.');
        }
        out.push(b'0' + (value % 10) as u8);
        value /= 10;
        printed += 1;
        if value == 0 && printed > decimals {
            break;
        }
    }
    out[from..].reverse();
}

/// The number that `text` prints with `count` significant digits.
fn scientific(text: &[u8], count: u32) -> Option<Scientific> {
    let (negative, text) = sign(text);
    let (mantissa, shift) = match text.iter().position(|&byte| byte == b'e') {
        Some(at) => (&text[..at], std::str::from_utf8(&text[at + 1..]).ok()?.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let point = mantissa.iter().position(|&byte| byte == b'.').unwrap_or(mantissa.len()) as i32;
    let (mut digits, mut taken, mut first) = (0u64, 0, 0);
    for (at, &byte) in mantissa.iter().filter(|&&byte| byte != b'.').enumerate() {
        let digit = digit(byte)?;
        if taken == 0 && digit == 0 {
            continue;
        }
        if taken == 0 {
            first = point - 1 - at as i32;
        }
        taken += 1;
        if taken > count {
            return None;
        }
        digits = digits * 10 + digit;
    }
    match taken {
        0 => Some(Scientific { negative, digits: 0, exponent: 0 }),
        _ if taken == count => Some(Scientific { negative, digits, exponent: first.checked_add(shift)? }),
        _ => None,
    }
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    text.strip_prefix(b"-").map_or((false, text), |rest| (true, rest))
}

fn digit(byte: u8) -> Option<u64> {
    byte.is_ascii_digit().then(|| u64::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styles(text: &str) -> Vec<Style> {
        Style::of(text.as_bytes()).collect()
    }

    #[test]
    fn texts_have_their_styles_and_come_back() {
        for (text, expected) in [
            ("0", vec![Style::Fixed(0)]),
            ("251496", vec![Style::Fixed(0)]),
            ("-7", vec![Style::Fixed(0)]),
            ("-0.250", vec![Style::Fixed(3)]),
            ("0.5", vec![Style::Fixed(1)]),
            ("0.000106530", vec![Style::General, Style::Fixed(9)]),
            ("0.00000", vec![Style::General, Style::Fixed(5)]),
            ("123456.", vec![Style::General]),
            ("5.98000e-05", vec![Style::General, Style::Exponent(5)]),
            ("0.00000e+00", vec![Style::Exponent(5)]),
            ("-1.00000e-03", vec![Style::Exponent(5)]),
            ("1.00000e+100", vec![Style::General, Style::Exponent(5)]),
            ("2e-07", vec![Style::Exponent(0)]),
        ] {
            assert_eq!(styles(text), expected, "{text}");
            for style in expected {
                let mut out = Vec::new();
                style.print(style.parse(text.as_bytes()).unwrap(), &mut out).unwrap();
                assert_eq!(out, text.as_bytes());
                assert_eq!(Style::from_byte(style.to_byte()), Some(style));
            }
        }
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in ["", "007", "-", "+1", "1e5", "1.5e-7", "nan", "afr", "1,2", ".", "1.2.3", "00.5", "1.0E-05", "-e1"]
        {
            assert_eq!(styles(text), [], "{text}");
        }
    }

    #[test]
    fn ratios_are_printed_as_c_does() {
        let ratio = |style: Style, part, whole| {
            let mut out = Vec::new();
            style.print_ratio(part, whole, &mut out).map(|()| String::from_utf8(out).unwrap())
        };
        let e = Style::Exponent(5);
        assert_eq!(ratio(e, 14, 230_850).unwrap(), "6.06454e-05");
        assert_eq!(ratio(e, 0, 10).unwrap(), "0.00000e+00");
        assert_eq!(ratio(e, 1, 1).unwrap(), "1.00000e+00");
        assert_eq!(ratio(e, 1, 0), None);
        let g = Style::General;
        assert_eq!(ratio(g, 14, 230_850).unwrap(), "6.06454e-05");
        assert_eq!(ratio(g, 16, 150_192).unwrap(), "0.000106530");
        assert_eq!(ratio(g, 0, 10).unwrap(), "0.00000");
        assert_eq!(ratio(g, 1, 2).unwrap(), "0.500000");
        assert_eq!(ratio(g, 999_999_999, 1_000_000_000).unwrap(), "1.00000");
    }
}
