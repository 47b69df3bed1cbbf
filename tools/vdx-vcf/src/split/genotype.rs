//! GT of REF and one ALT: what the other ALTs become in it.

use crate::number::text;

/// What the other ALT alleles become in GT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlaps {
    /// `1/2` becomes `1/0` and `0/1`.
    #[default]
    Reference,
    /// `1/2` becomes `1/.` and `./1`.
    Missing,
}

/// Writes a genotype with ALT `alt` (0-based) as `1` and the other ALTs as REF or missing; phasing stays.
pub(super) fn genotype(
    value: &[u8],
    alt: usize,
    alts: usize,
    overlaps: Overlaps,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        if !byte.is_ascii_digit() {
            out.push(byte);
            rest = tail;
            continue;
        }
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, tail) = rest.split_at(digits);
        // So many alleles that the number overflows are too many in any case.
        let allele = number
            .iter()
            .fold(0usize, |value, digit| value.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
        if allele > alts {
            return Err(format!("expected alleles from 0 to {alts}, found {allele} in '{}'", text(value)));
        }
        out.push(match overlaps {
            _ if allele == 0 => b'0',
            _ if allele == alt + 1 => b'1',
            Overlaps::Reference => b'0',
            Overlaps::Missing => b'.',
        });
        rest = tail;
    }
    Ok(())
}
