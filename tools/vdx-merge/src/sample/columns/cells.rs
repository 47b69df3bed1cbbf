//! What a cell says: a chromosome and a position, a genotype, an id; and how vendors differ in it.

use vdx_vcf::assembly::Assembly::{Grch37, Grch38};
use vdx_vcf::contig::MT;

use crate::sample::call::Call;
use crate::sample::sex::ploidy::{X, Y, is_pseudoautosomal};

/// What a vendor writes in its own way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ways {
    /// 23 is X, 24 Y, 25 the pseudoautosomal regions, 26 MT, as PLINK and AncestryDNA have it.
    pub(crate) numbered: bool,
    /// One called allele beside a missing one is all there is, not half of a genotype.
    pub(crate) one_allele: bool,
}

/// A chromosome as a raw file names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NamedChromosome {
    None,
    Number(u8),
    /// Where X and Y pair: which of the two is meant tells the position.
    Pairing,
}

impl Ways {
    /// Chromosome and position as in [`ParsedRow`](super::ParsedRow).
    pub(crate) fn place(self, chromosome: &[u8], pos: &[u8]) -> Result<(u8, u32), &'static str> {
        let place = self.chromosome(chromosome).ok_or("a chromosome that is none of 1-22, X, Y and MT")?;
        if place == NamedChromosome::None {
            return Ok((0, 0));
        }
        let pos = vdx_vcf::line::parse_pos(pos).ok_or("a position that is not a whole number")?;
        Ok(if pos == 0 { (0, 0) } else { (place.number(pos), pos) })
    }

    fn chromosome(self, name: &[u8]) -> Option<NamedChromosome> {
        match name {
            b"" | b"-" | b"--" | b"0" => Some(NamedChromosome::None),
            b"23" if self.numbered => Some(NamedChromosome::Number(X)),
            b"24" if self.numbered => Some(NamedChromosome::Number(Y)),
            b"25" | b"XY" | b"PAR" if self.numbered => Some(NamedChromosome::Pairing),
            b"26" if self.numbered => Some(NamedChromosome::Number(MT)),
            _ => vdx_vcf::contig::number(name).map(NamedChromosome::Number),
        }
    }
}

/// Whether a chromosome has a name that PLINK gives it.
pub(super) fn is_numbered(name: &[u8]) -> bool {
    matches!(name, b"23" | b"24" | b"25" | b"26" | b"XY")
}

impl NamedChromosome {
    fn number(self, pos: u32) -> u8 {
        let pairs = |number: u8| [Grch37, Grch38].iter().any(|&build| is_pseudoautosomal(build, number, pos));
        match self {
            Self::None => 0,
            Self::Number(number) => number,
            Self::Pairing if !pairs(X) && pairs(Y) => Y,
            Self::Pairing => X,
        }
    }
}

const NO_GENOTYPE: &str = "a genotype that is not one or two of ACGT, one or two of I and D, or --";

/// A genotype in one column: `AG`, `A/G`, `--`, `00`.
pub(super) fn whole(text: &[u8]) -> Result<Call, &'static str> {
    let call = match text {
        b"00" | b"0" | b"??" | b"-/-" | b"./." => Some(Call::NONE),
        [one, b'/' | b'|', other] => Call::parse(&[*one, *other]),
        _ if text.contains(&b'/') => return Err("alleles of more than one base, which are not read"),
        _ => Call::parse(text),
    };
    call.ok_or(NO_GENOTYPE)
}

/// A genotype in two columns, `one_allele` of which may be all there is.
pub(super) fn pair(one: &[u8], other: &[u8], one_allele: bool) -> Result<Call, &'static str> {
    let missing = |allele: &[u8]| matches!(allele, b"0" | b"-" | b"--" | b"." | b"?" | b"N");
    match (one, other) {
        _ if missing(one) && (missing(other) || other.is_empty()) => Ok(Call::NONE),
        ([one], []) => Call::parse(&[*one]).ok_or(NO_GENOTYPE),
        ([letter], none) | (none, [letter]) if missing(none) => match Call::parse(&[*letter]) {
            Some(call) if one_allele => Ok(call),
            Some(_) => Err("one allele is called, the other is not"),
            None => Err(NO_GENOTYPE),
        },
        ([one], [other]) => Call::parse(&[*one, *other]).ok_or(NO_GENOTYPE),
        _ => Err(NO_GENOTYPE),
    }
}

/// Whether a spreadsheet has made a date of an id: `03.Jan`, `3-Jan-01`, `2001-01-03`, `1/3/2001`.
pub(super) fn is_date(id: &[u8]) -> bool {
    const MONTHS: [&[u8]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let (mut numbers, mut months) = (0, 0);
    for part in id.split(|byte| matches!(byte, b'.' | b'-' | b'/')) {
        match part.len() {
            1..=4 if part.iter().all(u8::is_ascii_digit) => numbers += 1,
            3 if MONTHS.iter().any(|month| part.eq_ignore_ascii_case(month)) => months += 1,
            _ => return false,
        }
    }
    matches!((numbers, months), (1 | 2, 1) | (3, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_allele_is_half_a_genotype_where_there_are_two() {
        assert_eq!(pair(b"0", b"0", false), Ok(Call::NONE));
        assert_eq!(pair(b"A", b"", false), Ok(Call::parse(b"A").unwrap()));
        assert_eq!(pair(b"0", b"A", true), Ok(Call::parse(b"A").unwrap()));
        assert_eq!(pair(b"A", b"0", false), Err("one allele is called, the other is not"));
        assert_eq!(pair(b"A", b"-", true), Ok(Call::parse(b"A").unwrap()));
        assert_eq!(pair(b"I", b"D", false), Ok(Call::parse(b"ID").unwrap()));
        assert!(pair(b"AG", b"A", false).is_err());
    }
}
