//! Is the input of gnomAD's build? REF letters at shared positions tell when contig lengths are not there to.

use vdx_hts::{Error, Result};

/// So many positions tell whether the builds are the same; fewer do not prove it.
const ENOUGH: u64 = 100;

/// So many tell that they are not, where most differ.
const FEW: u64 = 10;

/// The positions that input and source share, in input order; several ALTs or records in a row at one are one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    /// For each whether REF is the same, as far as both go.
    pub(crate) agree: Vec<bool>,
    /// The first and the last of them: the contig's number in the source, and POS.
    pub(crate) ends: Option<[(u32, u32); 2]>,
}

impl Compared {
    /// Adds a position.
    pub(crate) fn add(&mut self, place: (u32, u32), agrees: bool) {
        let [first, last] = self.ends.unwrap_or([place; 2]);
        if last != place || self.ends.is_none() {
            self.agree.push(agrees);
            self.ends = Some([first, place]);
        }
    }
}

/// Counts positions at which both sides have a REF, in input order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Agreement {
    /// Positions compared.
    pub(crate) informative: u64,
    /// Of these, positions where REF differs.
    pub(crate) disagreeing: u64,
    /// The last of them: what follows at the same position does not count.
    last: Option<(u32, u32)>,
}

impl Agreement {
    /// Counts the positions of what follows in the input.
    ///
    /// # Errors
    /// More than half of at least 100 positions differ, as in another build (a chance letter agrees one time in four):
    /// that is certain enough to stop at once.
    pub(crate) fn add(&mut self, compared: &Compared, title: &str) -> Result<()> {
        let Some([first, last]) = compared.ends else { return Ok(()) };
        // Chunks may part the records of a position, which is one piece of evidence and not two: the count is the
        // same for any chunk size.
        let known = usize::from(self.last == Some(first));
        self.last = Some(last);
        for agrees in &compared.agree[known..] {
            self.informative += 1;
            self.disagreeing += u64::from(!agrees);
            if self.informative >= ENOUGH && self.disagreeing * 2 > self.informative {
                return Err(self.refusal(title));
            }
        }
        Ok(())
    }

    /// The verdict over the whole input.
    ///
    /// # Errors
    /// More than 5 % of at least 100 positions differ, or more than half of at least 10: where the builds are the same no
    /// letter should.
    pub(crate) fn check(&self, title: &str) -> Result<()> {
        let most = self.informative >= FEW && self.disagreeing * 2 > self.informative;
        if most || (self.informative >= ENOUGH && self.disagreeing * 20 > self.informative) {
            Err(self.refusal(title))
        } else {
            Ok(())
        }
    }

    /// Whether the positions are enough to prove the build: at least 100, of which at most 5 % differ.
    pub(crate) fn proves(&self) -> bool {
        self.informative >= ENOUGH && self.disagreeing * 20 <= self.informative
    }

    fn refusal(&self, title: &str) -> Error {
        Error::data(format!(
            "expected REF of the input and of gnomAD ({title}) to agree, found {} of {} shared positions different: the input is of another build, or its REF and ALT are swapped",
            self.disagreeing, self.informative
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(differ: impl Fn(u64) -> bool, total: u64) -> (bool, bool) {
        let mut agreement = Agreement::default();
        let position = |at| {
            let mut compared = Compared::default();
            compared.add((0, at as u32), !differ(at));
            compared
        };
        let at_once = (0..total).try_for_each(|at| agreement.add(&position(at), "x")).is_err();
        (at_once, agreement.check("x").is_err())
    }

    #[test]
    fn another_build_is_refused_at_once_and_doubt_at_the_end() {
        assert_eq!(verdict(|_| true, 9), (false, false));
        assert_eq!(verdict(|at| at < 6, 10), (false, true));
        assert_eq!(verdict(|at| at < 5, 10), (false, false));
        assert_eq!(verdict(|_| true, 99), (false, true));
        assert_eq!(verdict(|_| true, 100), (true, true));
        assert_eq!(verdict(|at| at % 10 == 0, 1000), (false, true));
        assert_eq!(verdict(|at| at % 20 == 0, 1000), (false, false));
    }

    #[test]
    fn a_position_counts_once() {
        let positions = [5, 5, 5, 6, 6, 7];
        for size in 1..=6 {
            let mut agreement = Agreement::default();
            for chunk in positions.chunks(size) {
                let mut compared = Compared::default();
                chunk.iter().for_each(|&pos| compared.add((0, pos), pos != 5));
                agreement.add(&compared, "x").unwrap();
            }
            assert_eq!((agreement.informative, agreement.disagreeing), (3, 1), "{size}");
        }
    }
}
