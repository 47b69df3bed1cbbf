//! One value and one list of them, from their text; and what stands for a value that is not there.

use crate::evaluate::view::Pick;

/// A value that is not there.
pub(crate) const MISSING: f64 = f64::from_bits(0x7ff8_0000_0000_0001);

/// Behind the last value of a row that has fewer than the others.
pub(crate) const END: f64 = f64::from_bits(0x7ff8_0000_0000_0002);

/// Whether there is no value. A `nan` of the file is one.
pub(crate) fn is_missing(value: f64) -> bool {
    matches!(value.to_bits(), 0x7ff8_0000_0000_0001 | 0x7ff8_0000_0000_0002)
}

/// A value: `.` and nothing are missing, a float is rounded to 32 bits. `None` where it is no number.
pub(crate) fn parse(text: &[u8], float: bool) -> Option<f64> {
    if matches!(text, b"." | b"") {
        return Some(MISSING);
    }
    if text.len() < 10 && text.iter().all(u8::is_ascii_digit) {
        let whole = text.iter().fold(0u32, |value, digit| value * 10 + u32::from(digit - b'0'));
        return Some(if float { f64::from(whole as f32) } else { f64::from(whole) });
    }
    let text = std::str::from_utf8(text).ok()?;
    if float { text.parse::<f32>().ok().map(f64::from) } else { text.parse().ok() }
}

/// The values of a list that are meant; the text of one that is no number is the error.
pub(crate) fn list<'t>(text: &'t [u8], pick: &Pick, float: bool, out: &mut Vec<f64>) -> Result<(), &'t [u8]> {
    for (_, value) in text.split(|&byte| byte == b',').enumerate().filter(|(place, _)| pick.has(*place)) {
        out.push(parse(value, float).ok_or(value)?);
    }
    Ok(())
}

pub(crate) fn wrong(field: &str, found: &[u8]) -> String {
    format!("expected a number in {field} for the filter expression, found '{}'", shown(found))
}

pub(crate) fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
