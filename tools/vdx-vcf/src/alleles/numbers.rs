//! Fields that are listed by allele, where records are split, joined or written with other alleles: which Number they
//! have, and what becomes of a list of the wrong length.

use std::fmt;

use super::list::List;
use crate::header::{Field, Header, Number};

/// A field that cannot be divided among the alleles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// `INFO/AC`, `FORMAT/AD of sample NA1`.
    pub(super) field: String,
    /// Expected, found.
    pub(super) message: String,
    /// Whether a list has the wrong length: where that is asked for, such a field is left out.
    pub wrong_length: bool,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for FieldError {}

/// What becomes of a FORMAT field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// It says nothing of alleles.
    Copy,
    /// GT.
    Genotype,
    /// LAA, LGT, and lists of Number=LA, LR and LG.
    LocalAlleles,
    LocalGenotype,
    Local(List),
    /// Lists of Number=A, R and G.
    List(List),
}

/// What the header tells of fields, and what is told besides.
#[derive(Debug)]
pub(super) struct NumberRules<'h> {
    pub(super) header: &'h Header,
    /// Fields that are taken for another Number than the header has.
    pub(super) told: Vec<(Vec<u8>, Number)>,
    /// Fields whose list has the wrong length are left out; it is an error otherwise.
    pub(super) forced: bool,
    /// Those left out, such as `INFO/AC`.
    pub(super) dropped: Vec<String>,
}

impl<'h> NumberRules<'h> {
    pub(super) fn new(header: &'h Header, numbers: &[(Vec<u8>, Number)], forced: bool) -> Self {
        Self { header, told: numbers.to_vec(), forced, dropped: Vec::new() }
    }

    /// The Number of an INFO field that the header declares as `declared`. There are no local alleles in INFO: a
    /// Number of theirs is told of a FORMAT field.
    pub(super) fn info_number(&self, key: &[u8], declared: Option<Field>) -> Number {
        let told = self.told(key).filter(|number| !is_local(*number));
        told.or(declared.map(|field| field.number)).unwrap_or(Number::Unknown)
    }

    /// What becomes of a FORMAT field that the header declares as `declared`.
    pub(super) fn format_rule(&self, key: &[u8], declared: Option<Field>, has_laa: bool) -> Rule {
        match key {
            b"GT" => return Rule::Genotype,
            b"LAA" => return Rule::LocalAlleles,
            b"LGT" if has_laa => return Rule::LocalGenotype,
            _ => {}
        }
        let number = self.format_number(key, declared, has_laa);
        match List::of(number) {
            None => Rule::Copy,
            Some(list) if is_local(number) => Rule::Local(list),
            Some(list) => Rule::List(list),
        }
    }

    /// The Number of a FORMAT field that the header declares as `declared`. Lists by local allele are such only where
    /// the record `has_laa`, which says whose values they are; there those without a Number are known by their names.
    fn format_number(&self, key: &[u8], declared: Option<Field>, has_laa: bool) -> Number {
        let number = self.told(key).or(declared.map(|field| field.number)).unwrap_or(Number::Unknown);
        match number {
            Number::Unknown if has_laa => self.localized(key).unwrap_or(Number::Unknown),
            number if is_local(number) && !has_laa => Number::Unknown,
            number => number,
        }
    }

    fn told(&self, key: &[u8]) -> Option<Number> {
        self.told.iter().find(|(name, _)| name == key).map(|(_, number)| *number)
    }

    /// The Number of the local form of a field, its name with `L` in front (LAD of AD): fields that VCF 4.5 reserves
    /// (section 1.6.2, LAA), FORMAT/AF, and what the header declares as a list by allele, which is how
    /// `bcftools merge -L` names them. Before 4.5 all of them are Number=`.`.
    fn localized(&self, key: &[u8]) -> Option<Number> {
        let whole = key.strip_prefix(b"L")?;
        match whole {
            b"AD" | b"ADF" | b"ADR" => Some(Number::LocalR),
            b"AF" | b"EC" => Some(Number::LocalA),
            b"GL" | b"GP" | b"PL" | b"PP" => Some(Number::LocalG),
            _ => match self.header.format(whole)?.number {
                Number::A => Some(Number::LocalA),
                Number::R => Some(Number::LocalR),
                Number::G => Some(Number::LocalG),
                _ => None,
            },
        }
    }

    /// Leaves the INFO field out that was begun in `out` at `start`, whose list has the wrong length; or the error.
    pub(super) fn wrong_info(
        &mut self,
        key: &[u8],
        message: String,
        start: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), FieldError> {
        let field = format!("INFO/{}", text(key));
        if !self.forced {
            return Err(FieldError { field, message, wrong_length: true });
        }
        out.truncate(start);
        self.dropped.push(field);
        Ok(())
    }

    /// Notes that a FORMAT field is left out.
    pub(super) fn drop_format(&mut self, key: &[u8]) {
        self.dropped.push(format!("FORMAT/{}", text(key)));
    }

    /// The error of sample `number` (0-based) in a FORMAT field.
    pub(super) fn wrong_sample(&self, key: &[u8], number: usize, message: String, wrong_length: bool) -> FieldError {
        let sample = self.header.samples().get(number).map_or_else(|| number.to_string(), |name| text(name));
        FieldError { field: format!("FORMAT/{} of sample {sample}", text(key)), message, wrong_length }
    }
}

fn is_local(number: Number) -> bool {
    matches!(number, Number::LocalA | Number::LocalR | Number::LocalG)
}

/// Appends one of a list of keys that begins at `start`.
pub(super) fn append(key: &[u8], start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.push(b':');
    }
    out.extend_from_slice(key);
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">\n\
        ##FORMAT=<ID=SB,Number=R,Type=Integer,Description=\"\">\n\
        ##FORMAT=<ID=EN,Number=1,Type=Integer,Description=\"\">\n\
        ##FORMAT=<ID=LAD,Number=.,Type=Integer,Description=\"\">\n\
        ##FORMAT=<ID=LPL,Number=G,Type=Integer,Description=\"\">\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n";

    #[test]
    fn lists_by_local_allele_are_known_by_name_where_nothing_tells_their_number() {
        let header = Header::parse(HEADER).unwrap();
        let told = [(b"AF".to_vec(), Number::LocalA), (b"LGL".to_vec(), Number::LocalA)];
        let numbers = NumberRules::new(&header, &told, false);
        let number = |key: &str, has_laa| numbers.format_number(key.as_bytes(), header.format(key.as_bytes()), has_laa);
        for (numbers, keys) in [
            (Number::LocalR, &["LAD", "LADF", "LADR", "LSB"][..]),
            (Number::LocalA, &["LEC", "LAF", "LGL", "AF"]),
            (Number::LocalG, &["LGP", "LPP"]),
            (Number::Unknown, &["LAA", "LGT", "LEN", "LX", "L", "AD"]),
        ] {
            keys.iter().for_each(|key| assert_eq!(number(key, true), numbers, "{key}"));
            keys.iter().for_each(|key| assert_eq!(number(key, false), Number::Unknown, "{key} without LAA"));
        }
        // What the header tells stays, and INFO has no local alleles.
        assert_eq!((number("LPL", true), number("SB", true)), (Number::G, Number::R));
        assert_eq!(numbers.info_number(b"AF", header.info(b"AF")), Number::A);
    }
}
