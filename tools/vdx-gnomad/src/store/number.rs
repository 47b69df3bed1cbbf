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
    pub fn print(self, number: u64, out: &mut Vec<u8>) -> Option<()> {
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
    pub fn print_ratio(self, part: u64, whole: u64, out: &mut Vec<u8>) -> Option<()> {
        if matches!(self, Self::Fixed(_)) || whole == 0 {
            return None;
        }
        let value = part as f64 / whole as f64;
        let (digits, exponent) = match quick(value, self.count()) {
            Some(found) => found,
            None => slow(value, self.count())?,
        };
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

/// `000102...9899`
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut at = 0;
    while at < 100 {
        pairs[at][0] += (at / 10) as u8;
        pairs[at][1] += (at % 10) as u8;
        at += 1;
    }
    pairs
};

/// A number that is written from its end, where its digits come from; none is longer than the 20 digits of a `u64`, a
/// point and zeros before it, and an exponent.
struct Backward {
    text: [u8; Self::ROOM],
    at: usize,
}

impl Backward {
    /// A power of two, so that a place within is one without looking.
    const ROOM: usize = 64;

    fn new() -> Self {
        Self { text: [0; Self::ROOM], at: Self::ROOM }
    }

    fn bytes(&self) -> &[u8] {
        &self.text[self.at..]
    }

    fn byte(&mut self, byte: u8) {
        self.at -= 1;
        self.text[self.at % Self::ROOM] = byte;
    }

    /// The last `count` digits of `value`; what is before them comes back.
    fn digits(&mut self, mut value: u64, count: usize) -> u64 {
        // Two at a time: each division waits for the one before it.
        for _ in 0..count / 2 {
            let [first, second] = PAIRS[(value % 100) as usize];
            self.byte(second);
            self.byte(first);
            value /= 100;
        }
        if count % 2 == 1 {
            self.byte(b'0' + (value % 10) as u8);
            value /= 10;
        }
        value
    }

    /// All digits of `value`, at least one.
    fn whole(&mut self, mut value: u64) {
        while value >= 100 {
            value = self.digits(value, 2);
        }
        self.digits(value, if value < 10 { 1 } else { 2 });
    }

    /// `value` with a point before its last `decimals` (at most 15) digits.
    fn fixed(&mut self, mut value: u64, decimals: usize) {
        if decimals > 0 {
            value = self.digits(value, decimals);
            self.byte(b'.');
        }
        self.whole(value);
    }
}

/// Powers of ten that doubles hold exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// How near to half a unit of the last digit [`quick`] leaves the rounding to [`slow`]: its product is off by one part
/// in 2^53, that is by less than 2e-7 for nine digits.
const TOO_NEAR: f64 = 1e-6;

/// The `count` (at most nine) digits of a number of at least 0 and below 10, and the exponent of the first, by one
/// multiplication; `None` where that may round the wrong way.
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

/// The digits of `text`, which must be as [`Backward::fixed`] prints them.
fn fixed(text: &[u8], decimals: usize) -> Option<u64> {
    let whole = text.len().checked_sub(if decimals == 0 { 0 } else { decimals + 1 })?;
    let (before, behind) = text.split_at(whole);
    if before.is_empty() || (before[0] == b'0' && whole > 1) {
        return None;
    }
    let behind = if decimals == 0 { behind } else { behind.strip_prefix(b".")? };
    number(behind, number(before, 0)?)
}

/// Digits and exponent of `d.ddde-dd`.
fn exponential(text: &[u8], decimals: usize) -> Option<(u64, i32)> {
    let size = if decimals == 0 { 1 } else { decimals + 2 };
    let (mantissa, rest) = text.split_at_checked(size)?;
    let digits = fixed(mantissa, decimals)?;
    let (below, power) = match rest {
        [b'e', b'-', power @ ..] => (true, power),
        [b'e', b'+', power @ ..] => (false, power),
        _ => return None,
    };
    if !matches!(power, [_, _] | [b'1'..=b'9', _, _]) {
        return None;
    }
    let power = number(power, 0)? as i32;
    let proper = if digits == 0 { power == 0 && !below } else { mantissa[0] != b'0' && !(power == 0 && below) };
    proper.then_some((digits, if below { -power } else { power }))
}

/// Digits and exponent of what `%#.6g` prints.
fn general(text: &[u8]) -> Option<(u64, i32)> {
    if text.contains(&b'e') {
        return exponential(text, 5).filter(|(digits, exponent)| *digits > 0 && !(-4..6).contains(exponent));
    }
    let point = text.iter().position(|&byte| byte == b'.')?;
    let (before, behind) = (&text[..point], &text[point + 1..]);
    if before == b"0" {
        let zeros = behind.iter().take_while(|&&byte| byte == b'0').count();
        return match behind.len() - zeros {
            0 if zeros == 5 => Some((0, 0)),
            6 if zeros < 4 => Some((number(behind, 0)?, -1 - zeros as i32)),
            _ => None,
        };
    }
    let proper = before.len() + behind.len() == 6 && before.first().is_some_and(|&byte| byte != b'0');
    Some((number(behind, number(before, 0)?)?, before.len() as i32 - 1)).filter(|_| proper)
}

/// The digits behind those of `value`.
fn number(text: &[u8], mut value: u64) -> Option<u64> {
    for &byte in text {
        value = value.checked_mul(10)?.checked_add(digit(byte)?)?;
    }
    Some(value)
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
