//! Sets of bases: the letters of a call against those that the records of a position know.

use crate::sample::call::{Call, complement};

/// A set of bases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bases(u8);

impl Bases {
    /// The set with `base`, an upper-case base; others are ignored.
    #[must_use]
    pub(crate) fn with(self, base: u8) -> Self {
        Self(self.0 | bit(base))
    }

    /// The set of the letters of a call; empty for other calls.
    pub(crate) fn of_call(call: Call) -> Self {
        call.letters().unwrap_or_default().iter().fold(Self::default(), |set, &letter| set.with(letter))
    }

    /// The set on the other strand.
    #[must_use]
    pub(crate) fn complement(self) -> Self {
        b"ACGT".iter().filter(|&&base| self.0 & bit(base) != 0).fold(Self::default(), |set, &b| set.with(complement(b)))
    }

    /// Whether all of these are among `others`.
    pub(crate) fn within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    /// Whether there are none.
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

fn bit(base: u8) -> u8 {
    match base {
        b'A' => 1,
        b'C' => 2,
        b'G' => 4,
        b'T' => 8,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_bases() {
        let set = Bases::default().with(b'A').with(b'G');
        assert!(Bases::of_call(Call::parse(b"AG").unwrap()).within(set));
        assert!(!set.complement().within(set));
        assert!(Bases::default().is_empty());
    }
}
