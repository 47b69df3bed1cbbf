//! Fields that are listed by allele, where records are split, joined or written with other alleles: which Number they
//! have, and what becomes of a list of the wrong length.

use std::fmt;

use crate::header::{Field, Header, Number};

/// A field that cannot be divided among the alleles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitError {
    /// `INFO/AC`, `FORMAT/AD of sample NA1`.
    pub(crate) field: String,
    /// Expected, found.
    pub(crate) message: String,
    /// Whether a list has the wrong length: [`crate::split::Splitter::forced`] leaves such a field out.
    pub wrong_length: bool,
}

impl fmt::Display for SplitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for SplitError {}

/// What the header tells of fields, and what is told besides.
#[derive(Debug)]
pub(crate) struct NumberRules<'h> {
    pub(crate) header: &'h Header,
    /// Fields that are taken for another Number than the header has.
    pub(crate) told: Vec<(Vec<u8>, Number)>,
    /// Fields whose list has the wrong length are left out; it is an error otherwise.
    pub(crate) forced: bool,
    /// Those left out, such as `INFO/AC`.
    pub(crate) dropped: Vec<String>,
}

impl<'h> NumberRules<'h> {
    pub(crate) fn new(header: &'h Header, numbers: &[(Vec<u8>, Number)], forced: bool) -> Self {
        Self { header, told: numbers.to_vec(), forced, dropped: Vec::new() }
    }

    /// The Number of an INFO field that the header declares as `declared`. There are no local alleles in INFO: a
    /// Number of theirs is told of a FORMAT field.
    pub(crate) fn info_number(&self, key: &[u8], declared: Option<Field>) -> Number {
        let told = self.told(key).filter(|number| !is_local(*number));
        told.or(declared.map(|field| field.number)).unwrap_or(Number::Unknown)
    }

    /// The Number of a FORMAT field that the header declares as `declared`. Lists by local allele are such only where
    /// the record `has_laa`, which says whose values they are; there those without a Number are known by their names.
    pub(crate) fn format_number(&self, key: &[u8], declared: Option<Field>, has_laa: bool) -> Number {
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
    pub(crate) fn wrong_info(
        &mut self,
        key: &[u8],
        message: String,
        start: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), SplitError> {
        let field = format!("INFO/{}", text(key));
        if !self.forced {
            return Err(SplitError { field, message, wrong_length: true });
        }
        out.truncate(start);
        self.dropped.push(field);
        Ok(())
    }

    /// Notes that a FORMAT field is left out.
    pub(crate) fn drop_format(&mut self, key: &[u8]) {
        self.dropped.push(format!("FORMAT/{}", text(key)));
    }

    /// The error of sample `number` (0-based) in a FORMAT field.
    pub(crate) fn wrong_sample(&self, key: &[u8], number: usize, message: String, wrong_length: bool) -> SplitError {
        let sample = self.header.samples().get(number).map_or_else(|| number.to_string(), |name| text(name));
        SplitError { field: format!("FORMAT/{} of sample {sample}", text(key)), message, wrong_length }
    }
}

fn is_local(number: Number) -> bool {
    matches!(number, Number::LocalA | Number::LocalR | Number::LocalG)
}

/// Appends one of a list of keys that begins at `start`.
pub(crate) fn append(key: &[u8], start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.push(b':');
    }
    out.extend_from_slice(key);
}

pub(crate) fn text(bytes: &[u8]) -> String {
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
