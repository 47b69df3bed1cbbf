//! Lists of Number=A, R and G: the values of REF and one ALT, and how long such a list is.

use super::number_g::{genotype_index, genotypes, ploidy};
use crate::header::Number;
use crate::number::text;

/// Writes the values of a list that belong to REF and one ALT; a lone `.` stays.
pub(super) fn values(value: &[u8], number: Number, alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let found = 1 + memchr::memchr_iter(b',', value).count();
    let wrong = |number: &str, expected: &str| {
        let values = if found == 1 { "value" } else { "values" };
        Err(format!("expected {expected} values (Number={number}, {alts} ALT alleles), found {found} {values}"))
    };
    match number {
        _ if value == b"." => out.extend_from_slice(value),
        Number::A if found != alts => return wrong("A", &alts.to_string()),
        Number::R if found != alts + 1 => return wrong("R", &(alts + 1).to_string()),
        Number::A => pick(value, [alt], out),
        Number::R => pick(value, [0, alt + 1], out),
        Number::G => {
            let alleles = alts as u64 + 1;
            let Some(ploidy) = ploidy(alleles, found as u64) else {
                return wrong("G", &format!("{} (haploid) or {}", alleles, genotypes(alleles, 2)));
            };
            pick(value, (0..=ploidy).map(|copies| genotype_index(alt as u64 + 1, copies, ploidy) as usize), out);
        }
        _ => out.extend_from_slice(value),
    }
    Ok(())
}

/// Whether a list has the length that its Number asks for, or is a lone `.`.
pub(super) fn fits(value: &[u8], number: Number, alts: usize) -> bool {
    let found = 1 + memchr::memchr_iter(b',', value).count();
    value == b"."
        || match number {
            Number::A => found == alts,
            Number::R => found == alts + 1,
            Number::G => ploidy(alts as u64 + 1, found as u64).is_some(),
            _ => true,
        }
}

/// Writes a list of Number=R for one ALT, the values of the other ALTs added to that of REF; what is missing adds
/// nothing, and a missing value of REF stays.
pub(super) fn sum(value: &[u8], alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), String> {
    if value == b"." || !fits(value, Number::R, alts) {
        return values(value, Number::R, alt, alts, out);
    }
    let mut own = &b"."[..];
    let mut total = Some(0u64);
    for (at, part) in value.split(|&byte| byte == b',').enumerate() {
        if at == alt + 1 {
            own = part;
        } else if part == b"." {
            total = total.filter(|_| at > 0);
        } else {
            let number = std::str::from_utf8(part).ok().and_then(|part| part.parse::<u64>().ok());
            let Some(number) = number else {
                return Err(format!("expected whole numbers to add up, found '{}'", text(part)));
            };
            total = total.map(|total| total.saturating_add(number));
        }
    }
    match total {
        Some(total) => out.extend_from_slice(total.to_string().as_bytes()),
        None => out.push(b'.'),
    }
    out.push(b',');
    out.extend_from_slice(own);
    Ok(())
}

/// Writes the values at `wanted`, 0-based and ascending, all of which are there.
pub(super) fn pick(value: &[u8], wanted: impl IntoIterator<Item = usize>, out: &mut Vec<u8>) {
    let mut values = value.split(|&byte| byte == b',');
    let mut next = 0;
    for (count, at) in wanted.into_iter().enumerate() {
        if count > 0 {
            out.push(b',');
        }
        out.extend_from_slice(values.nth(at - next).unwrap_or(b"."));
        next = at + 1;
    }
}
