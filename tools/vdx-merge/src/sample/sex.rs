//! Which chromosomes a person has one copy of.

use std::ops::RangeInclusive;

use vdx_vcf::assembly::Assembly;
use vdx_vcf::contig::MT;

use super::Call;
use super::raw::Table;

/// The number of X in `vdx_vcf::contig::number`.
pub const X: u8 = 23;
/// The number of Y.
pub const Y: u8 = 24;

/// As far as the genotypes tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sex {
    /// Too little was seen of X, or it is contradictory.
    #[default]
    Unknown,
    /// Two X.
    Female,
    /// One X and one Y.
    Male,
}

impl Sex {
    /// The word in `##vdx_sample`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Female => "female",
            Self::Male => "male",
        }
    }
}

/// Counts of the calls on X and Y outside the pseudoautosomal regions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SexCalls {
    /// One letter on X.
    pub single: u32,
    /// Two equal letters on X.
    pub homozygous: u32,
    /// Two different letters on X.
    pub heterozygous: u32,
    /// Letters on Y.
    pub y_called: u32,
    /// No call on Y.
    pub y_no_call: u32,
}

/// How sure an inference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// The data show it, and there are enough of them.
    High,
    /// Few data, or a header's word.
    Medium,
    /// Nothing speaks against it.
    Low,
    /// It is not known.
    None,
}

impl Confidence {
    /// The word in `--stats`.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::None => "none",
        }
    }
}

/// So few calls tell nothing.
const FEW: u32 = 20;
/// So many tell surely.
const MANY: u32 = 100;

impl SexCalls {
    /// Counts the calls of a raw file, whose positions are of `build`.
    pub fn of(table: &Table, build: Assembly) -> Self {
        let mut calls = Self::default();
        let own = |number: u8| {
            table
                .chromosome(number)
                .map(|at| table.row(at))
                .filter(move |row| !is_pseudoautosomal(build, number, row.pos))
        };
        own(X).for_each(|row| calls.add_x(row.call));
        own(Y).for_each(|row| calls.add_y(row.call));
        calls
    }

    fn add_x(&mut self, call: Call) {
        match call.letters() {
            Some([_]) => self.single += 1,
            Some(_) if call.is_het() => self.heterozygous += 1,
            Some(_) => self.homozygous += 1,
            None => {}
        }
    }

    fn add_y(&mut self, call: Call) {
        match call.letters() {
            Some(_) => self.y_called += 1,
            None => self.y_no_call += u32::from(call.is_none()),
        }
    }

    fn on_x(&self) -> u32 {
        self.single + self.homozygous + self.heterozygous
    }

    /// A file that writes one letter means a man. Else the share of heterozygous calls tells: a woman has some
    /// 5 to 30 % depending on the array, a man none but for errors.
    fn by_x(&self) -> Sex {
        let pairs = self.homozygous + self.heterozygous;
        if self.single > pairs {
            return Sex::Male;
        }
        match pairs {
            0..FEW => Sex::Unknown,
            _ if self.heterozygous * 100 >= pairs * 3 => Sex::Female,
            _ if self.heterozygous * 100 <= pairs => Sex::Male,
            _ => Sex::Unknown,
        }
    }

    /// A man's Y gives calls, a woman's none but for errors.
    fn by_y(&self) -> Sex {
        match self.y_called + self.y_no_call {
            0..FEW => Sex::Unknown,
            sites if self.y_called * 2 >= sites => Sex::Male,
            sites if self.y_called * 10 <= sites => Sex::Female,
            _ => Sex::Unknown,
        }
    }

    /// What X and Y tell together; unknown where they contradict each other.
    pub fn sex(&self) -> Sex {
        match (self.by_x(), self.by_y()) {
            (sex, Sex::Unknown) | (Sex::Unknown, sex) => sex,
            (one, other) if one == other => one,
            _ => Sex::Unknown,
        }
    }

    /// How sure [`SexCalls::sex`] is.
    pub fn confidence(&self) -> Confidence {
        match self.sex() {
            Sex::Unknown => Confidence::None,
            _ if self.on_x() >= MANY && self.by_x() != Sex::Unknown => Confidence::High,
            _ => Confidence::Medium,
        }
    }

    /// Both sides, where X and Y contradict each other.
    pub fn conflict(&self) -> Option<String> {
        let (x, y) = (self.by_x(), self.by_y());
        (x != Sex::Unknown && y != Sex::Unknown && x != y).then(|| {
            format!(
                "X says {} ({} of {} calls heterozygous), Y says {} ({} of {} sites called)",
                x.name(),
                self.heterozygous,
                self.on_x(),
                y.name(),
                self.y_called,
                self.y_called + self.y_no_call
            )
        })
    }
}

/// Whether a position (1-based) lies where X and Y pair (GRC: PAR1 and PAR2 of each build).
pub fn is_pseudoautosomal(build: Assembly, chromosome: u8, pos: u32) -> bool {
    let regions: [RangeInclusive<u32>; 2] = match (build, chromosome) {
        (Assembly::Grch37, X) => [60_001..=2_699_520, 154_931_044..=155_260_560],
        (Assembly::Grch37, Y) => [10_001..=2_649_520, 59_034_050..=59_363_566],
        (Assembly::Grch38, X) => [10_001..=2_781_479, 155_701_383..=156_030_895],
        (Assembly::Grch38, Y) => [10_001..=2_781_479, 56_887_903..=57_217_415],
        _ => return false,
    };
    regions.iter().any(|region| region.contains(&pos))
}

/// Whether the person has one copy of the base at `pos` (1-based) of chromosome `number`.
pub fn is_haploid(sex: Sex, build: Assembly, number: u8, pos: u32) -> bool {
    match number {
        MT => true,
        Y => !is_pseudoautosomal(build, number, pos),
        X => sex == Sex::Male && !is_pseudoautosomal(build, number, pos),
        _ => false,
    }
}

/// Sex and build of a person, to ask at any place.
#[derive(Clone, Copy, Debug)]
pub struct Haploidy {
    /// As inferred.
    pub sex: Sex,
    /// Whose pseudoautosomal regions.
    pub build: Assembly,
}

impl Haploidy {
    /// See [`is_haploid`].
    pub fn at(&self, number: u8, pos: u32) -> bool {
        is_haploid(self.sex, self.build, number, pos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sex(single: u32, homozygous: u32, heterozygous: u32) -> Sex {
        SexCalls { single, homozygous, heterozygous, ..SexCalls::default() }.sex()
    }

    #[test]
    fn sex_is_inferred_from_x() {
        assert_eq!(sex(100, 3, 0), Sex::Male);
        assert_eq!(sex(0, 100, 20), Sex::Female);
        assert_eq!(sex(0, 1000, 2), Sex::Male);
        assert_eq!(sex(0, 98, 2), Sex::Unknown);
        assert_eq!(sex(0, 10, 5), Sex::Unknown);
        assert_eq!(sex(0, 0, 0), Sex::Unknown);
    }

    #[test]
    fn y_agrees_or_nothing_is_said() {
        let man = SexCalls { single: 200, y_called: 90, y_no_call: 10, ..SexCalls::default() };
        assert_eq!((man.sex(), man.confidence(), man.conflict()), (Sex::Male, Confidence::High, None));
        let woman = SexCalls { homozygous: 80, heterozygous: 10, y_no_call: 100, ..SexCalls::default() };
        assert_eq!((woman.sex(), woman.confidence()), (Sex::Female, Confidence::Medium));
        let by_y_alone = SexCalls { y_called: 30, ..SexCalls::default() };
        assert_eq!((by_y_alone.sex(), by_y_alone.confidence()), (Sex::Male, Confidence::Medium));
        let both = SexCalls { homozygous: 800, heterozygous: 100, y_called: 100, ..SexCalls::default() };
        assert_eq!((both.sex(), both.confidence()), (Sex::Unknown, Confidence::None));
        assert_eq!(
            both.conflict().as_deref(),
            Some("X says female (100 of 900 calls heterozygous), Y says male (100 of 100 sites called)")
        );
    }

    #[test]
    fn one_copy_outside_the_pseudoautosomal_regions() {
        assert!(is_haploid(Sex::Male, Assembly::Grch37, X, 3_000_000));
        assert!(!is_haploid(Sex::Male, Assembly::Grch37, X, 2_699_520));
        assert!(is_haploid(Sex::Male, Assembly::Grch37, X, 2_699_521));
        assert!(!is_haploid(Sex::Female, Assembly::Grch37, X, 3_000_000));
        assert!(is_haploid(Sex::Unknown, Assembly::Grch38, Y, 3_000_000));
        assert!(is_haploid(Sex::Female, Assembly::Grch38, MT, 100));
        assert!(!is_haploid(Sex::Male, Assembly::Grch38, 1, 100));
    }
}
