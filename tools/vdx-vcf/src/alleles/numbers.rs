//! Fields that are listed by allele, where records are split, joined or written with other alleles: which Number they
//! have, and what becomes of a list of the wrong length.

use std::fmt;
use std::sync::Arc;

use super::list::{Covered, List};
use super::reserved;
use crate::header::{Field, Header, Number, Type, attribute, declared_info};

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

/// What is known of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared {
    pub(super) number: Number,
    pub(super) kind: Option<Type>,
    /// Nobody declares it.
    pub(super) nowhere: bool,
}

impl Declared {
    fn of(told: Option<Number>, declared: Option<Field>, reserved: impl Fn() -> Option<Field>) -> Self {
        let nowhere = told.is_none() && declared.is_none();
        let field = declared.or_else(|| reserved().filter(|_| nowhere));
        let number = told.or(field.map(|field| field.number)).unwrap_or(Number::Unknown);
        Self { number, kind: field.map(|field| field.kind), nowhere }
    }
}

/// INFO keys of GATK whose values are parted by `|` where there is only one, too.
const PARTED: &[u8] = b"AS_FilterStatus";

/// What the header tells of fields, and what is told besides.
#[derive(Debug)]
pub(super) struct NumberRules {
    pub(super) header: Arc<Header>,
    /// Fields that are taken for another Number than the header has.
    pub(super) told: Vec<(Vec<u8>, Number)>,
    /// Fields whose list has the wrong length are left out; it is an error otherwise.
    pub(super) forced: bool,
    /// AS_FilterStatus is gnomAD's.
    filters_by_commas: bool,
    /// Those left out, such as `INFO/AC`.
    pub(super) dropped: Vec<String>,
    /// Lists that the header does not declare.
    pub(super) undeclared: Vec<(String, Undeclared)>,
}

/// What there is to tell of lists; nothing is told twice.
#[derive(Debug)]
pub struct Lists<'n> {
    /// Fields left out for the length of their lists, such as `INFO/AC`.
    pub dropped: std::vec::Drain<'n, String>,
    /// Lists that nobody declares.
    pub undeclared: std::vec::Drain<'n, (String, Undeclared)>,
}

/// What became of a list that the header does not declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Undeclared {
    /// It is of the length that VCF 4.5 reserves for its key, and follows the alleles.
    Divided,
    /// It stays as it is.
    Copied,
}

impl NumberRules {
    pub(super) fn new(header: &Arc<Header>, numbers: &[(Vec<u8>, Number)], forced: bool) -> Self {
        let of_gnomad = |line| {
            let description = declared_info(line).filter(|(key, _)| *key == PARTED)?;
            attribute(description.1, b"Description").filter(|text| text.starts_with(b"Random Forests"))
        };
        let filters_by_commas = header.meta_lines().any(|line| of_gnomad(line).is_some());
        let told = numbers.to_vec();
        Self {
            header: Arc::clone(header),
            told,
            forced,
            filters_by_commas,
            dropped: Vec::new(),
            undeclared: Vec::new(),
        }
    }

    /// The Number and Type of an INFO field; of one that nobody declares those that VCF 4.5 reserves. There are no local
    /// alleles in INFO: a Number of theirs is told of a FORMAT field.
    pub(super) fn info(&self, key: &[u8]) -> Declared {
        let told = self.told(key).filter(|number| !is_local(*number));
        Declared::of(told, self.header.info(key), || reserved::info(key))
    }

    /// The same of a FORMAT field.
    pub(super) fn format(&self, key: &[u8]) -> Declared {
        Declared::of(self.told(key), self.header.format(key), || reserved::format(key))
    }

    /// How the values of a list in INFO are parted, and which list it is; `None` where it is none by allele.
    ///
    /// What GATK writes for each allele is parted by `|`, and each part may hold commas: AS_FilterStatus (Number=A),
    /// AS_SB_TABLE and AS_RAW_* (Number=1, of all alleles), AS_UNIQ_ALT_READ_COUNT (Number=1, of the ALTs). So is any list
    /// of Number=A or R that has as many such parts, and not as many values, as alleles. gnomAD v2 has an AS_FilterStatus of
    /// its own, in which commas part ALTs and bars filters: `PASS,RF|AC0`.
    fn parted(&self, key: &[u8], number: Number, values: &[Option<&[u8]>], covered: &[Covered]) -> Option<(List, u8)> {
        let fit = |list, separator| {
            values
                .iter()
                .zip(covered)
                .all(|(value, covered)| value.is_none_or(|value| covered.fits(list, value, separator)))
        };
        let is_parted = || values.iter().flatten().any(|value| value.contains(&b'|'));
        let of_gatk = key.starts_with(b"AS_");
        match List::of(number) {
            Some(List::Genotypes) => Some((List::Genotypes, b',')),
            Some(list) if key == PARTED && self.filters_by_commas && fit(list, b',') => Some((list, b',')),
            Some(list) if key == PARTED && fit(list, b'|') => Some((list, b'|')),
            Some(list) if of_gatk && is_parted() && fit(list, b'|') => Some((list, b'|')),
            Some(list) if !fit(list, b',') && is_parted() && fit(list, b'|') => Some((list, b'|')),
            Some(list) => Some((list, b',')),
            None if of_gatk && is_parted() => {
                [List::Alleles, List::Alts].into_iter().find(|list| fit(*list, b'|')).map(|list| (list, b'|'))
            }
            None => None,
        }
    }

    /// Which list an entry of INFO is that is `declared` so, and how its values are parted; `None` where it is none by
    /// allele. `values` are those of one record or of several that are joined, `covered` what each of them covers.
    ///
    /// A list that nobody declares is one only where all of it has the length that is reserved; what becomes of it is
    /// noted, but of a lone `.`, which says nothing.
    pub(super) fn list(
        &mut self,
        key: &[u8],
        declared: Declared,
        values: &[Option<&[u8]>],
        covered: &[Covered],
    ) -> Option<(List, u8)> {
        let mut list = self.parted(key, declared.number, values, covered);
        if declared.nowhere {
            let told = || values.iter().zip(covered).filter_map(|(value, covered)| Some(((*value)?, covered)));
            let may_be = list.is_some();
            list =
                list.filter(|(list, separator)| told().all(|(value, covered)| covered.fits(*list, value, *separator)));
            let is_told = |value: &[u8]| value != b"." && (may_be || value.contains(&b','));
            if told().any(|(value, _)| is_told(value)) {
                let fate = if list.is_some() { Undeclared::Divided } else { Undeclared::Copied };
                self.note_undeclared("INFO", key, fate);
            }
        }
        list
    }

    /// What was noted since the last call.
    pub(super) fn lists(&mut self) -> Lists<'_> {
        Lists { dropped: self.dropped.drain(..), undeclared: self.undeclared.drain(..) }
    }

    /// Notes what became of a list that nobody declares.
    pub(super) fn note_undeclared(&mut self, place: &str, key: &[u8], fate: Undeclared) {
        self.undeclared.push((format!("{place}/{}", text(key)), fate));
    }

    /// What becomes of a FORMAT field.
    pub(super) fn format_rule(&self, key: &[u8], declared: Declared, has_laa: bool) -> Rule {
        match key {
            b"GT" => return Rule::Genotype,
            b"LAA" => return Rule::LocalAlleles,
            b"LGT" if has_laa => return Rule::LocalGenotype,
            _ => {}
        }
        let number = self.local_or(key, declared.number, has_laa);
        match List::of(number) {
            None => Rule::Copy,
            Some(list) if is_local(number) => Rule::Local(list),
            Some(list) => Rule::List(list),
        }
    }

    /// The Number of a FORMAT field. Lists by local allele are such only where the record `has_laa`, which says whose values
    /// they are; there those without a Number are known by their names.
    fn local_or(&self, key: &[u8], number: Number, has_laa: bool) -> Number {
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

    /// Leaves an INFO field out whose list has the wrong length; or the error.
    pub(super) fn wrong_info(&mut self, key: &[u8], message: String) -> Result<(), FieldError> {
        let field = format!("INFO/{}", text(key));
        if !self.forced {
            return Err(FieldError { field, message, wrong_length: true });
        }
        self.dropped.push(field);
        Ok(())
    }

    /// The error of an INFO field that has the right length.
    pub(super) fn cannot_write(&self, key: &[u8], message: String) -> FieldError {
        FieldError { field: format!("INFO/{}", text(key)), message, wrong_length: false }
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
        let header = Arc::new(Header::parse(HEADER).unwrap());
        let told = [(b"AF".to_vec(), Number::LocalA), (b"LGL".to_vec(), Number::LocalA)];
        let numbers = NumberRules::new(&header, &told, false);
        let number =
            |key: &str, has_laa| numbers.local_or(key.as_bytes(), numbers.format(key.as_bytes()).number, has_laa);
        for (numbers, keys) in [
            (Number::LocalR, &["LAD", "LADF", "LADR", "LSB"][..]),
            (Number::LocalA, &["LEC", "LAF", "LGL", "AF"]),
            (Number::LocalG, &["LGP", "LPP"]),
            (Number::Unknown, &["LAA", "LX", "L"]),
        ] {
            keys.iter().for_each(|key| assert_eq!(number(key, true), numbers, "{key}"));
            keys.iter().for_each(|key| assert_eq!(number(key, false), Number::Unknown, "{key} without LAA"));
        }
        // What the header tells stays, and INFO has no local alleles.
        assert_eq!((number("LPL", true), number("SB", true)), (Number::G, Number::R));
        assert_eq!(numbers.info(b"AF").number, Number::A);
    }
}
