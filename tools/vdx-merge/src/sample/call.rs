//! A genotype as raw files write it.

/// The genotype of one row of a raw file: one or two letters of ACGT, one or two of I and D, or no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call([u8; 2]);

/// What a call is written in; nothing stands for a second allele that is not there.
const SIGNS: [u8; 8] = *b"\0ACGTID-";

/// The place of each byte among the signs.
const CODES: [u8; 256] = {
    let mut codes = [0; 256];
    let mut at = 0;
    while at < SIGNS.len() {
        codes[SIGNS[at] as usize] = at as u8;
        at += 1;
    }
    codes
};

impl Call {
    /// No call.
    pub(crate) const NONE: Self = Self(*b"--");

    /// Reads a genotype: `AG`, `A`, `DI`, `D`, `--`, `-`. `None` for anything else.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let (one, other) = match text {
            b"-" | b"--" => return Some(Self::NONE),
            [one] => (one.to_ascii_uppercase(), 0),
            [one, other] => (one.to_ascii_uppercase(), other.to_ascii_uppercase()),
            _ => return None,
        };
        let letter = |byte: u8| matches!(byte, b'A' | b'C' | b'G' | b'T');
        let length = |byte: u8| matches!(byte, b'I' | b'D');
        let fits = |of: &dyn Fn(u8) -> bool| of(one) && (other == 0 || of(other));
        (fits(&letter) || fits(&length)).then_some(Self([one, other]))
    }

    /// Six bits that stand for the call.
    pub(crate) fn code(self) -> u8 {
        let [one, other] = self.0.map(|byte| CODES[usize::from(byte)]);
        // A byte with room for a mark beside the call: a million rows are nine megabytes.
        (one << 3) | other
    }

    /// The call that a [`Call::code`] stands for.
    pub(crate) fn of_code(code: u8) -> Self {
        Self([code >> 3, code].map(|sign| SIGNS[usize::from(sign & 7)]))
    }

    /// Whether there is no call.
    pub(crate) fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// The letters, upper case, of a call of bases.
    pub(crate) fn letters(&self) -> Option<&[u8]> {
        (!matches!(self.0[0], b'-' | b'I' | b'D')).then(|| self.text())
    }

    /// `I` and `D` of a call of lengths.
    pub(crate) fn lengths(&self) -> Option<&[u8]> {
        matches!(self.0[0], b'I' | b'D').then(|| self.text())
    }

    /// The call as it is written in a raw file.
    pub(crate) fn text(&self) -> &[u8] {
        if self.0[1] == 0 { &self.0[..1] } else { &self.0 }
    }

    /// The letters on the other strand; lengths and no call stay what they are.
    #[must_use]
    pub(crate) fn complement(self) -> Self {
        if self.letters().is_some() { Self(self.0.map(complement)) } else { self }
    }

    /// Whether both are results, of the same kind, that one person cannot have at one site.
    pub(crate) fn contradicts(self, other: Self) -> bool {
        let alleles = |call: Self| match call.0 {
            [one, 0] => [one, one],
            [one, other] => [one.min(other), one.max(other)],
        };
        let comparable = self.letters().is_some() && other.letters().is_some()
            || self.lengths().is_some() && other.lengths().is_some();
        comparable && alleles(self) != alleles(other)
    }

    /// Whether two different letters are called.
    pub(crate) fn is_het(self) -> bool {
        self.0[1] != 0 && self.0[0] != self.0[1]
    }
}

/// The base on the other strand.
pub(crate) fn complement(base: u8) -> u8 {
    match base {
        b'A' => b'T',
        b'C' => b'G',
        b'G' => b'C',
        b'T' => b'A',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_letters_lengths_or_none() {
        let parse = |text: &str| Call::parse(text.as_bytes());
        assert_eq!(parse("ag").unwrap().letters(), Some(&b"AG"[..]));
        assert_eq!(parse("T").unwrap().letters(), Some(&b"T"[..]));
        assert_eq!(parse("DI").unwrap().lengths(), Some(&b"DI"[..]));
        assert!(parse("--").unwrap().is_none() && parse("-").unwrap().is_none());
        assert_eq!(parse("--").unwrap().letters(), None);
        assert!(parse("AG").unwrap().is_het() && !parse("A").unwrap().is_het());
        let contradict = |one: &str, other: &str| parse(one).unwrap().contradicts(parse(other).unwrap());
        assert!(contradict("AG", "AA") && contradict("DI", "DD"));
        assert!(
            !contradict("AG", "GA") && !contradict("A", "AA") && !contradict("AG", "--") && !contradict("AG", "DI")
        );
        assert_eq!(parse("AG").unwrap().complement(), parse("TC").unwrap());
        assert_eq!(parse("T").unwrap().complement(), parse("A").unwrap());
        assert_eq!(parse("DI").unwrap().complement(), parse("DI").unwrap());
        for text in ["A", "T", "AG", "CC", "I", "DI", "--"] {
            let call = parse(text).unwrap();
            assert!(call.code() < 64 && Call::of_code(call.code()) == call, "{text}");
        }
        for text in ["", "A-", "AI", "AGT", "NN", "00", "A G"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
