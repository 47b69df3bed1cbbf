//! One chromosome under its several names: `1`, `chr1`, `NC_000001.10`; `MT`, `chrM`.

use crate::assembly::Assembly;

/// The length of the revised Cambridge mitochondrion; `chrM` of UCSC's hg19 (16,571 bp) is another sequence.
pub const RCRS_LENGTH: u64 = 16_569;

/// The number of the mitochondrion among the human chromosomes.
pub const MT: u8 = 25;

/// The human chromosome a name stands for: 1-22, 23 for X, 24 for Y, 25 for M and MT; `None` for any other contig.
///
/// `chr` is accepted in any case, letters too; RefSeq accessions of GRCh37 and GRCh38 are known.
pub fn number(name: &[u8]) -> Option<u8> {
    if let Some((number, _)) = Assembly::of_refseq(name) {
        return Some(number);
    }
    let name = match name {
        [c, h, r, rest @ ..] if [*c, *h, *r].eq_ignore_ascii_case(b"chr") => rest,
        _ => name,
    };
    match name {
        [b'X' | b'x'] => Some(23),
        [b'Y' | b'y'] => Some(24),
        [b'M' | b'm'] | [b'M' | b'm', b'T' | b't'] => Some(MT),
        // No leading zero, and not 23 to 26, which are X, Y, their common part and MT in files of arrays only:
        // whoever reads those translates them.
        [d @ b'1'..=b'9'] => Some(d - b'0'),
        [b'1', d @ b'0'..=b'9'] => Some(10 + d - b'0'),
        [b'2', d @ b'0'..=b'2'] => Some(20 + d - b'0'),
        _ => None,
    }
}

/// A contig as one side knows it: name and, where told, length in bases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contig {
    /// The name as the file has it.
    pub name: Vec<u8>,
    /// Length in bases.
    pub length: Option<u64>,
}

/// Finds `name` of one file among the contigs of another: by the very name, else by an alias.
///
/// An alias must not join different sequences: where both lengths are known they must agree; the mitochondrion
/// counts only when the other side's is 16,569 bp long; a RefSeq accession of one build does not match a chromosome
/// whose length is the other's. `length` is the length that the asking file gives, if it does.
pub fn resolve<'a>(name: &[u8], length: Option<u64>, contigs: impl IntoIterator<Item = &'a Contig>) -> Option<usize> {
    let wanted = number(name);
    let mut alias = None;
    for (at, contig) in contigs.into_iter().enumerate() {
        if contig.name == name {
            return Some(at);
        }
        if alias.is_none() && wanted.is_some() && number(&contig.name) == wanted && same_sequence(name, length, contig)
        {
            alias = Some(at);
        }
    }
    alias
}

fn same_sequence(name: &[u8], length: Option<u64>, contig: &Contig) -> bool {
    if length.is_some() && contig.length.is_some() && length != contig.length {
        return false;
    }
    let Some(number) = number(name) else { return false };
    if number == MT {
        return contig.length.or(length) == Some(RCRS_LENGTH);
    }
    let build = |name: &[u8], length: Option<u64>| match Assembly::of_refseq(name) {
        Some((_, build)) => build,
        None => length.and_then(|length| Assembly::by_length(number, length)),
    };
    match (build(name, length), build(&contig.name, contig.length)) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contig(name: &str, length: u64) -> Contig {
        Contig { name: name.into(), length: Some(length) }
    }

    #[test]
    fn names_are_numbered() {
        for (name, expected) in [("1", 1), ("chr22", 22), ("CHRX", 23), ("chrM", 25), ("MT", 25), ("NC_000024.10", 24)]
        {
            assert_eq!(number(name.as_bytes()), Some(expected), "{name}");
        }
        for name in ["0", "23", "chr", "chr1_random", "NW_009646201.1", "01", ""] {
            assert_eq!(number(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn the_very_name_wins_over_an_alias() {
        let contigs = [contig("1", 10), contig("chr1", 10)];
        assert_eq!(resolve(b"chr1", None, &contigs), Some(1));
        assert_eq!(resolve(b"NC_000001.10", None, &contigs[..1]), Some(0));
    }

    #[test]
    fn the_first_of_several_aliases_is_taken() {
        let contigs = [contig("chr2", 20), contig("chr1", 9), contig("Chr1", 10), contig("CHR1", 10)];
        assert_eq!(resolve(b"1", None, &contigs), Some(1));
        assert_eq!(resolve(b"1", Some(10), &contigs), Some(2));
        assert_eq!(resolve(b"CHR1", Some(10), &contigs), Some(3));
    }

    #[test]
    fn an_alias_never_joins_different_sequences() {
        assert_eq!(resolve(b"MT", None, &[contig("chrM", 16_571)]), None);
        assert_eq!(resolve(b"MT", None, &[contig("chrM", 16_569)]), Some(0));
        assert_eq!(resolve(b"1", Some(11), &[contig("chr1", 10)]), None);
        assert_eq!(resolve(b"NC_000001.11", None, &[contig("1", 249_250_621)]), None);
        assert_eq!(resolve(b"NC_000001.10", None, &[contig("1", 249_250_621)]), Some(0));
        assert_eq!(resolve(b"NW_009646201.1", None, &[contig("1", 10)]), None);
    }
}
