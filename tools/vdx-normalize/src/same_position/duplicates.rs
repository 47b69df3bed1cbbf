//! `-d`: which records of one POS are duplicates.

use super::record::Record;

/// `-d`: of the records of one POS the first stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duplicates {
    /// Of those with a SNV or MNV.
    Snps,
    /// Of those with an insertion or a deletion.
    Indels,
    /// Of each of the two.
    Both,
    /// Of all.
    All,
    /// Of those with the same alleles.
    Exact,
}

impl Duplicates {
    /// Whether `record` is one too many beside those that are kept.
    ///
    /// Where records are joined (`joins`), one that was put in place late meets what they became: its alleles are compared
    /// with those of all.
    pub(super) fn has(self, record: &Record, kept: &[Record], joins: bool) -> bool {
        if record.aside {
            return false;
        }
        let mut kept = kept.iter().filter(|kept| !kept.aside);
        let snv = record.has_snv() && kept.clone().any(Record::has_snv);
        let indel = record.has_indel() && kept.clone().any(Record::has_indel);
        match self {
            Self::All => kept.next().is_some(),
            Self::Snps => snv,
            Self::Indels => indel,
            Self::Both => snv || indel,
            // What it would duplicate may be one of several ALTs by now.
            Self::Exact if joins => record.is_within(&kept),
            Self::Exact => kept.any(|kept| kept.is(record)),
        }
    }
}
