//! A record among others at its POS.

use std::cmp::Ordering;

use vdx_hts::{Error, Result};
use vdx_vcf::allele::is_bases;
use vdx_vcf::line::Rest;
use vdx_vcf::variant::Variant;
use vdx_vcf::{Line, info};

use vdx_vcf::variant::class::{Class, Classes};

/// A record and what of it is compared.
pub(super) struct Record<'a> {
    /// Its place in the input order.
    pub(crate) arrival: usize,
    /// The line of the input that it was read from, where that is known.
    pub(crate) read_from: Option<u64>,
    pub(crate) bytes: &'a [u8],
    pub(crate) line: Line<'a>,
    pub(crate) rest: Rest<'a>,
    pub(crate) classes: Classes,
    /// Not worked on: it stays as it is and is compared with no other.
    pub(crate) aside: bool,
}

impl<'a> Record<'a> {
    pub(crate) fn parse(arrival: usize, bytes: &'a [u8]) -> Result<Self> {
        let parse = || {
            let line = Line::parse(bytes)?;
            Ok((line, line.rest()?))
        };
        let (line, rest) = parse().map_err(|error: vdx_vcf::line::LineError| Error::caused_by(error))?;
        let classes = Classes::of(line.reference(), line.alts());
        Ok(Self { arrival, read_from: None, bytes, line, rest, classes, aside: false })
    }

    /// The same, worked on or not, read from such a line.
    pub(crate) fn known_as(self, aside: bool, read_from: Option<u64>) -> Self {
        Self { aside, read_from, ..self }
    }

    /// Whether it has a SNV or MNV.
    pub(crate) fn has_snv(&self) -> bool {
        self.classes.have(&[Class::Snv, Class::Mnv])
    }

    /// Whether it has an insertion or a deletion.
    pub(crate) fn has_indel(&self) -> bool {
        self.classes.have(&[Class::Indel])
    }

    /// Whether both have the same alleles, ALTs in any order, in any case; symbolic ones of the same SVLEN.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let same = |&(alt, length): &(&[u8], _), (theirs, their_length): (&[u8], _)| {
            theirs.eq_ignore_ascii_case(alt) && their_length == length
        };
        self.line.reference().eq_ignore_ascii_case(other.line.reference())
            && self.line.alts().count() == other.line.alts().count()
            && self.lengths().all(|alt| other.lengths().any(|theirs| same(&alt, theirs)))
    }

    /// The ALTs, symbolic ones with their SVLEN: all of it where it is not told by ALT.
    fn lengths(&self) -> impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)> {
        let svlen = if self.is_symbolic() { self.svlen() } else { None };
        let by_alt = svlen.is_some_and(|list| list.split(|&byte| byte == b',').count() == self.line.alts().count());
        self.line.alts().enumerate().map(move |(at, alt)| {
            let own = svlen.filter(|_| alt.starts_with(b"<"));
            (alt, if by_alt { own.and_then(|list| list.split(|&byte| byte == b',').nth(at)) } else { own })
        })
    }

    /// Whether each of its ALTs is one of the others', whatever bases REF has behind the change; symbolic ones of the
    /// same SVLEN. No record without ALT is.
    pub(crate) fn is_within<'o>(&self, others: &(impl Iterator<Item = &'o Self> + Clone)) -> bool
    where
        'a: 'o,
    {
        let has = |change: &Change| others.clone().any(|other| other.changes().any(|theirs| theirs.is(change)));
        self.line.alts().next().is_some() && self.changes().all(|change| has(&change))
    }

    /// What each ALT changes.
    fn changes(&self) -> impl Iterator<Item = Change<'a>> {
        let (reference, pos) = (self.line.reference(), self.line.pos());
        self.lengths().map(move |(alt, length)| {
            let variant = Variant { pos, reference, alt };
            let symbolic = Variant { reference: &reference[..1], ..variant };
            Change { variant: if is_bases(alt) { variant.minimal() } else { symbolic }, length }
        })
    }

    /// By REF, then by one ALT after the other, without regard to case.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let lower = |allele: &[u8]| allele.to_ascii_lowercase();
        let alts = |record: &Self| record.line.alts().map(lower).collect::<Vec<_>>();
        lower(self.line.reference()).cmp(&lower(other.line.reference())).then_with(|| alts(self).cmp(&alts(other)))
    }

    fn is_symbolic(&self) -> bool {
        self.line.alts().any(|alt| alt.starts_with(b"<"))
    }

    fn svlen(&self) -> Option<&'a [u8]> {
        info::value(self.rest.info, b"SVLEN")
    }
}

/// An ALT without the bases that it shares with REF.
struct Change<'a> {
    variant: Variant<'a>,
    /// SVLEN of a symbolic one.
    length: Option<&'a [u8]>,
}

impl Change<'_> {
    fn is(&self, other: &Self) -> bool {
        self.variant.pos == other.variant.pos
            && self.variant.reference.eq_ignore_ascii_case(other.variant.reference)
            && self.variant.alt.eq_ignore_ascii_case(other.variant.alt)
            && self.length == other.length
    }
}
