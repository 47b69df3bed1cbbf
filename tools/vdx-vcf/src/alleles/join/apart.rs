//! Which records of one POS cannot be one record, whatever their alleles are.

use super::keys::Entry;
use crate::allele::{AlleleKind, kind};
use crate::header::{Header, Number};
use crate::line::Rest;
use crate::{Extent, Line};

/// The keys that tell something of it.
pub(super) const TELLING: [&[u8]; 5] = [b"END", b"SVTYPE", b"SVLEN", b"MATEID", b"PARID"];

/// What of a record keeps it apart from others.
#[derive(Clone, Debug)]
pub(super) struct Kin<'a> {
    /// Where END or LEN say that it ends, if not with REF: a gVCF block, a structural variant.
    end: Option<u64>,
    sv_type: Option<&'a [u8]>,
    sv_len: Option<&'a [u8]>,
    /// Whether SVLEN has a value for each ALT.
    by_alt: bool,
    symbolic: Vec<&'a [u8]>,
    /// Another record names this one by its ID.
    has_mate: bool,
}

impl<'a> Kin<'a> {
    /// Of a record with these entries in INFO, or those of them that are [`TELLING`]; `header` tells the Number of SVLEN.
    pub(super) fn of(
        header: &Header,
        line: &Line<'a>,
        rest: &Rest<'a>,
        entries: impl Iterator<Item = Entry<'a>>,
    ) -> Self {
        let mut kin = Self {
            end: None,
            sv_type: None,
            sv_len: None,
            by_alt: false,
            symbolic: line.alts().filter(|alt| kind(alt) == AlleleKind::Symbolic).collect(),
            has_mate: false,
        };
        let mut tells_end = !kin.symbolic.is_empty();
        for entry in entries {
            let Some(value) = entry.value().filter(|value| *value != b".") else { continue };
            match entry.key() {
                b"END" => tells_end = true,
                b"SVTYPE" => kin.sv_type = Some(value),
                b"SVLEN" => {
                    kin.sv_len = Some(value);
                    kin.by_alt = header.info(entry.key()).is_some_and(|field| field.number == Number::A);
                }
                b"MATEID" | b"PARID" => kin.has_mate = true,
                _ => {}
            }
        }
        if tells_end {
            kin.end = Extent::of(line.pos(), line.reference(), line.alt(), rest).elsewhere();
        }
        kin
    }

    /// Whether the two are never joined: what tells where one of them ends, what it is, or how long, would be lost.
    pub(super) fn is_apart(&self, other: &Self) -> bool {
        let differ = |a: Option<&[u8]>, b: Option<&[u8]>| a.is_some() && b.is_some() && a != b;
        let same_allele = self.symbolic.iter().any(|alt| other.symbolic.contains(alt));
        self.has_mate
            || other.has_mate
            || self.end != other.end
            || differ(self.sv_type, other.sv_type)
            || (same_allele || !self.by_alt) && differ(self.sv_len, other.sv_len)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::alleles::Joiner;

    fn apart(first: &str, second: &str) -> bool {
        let header =
            "##INFO=<ID=SVLEN,Number=A,Type=Integer,Description=\"\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        let header = Arc::new(Header::parse(header.as_bytes()).unwrap());
        let text = |record: &str| {
            let [reference, alt, info] = record.split(' ').collect::<Vec<_>>()[..] else { unreachable!() };
            format!("1\t5\t.\t{reference}\t{alt}\t.\t.\t{info}\n")
        };
        let (first, second) = (text(first), text(second));
        let mut joiner = Joiner::new(&header, &[]);
        let mut part = |text| {
            let line = Line::parse(text).unwrap();
            joiner.part(line, line.rest().unwrap())
        };
        part(first.as_bytes()).is_apart(&part(second.as_bytes()))
    }

    #[test]
    fn records_that_end_elsewhere_stay_apart() {
        assert!(!apart("A C .", "AT A END=6"));
        assert!(!apart("A C END=5", "AT A END=6"));
        assert!(apart("A <NON_REF> END=9", "A C ."));
        assert!(!apart("A <NON_REF> END=9", "A C END=9"));
        assert!(apart("A <DEL> END=9", "A <DEL> END=10"));
    }

    #[test]
    fn structural_variants_of_another_kind_or_length_stay_apart() {
        assert!(apart("A <DEL> SVTYPE=DEL", "A <DUP> SVTYPE=DUP"));
        assert!(apart("A <DEL> SVLEN=-5", "A <DEL> SVLEN=-6"));
        assert!(!apart("A <DEL> SVLEN=-5", "A <DEL> SVLEN=-5"));
        assert!(!apart("A <DEL> SVLEN=-5", "A <DUP> SVLEN=6"));
        assert!(apart("A A[2:7[ MATEID=x", "A C ."));
    }
}
