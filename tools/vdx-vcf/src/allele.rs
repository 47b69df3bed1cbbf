//! What an ALT allele is (VCF 4.5, section 1.6.1, field ALT).

/// The classes of ALT alleles that tools treat differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlleleKind {
    /// Letters of ACGTN in any case.
    Bases,
    /// `*`: the allele is missing because of a deletion upstream.
    Star,
    /// `<...>`: symbolic, `<NON_REF>` and `<*>` among them.
    Symbolic,
    /// A breakend: `N[chr:pos[`, `]chr:pos]N`, or a single one `N.` / `.N`.
    Breakend,
    /// `.`: no alternate allele.
    Missing,
    /// Anything else: letters outside ACGTN, an empty allele, stray characters.
    Other,
}

/// Classifies one ALT allele (not the comma-joined field).
pub fn kind(allele: &[u8]) -> AlleleKind {
    match allele {
        b"." => AlleleKind::Missing,
        b"*" => AlleleKind::Star,
        [b'<', .., b'>'] => AlleleKind::Symbolic,
        _ if is_bases(allele) => AlleleKind::Bases,
        _ if allele.iter().any(|byte| matches!(byte, b'[' | b']')) => AlleleKind::Breakend,
        [b'.', rest @ ..] | [rest @ .., b'.'] if is_bases(rest) => AlleleKind::Breakend,
        _ => AlleleKind::Other,
    }
}

/// Whether the allele is one or more letters of ACGTN in any case.
pub fn is_bases(allele: &[u8]) -> bool {
    !allele.is_empty() && allele.iter().all(|&byte| is_base(byte))
}

/// Whether the byte is one of ACGTN in any case.
pub fn is_base(byte: u8) -> bool {
    matches!(byte, b'A' | b'C' | b'G' | b'T' | b'N' | b'a' | b'c' | b'g' | b't' | b'n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alleles_are_classified() {
        let cases: [(&[u8], AlleleKind); 14] = [
            (b"A", AlleleKind::Bases),
            (b"acgtN", AlleleKind::Bases),
            (b"*", AlleleKind::Star),
            (b".", AlleleKind::Missing),
            (b"<DEL>", AlleleKind::Symbolic),
            (b"<*>", AlleleKind::Symbolic),
            (b"A[2:100[", AlleleKind::Breakend),
            (b"]<ctg1>:7]A", AlleleKind::Breakend),
            (b"A.", AlleleKind::Breakend),
            (b".TT", AlleleKind::Breakend),
            (b"", AlleleKind::Other),
            (b"M", AlleleKind::Other),
            (b"A C", AlleleKind::Other),
            (b"<", AlleleKind::Other),
        ];
        for (allele, expected) in cases {
            assert_eq!(kind(allele), expected, "{}", String::from_utf8_lossy(allele));
        }
    }
}
