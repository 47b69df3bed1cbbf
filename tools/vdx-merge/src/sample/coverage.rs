//! How much of a raw file is calls: what a page must know to say what the file cannot tell.

use crate::sample::raw::RawTable;

/// The chromosomes that everybody has: 1 to 22, X and MT. That a woman's file has no calls on Y says nothing.
const EVERYBODYS: [u8; 24] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25];

/// Counts of a raw file's rows; no genotypes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// Rows.
    pub(crate) rows: usize,
    /// Of these, the ones without a result.
    pub(crate) no_calls: usize,
    /// Names of the chromosomes that everybody has, and on which the file has no call.
    pub(crate) without_calls: Vec<&'static str>,
}

impl Coverage {
    /// Counts.
    pub(crate) fn of(table: &RawTable) -> Self {
        let mut no_calls = 0;
        let mut called = [false; 26];
        for (number, called) in (0..).zip(&mut called) {
            let (rows, without) =
                table.calls(number).fold((0, 0), |(rows, none), call| (rows + 1, none + usize::from(call.is_none())));
            no_calls += without;
            *called = rows > without;
        }
        let without = EVERYBODYS.into_iter().filter(|number| !called[usize::from(*number)]);
        Self { rows: table.len(), no_calls, without_calls: without.map(name).collect() }
    }

    /// As attributes of `##vdx_sample`, each behind a comma.
    pub(crate) fn attributes(&self) -> String {
        let mut text = format!(",Rows={},NoCalls={}", self.rows, self.no_calls);
        if !self.without_calls.is_empty() {
            text += &format!(",WithoutCalls={}", self.without_calls.join("|"));
        }
        text
    }
}

/// The chromosomes, from number 1 on.
pub(crate) const NAMES: [&str; 25] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "X", "Y", "MT",
];

/// A chromosome by its number.
pub(crate) fn name(number: u8) -> &'static str {
    usize::from(number).checked_sub(1).and_then(|at| NAMES.get(at)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::call::Call;
    use crate::sample::raw::Builder;

    #[test]
    fn a_chromosome_of_no_calls_has_none() {
        let mut builder = Builder::default();
        for (chromosome, call) in (1..=23).map(|number| (number, if number == 18 { "--" } else { "AG" })) {
            builder.add(b"rs1", chromosome, 5, Call::parse(call.as_bytes()).unwrap()).unwrap();
        }
        let coverage = Coverage::of(&builder.build().unwrap());
        assert_eq!(coverage, Coverage { rows: 23, no_calls: 1, without_calls: vec!["18", "MT"] });
        assert_eq!(coverage.attributes(), ",Rows=23,NoCalls=1,WithoutCalls=18|MT");
    }
}
