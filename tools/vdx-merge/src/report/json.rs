//! JSON in as few bytes as it takes: tens of thousands of rows are to fit into a page.

use serde_json::Value;

/// A frequency with so many significant digits, in its shortest form; `null` for none.
pub(crate) fn rounded(text: &str, digits: usize) -> String {
    let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) else {
        return "null".to_owned();
    };
    let rounded: f64 = format!("{number:.*e}", digits - 1).parse().unwrap_or(number);
    let (plain, scientific) = (format!("{rounded}"), format!("{rounded:e}"));
    if plain.len() <= scientific.len() { plain } else { scientific }
}

/// A frequency in three digits: `ab` times ten to the power of `-c` is `abc`; 0 for none, -1 where it is not known.
///
/// Nine groups in each of many rows are most of a page; this is half of what decimals take.
pub(crate) fn coded(text: &str) -> String {
    let Some(number) = text.parse::<f64>().ok().filter(|number| (0.0..=1.0).contains(number)) else {
        return "-1".to_owned();
    };
    // Two digits, of which the smallest frequencies keep fewer.
    let power = (1..9).find(|&power| number * 10f64.powi(power) >= 9.95).unwrap_or(9);
    let digits = (number * 10f64.powi(power)).round();
    if digits == 0.0 { "0".to_owned() } else { format!("{digits}{power}") }
}

/// The number that `digits` are, without quotes; else `text`.
pub(crate) fn number_or_text(digits: &str, text: &str) -> String {
    let plain = (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain && (!digits.starts_with('0') || digits == "0") { digits.to_owned() } else { quoted(text) }
}

/// A JSON string.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A JSON array.
pub(crate) fn list(values: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", values.into_iter().collect::<Vec<_>>().join(","))
}

/// Appends JSON in which nothing can end the `<script>` element that it stands in (HTML, section 4.12.1.3): `<` occurs
/// in strings only.
pub(crate) fn embed(json: &str, out: &mut Vec<u8>) {
    for byte in json.bytes() {
        match byte {
            b'<' => out.extend_from_slice(b"\\u003c"),
            byte => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number_or_text("007", "rs007"), "\"rs007\"");
        for (text, short) in
            [("nan", "null"), ("", "null"), ("0.0", "0"), ("1.00000e+00", "1"), ("1.23456e-05", "1.23e-5")]
        {
            assert_eq!(rounded(text, 3), short);
        }
        for (text, digits) in [
            ("", "-1"),
            ("0", "0"),
            ("1", "101"),
            ("0.524", "522"),
            ("0.0996", "102"),
            ("1.23e-05", "126"),
            ("6.2e-08", "629"),
            ("1e-9", "19"),
            ("1e-12", "0"),
            ("2", "-1"),
        ] {
            assert_eq!(coded(text), digits, "{text}");
        }
    }
}
