//! Sizes in bytes as people write them.

/// Bytes of a size such as `512M`, `2GiB`, `1.5g`, `6 GB` or `1048576`.
///
/// `K M G T` and `KiB MiB GiB TiB` count in powers of 1024, as `samtools sort -m` and Java's `-Xmx` do; `KB MB GB TB`
/// count in powers of 1000. A bare number is bytes. Upper and lower case are the same.
///
/// # Errors
/// Says what a size looks like when `text` is not one, is negative, or does not fit into 64 bits.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err(not_a_size(text)),
    };
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(factor).ok_or_else(|| format!("'{text}' is more than 64 bits can count"));
    }
    // Only a fraction comes here; a fraction of a byte means nothing and is cut off.
    match number.parse::<f64>() {
        Ok(value) if number.contains('.') && value * (factor as f64) < u64::MAX as f64 => {
            Ok((value * factor as f64) as u64)
        }
        _ => Err(not_a_size(text)),
    }
}

fn not_a_size(text: &str) -> String {
    format!("'{text}' is not a size; write a number with K, M, G or T, e.g. 512M or 2GiB")
}

/// A size for people: the largest binary unit that leaves at least 1, with one decimal where it is not whole.
#[must_use]
pub fn format_size(bytes: u64) -> String {
    let units = [(1u64 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    for (factor, unit) in units {
        if bytes >= factor {
            return if bytes.is_multiple_of(factor) {
                format!("{} {unit}", bytes / factor)
            } else {
                format!("{:.1} {unit}", bytes as f64 / factor as f64)
            };
        }
    }
    format!("{bytes} bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, bytes) in [
            ("0", 0),
            ("1048576", 1 << 20),
            ("512M", 512 << 20),
            ("512m", 512 << 20),
            ("2GiB", 2 << 30),
            ("2gib", 2 << 30),
            ("1.5K", 1536),
            ("6 GB", 6_000_000_000),
            ("3kb", 3000),
            ("1T", 1 << 40),
            ("100B", 100),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_size() {
        for text in ["", "M", "-1", "-1M", "12X", "1e9", "1.2.3M", "lots", ".", "99999999999T", "18446744073709551616"]
        {
            assert!(parse_size(text).is_err(), "{text}");
        }
        assert!(parse_size("lots").unwrap_err().contains("512M"));
    }

    #[test]
    fn writes_the_largest_unit() {
        assert_eq!(format_size(512), "512 bytes");
        assert_eq!(format_size(8 << 20), "8 MiB");
        assert_eq!(format_size(1536), "1.5 KiB");
        assert_eq!(format_size(24_684_084 << 10), "23.5 GiB");
    }
}
