//! The sex of a raw file: from its calls on X and Y.

use vdx_vcf::assembly::Assembly;

use super::ploidy::{X, Y, is_pseudoautosomal};
use super::{CALLED_ON_Y, Confidence, FEW, HETEROZYGOUS_OF_ARRAY, MANY, Sex};
use crate::sample::call::Call;
use crate::sample::raw::RawTable;

/// Counts of the calls on X and Y outside the pseudoautosomal regions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SexCalls {
    /// One letter on X.
    pub(crate) single: u32,
    /// Two equal letters on X.
    pub(crate) homozygous: u32,
    /// Two different letters on X.
    pub(crate) heterozygous: u32,
    /// Letters on Y.
    pub(crate) y_called: u32,
    /// No call on Y.
    pub(crate) y_no_call: u32,
}

impl SexCalls {
    /// Counts the calls of a raw file, whose positions are of `build`.
    pub(crate) fn of(table: &RawTable, build: Assembly) -> Self {
        let mut calls = Self::default();
        let own = |number: u8| {
            let rows = table.positions(number).iter().zip(table.calls(number));
            rows.filter(move |(pos, _)| !is_pseudoautosomal(build, number, **pos)).map(|(_, call)| call)
        };
        own(X).for_each(|call| calls.add_x(call));
        own(Y).for_each(|call| calls.add_y(call));
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

    /// A file that writes one letter means a man. Else the share of heterozygous calls tells.
    fn by_x(&self) -> Sex {
        let pairs = self.homozygous + self.heterozygous;
        if self.single > pairs {
            return Sex::Male;
        }
        if pairs < FEW { Sex::Unknown } else { HETEROZYGOUS_OF_ARRAY.sex(self.heterozygous, pairs) }
    }

    fn by_y(&self) -> Sex {
        let sites = self.y_called + self.y_no_call;
        if sites < FEW { Sex::Unknown } else { CALLED_ON_Y.sex(self.y_called, sites) }
    }

    /// What X and Y tell together; unknown where they contradict each other.
    pub(crate) fn sex(&self) -> Sex {
        match (self.by_x(), self.by_y()) {
            (sex, Sex::Unknown) | (Sex::Unknown, sex) => sex,
            (one, other) if one == other => one,
            _ => Sex::Unknown,
        }
    }

    /// How sure [`SexCalls::sex`] is.
    pub(crate) fn confidence(&self) -> Confidence {
        match self.sex() {
            Sex::Unknown => Confidence::None,
            _ if self.on_x() >= MANY && self.by_x() != Sex::Unknown => Confidence::High,
            _ => Confidence::Medium,
        }
    }

    /// Both sides, where X and Y contradict each other.
    pub(crate) fn conflict(&self) -> Option<String> {
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
}
