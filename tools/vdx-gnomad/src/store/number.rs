//! Numbers as the text that a source prints, and back, to the letter.
//!
//! A style says how a number is printed, as one byte: 0 to 15 decimals without exponent (`%.Nf`, whole numbers are style
//! 0); 16 to 24 for 0 to 8 decimals with exponent (`%.Ne`); 32 for six significant digits with trailing zeros
//! (`%#.6g`). In style N the number `n` is `n / 2` without its decimal point, negative where `n` is odd. In the others it
//! is likewise, with digits and exponent in one: `digits + (place x 10^count)`, where `count` is how many digits there
//! are, and `place` is 0 for exponent 0, 1 for -1, 2 for -2 and so on to 99, and 100 + e for exponents e above 0.

mod backward;
mod parse;
mod round;

use self::backward::Backward;
use self::parse::{exponential, fixed, general, sign};
use self::round::rounded;

/// How the numbers of a column are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
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
    pub(crate) fn to_byte(self) -> u8 {
        match self {
            Self::Fixed(decimals) => decimals,
            Self::Exponent(decimals) => 16 + decimals,
            Self::General => 32,
        }
    }

    /// From a file.
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0..=15 => Some(Self::Fixed(byte)),
            16..=24 => Some(Self::Exponent(byte - 16)),
            32 => Some(Self::General),
            _ => None,
        }
    }

    /// The styles that print some number as `text`.
    pub(crate) fn of(text: &[u8]) -> impl Iterator<Item = Self> + '_ {
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
    pub(crate) fn parse(self, text: &[u8]) -> Option<u64> {
        let (negative, text) = sign(text);
        match self {
            Self::Fixed(decimals) => {
                let value = fixed(text, usize::from(decimals))?;
                Some(value.checked_mul(2)? | u64::from(negative))
            }
            Self::Exponent(decimals) => {
                let (digits, exponent) = exponential(text, usize::from(decimals))?;
                self.code(Scientific { negative, digits, exponent })
            }
            Self::General => {
                let (digits, exponent) = general(text)?;
                self.code(Scientific { negative, digits, exponent })
            }
        }
    }

    /// Appends the text of a number; `None` where it is none of this style.
    pub(crate) fn print(self, number: u64, out: &mut Vec<u8>) -> Option<()> {
        if number & 1 == 1 {
            out.push(b'-');
        }
        let value = number >> 1;
        match self {
            Self::Fixed(decimals) => {
                let mut text = Backward::new();
                text.fixed(value, usize::from(decimals));
                out.extend_from_slice(text.bytes());
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
    pub(crate) fn print_ratio(self, part: u64, whole: u64, out: &mut Vec<u8>) -> Option<()> {
        if matches!(self, Self::Fixed(_)) || whole == 0 {
            return None;
        }
        let value = part as f64 / whole as f64;
        let (digits, exponent) = rounded(value, self.count())?;
        self.print_scientific(digits, exponent, out);
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
        let mut text = Backward::new();
        match self {
            Self::General if (-4..6).contains(&exponent) => {
                let decimals = (5 - exponent) as usize;
                if decimals == 0 {
                    text.byte(b'.');
                }
                text.fixed(digits, decimals);
            }
            _ => {
                let power = text.digits(exponent.unsigned_abs().into(), 2);
                if power > 0 {
                    text.whole(power);
                }
                text.byte(if exponent < 0 { b'-' } else { b'+' });
                text.byte(b'e');
                text.fixed(digits, self.count() as usize - 1);
            }
        }
        out.extend_from_slice(text.bytes());
    }
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

    #[test]
    fn what_is_parsed_is_printed_so() {
        let texts = [
            "0", "1", "-1", "00", "01", "10", "0.5", "-0.50", "1.", ".1", "0.", "00.1", "1.23456", "12.3456", "123456.",
        ];
        let more = [
            "0.123456",
            "0.0123456",
            "0.000123456",
            "0.0000123456",
            "0.00000",
            "0.000000",
            "0.10000",
            "123456",
            "1234567.",
        ];
        let powers =
            ["1.00000e+00", "1.00000e-00", "0.00000e+00", "0.00000e-05", "0.10000e-05", "1.00000e-5", "1.00000e-005"];
        let last = [
            "1.00000e-04",
            "1.00000e-05",
            "1.00000e+05",
            "1.00000e+06",
            "1.00000e-105",
            "1.0000e-105",
            "1.00000e",
            "e-05",
        ];
        for text in texts.iter().chain(&more).chain(&powers).chain(&last).map(|text| text.as_bytes()) {
            let fixed = (0..=15).map(Style::Fixed);
            let styles = fixed.chain((0..=8).map(Style::Exponent)).chain([Style::General]);
            for style in styles {
                let Some(number) = style.parse(text) else { continue };
                let mut out = Vec::new();
                style.print(number, &mut out).unwrap();
                assert_eq!(out, text, "{style:?}");
            }
        }
    }
}
