//! GT with other alleles: rewritten for one record, or made one out of two records of one POS.

use super::numbers::text;

/// Appends a genotype, each allele as the one that `to` leads to; phasing stays.
pub(super) fn rewrite(value: &[u8], to: &[Option<usize>], out: &mut Vec<u8>) -> Result<(), String> {
    let mut rest = value;
    while let Some(&byte) = rest.first() {
        if !byte.is_ascii_digit() {
            out.push(byte);
            rest = &rest[1..];
            continue;
        }
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (token, tail) = rest.split_at(digits);
        rest = tail;
        // So many alleles that the number overflows are too many in any case.
        let push = |allele: usize, digit: &u8| allele.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
        match to.get(token.iter().fold(0, push)) {
            Some(&Some(allele)) => write_number(allele, out),
            Some(None) => out.push(b'.'),
            None => return Err(no_allele(token, value, to)),
        }
    }
    Ok(())
}

/// What the alleles of the genotypes that nearly all samples have become: two of one letter each.
pub(super) struct Letters([u8; 256]);

impl Letters {
    /// See [`rewrite`].
    pub(super) fn of(to: &[Option<usize>]) -> Self {
        let mut letters = [0; 256];
        letters[usize::from(b'.')] = b'.';
        for (letter, to) in letters[usize::from(b'0')..=usize::from(b'9')].iter_mut().zip(to) {
            *letter = to.map_or(b'.', |to| if to < 10 { b'0' + to as u8 } else { 0 });
        }
        Self(letters)
    }

    /// As [`rewrite`], of the value that `rest` of a sample begins with. Where that value ends; `None`, and nothing written,
    /// where it is none of these.
    #[inline]
    pub(super) fn write(&self, rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        let (&[one, phase @ (b'/' | b'|'), other] | &[one, phase @ (b'/' | b'|'), other, b':', ..]) = rest else {
            return None;
        };
        let [one, other] = [one, other].map(|letter| self.0[usize::from(letter)]);
        if one == 0 || other == 0 {
            return None;
        }
        out.extend_from_slice(&[one, phase, other]);
        Some(3)
    }
}

fn write_number(allele: usize, out: &mut Vec<u8>) {
    match allele {
        0..=9 => out.push(b'0' + allele as u8),
        _ => out.extend_from_slice(allele.to_string().as_bytes()),
    }
}

fn no_allele(token: &[u8], genotype: &[u8], to: &[Option<usize>]) -> String {
    let (last, token, genotype) = (to.len() - 1, text(token), text(genotype));
    format!(
        "expected alleles from 0 to {last}, found '{token}' in '{genotype}': of an allele that the record does not have \
         nothing can be said where its alleles change; set such genotypes missing first"
    )
}

/// A GT: for each copy the `/` or `|` before it, if there is one, and its allele.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Genotype {
    copies: Vec<(Option<u8>, Option<usize>)>,
}

impl Genotype {
    /// Reads a GT; `to` leads from its alleles to those of the joined record.
    pub(super) fn parse(value: &[u8], to: &[Option<usize>]) -> Result<Self, String> {
        let mut copies = Vec::new();
        let mut rest = value;
        while !rest.is_empty() {
            let phase = rest.first().copied().filter(|byte| matches!(byte, b'/' | b'|'));
            rest = &rest[usize::from(phase.is_some())..];
            let end = rest.iter().position(|byte| matches!(byte, b'/' | b'|')).unwrap_or(rest.len());
            let (token, tail) = rest.split_at(end);
            rest = tail;
            let allele = match token {
                b"." => None,
                _ => {
                    let number = std::str::from_utf8(token).ok().and_then(|token| token.parse::<usize>().ok());
                    *number.and_then(|number| to.get(number)).ok_or_else(|| no_allele(token, value, to))?
                }
            };
            copies.push((phase, allele));
        }
        Ok(Self { copies })
    }

    fn is_missing(&self) -> bool {
        self.copies.iter().all(|(_, allele)| allele.is_none())
    }

    /// All copies are alike: their order tells nothing.
    fn is_alike(&self) -> bool {
        self.copies.windows(2).all(|pair| pair[0].1 == pair[1].1)
    }

    fn is_phased(&self) -> bool {
        self.copies.iter().all(|(phase, _)| *phase != Some(b'/'))
    }

    fn count(&self, allele: usize) -> usize {
        self.copies.iter().filter(|(_, own)| *own == Some(allele)).count()
    }

    /// Takes over the alleles of another record's genotype. How many of them find no copy that is REF or missing.
    ///
    /// Each ALT goes to its own copy, or, where another ALT is there, to the first that is free; the genotype is
    /// unphased then. An ALT that both have is there as often as in the one that has it more often; where both are
    /// phased, on each copy on which one of them has it.
    pub(super) fn take(&mut self, other: Self) -> usize {
        if other.is_missing() {
            return 0;
        }
        if self.is_missing() {
            *self = other;
            return 0;
        }
        let (alike, phased) = (self.is_alike(), self.is_phased() && other.is_phased());
        let (mut placed, mut moved, mut lost) = (false, false, 0);
        for (at, &(phase, allele)) in other.copies.iter().enumerate() {
            let Some(own) = self.copies.get(at).map(|copy| copy.1) else {
                self.copies.push((phase, allele));
                continue;
            };
            let Some(allele) = allele else { continue };
            let is_there = allele > 0 && self.count(allele) >= other.count(allele);
            match own {
                _ if own == Some(allele) => {}
                None if allele == 0 => self.copies[at].1 = Some(0),
                _ if allele == 0 || is_there && !phased => {}
                None | Some(0) => {
                    self.copies[at].1 = Some(allele);
                    placed = true;
                }
                Some(_) if is_there => {}
                Some(_) => match self.copies.iter_mut().find(|(_, own)| own.is_none_or(|own| own == 0)) {
                    Some(free) => {
                        free.1 = Some(allele);
                        moved = true;
                    }
                    None => lost += 1,
                },
            }
        }
        let other_alike = other.is_alike();
        for (at, (phase, _)) in self.copies.iter_mut().enumerate().filter(|_| placed || moved) {
            let theirs = other.copies.get(at).and_then(|copy| copy.0);
            match (&phase, theirs) {
                (Some(_), _) if moved => *phase = Some(b'/'),
                (Some(_), Some(_)) if alike => *phase = theirs,
                // Alleles that are all alike say nothing of phase: the `/` between them does not take away the
                // other's `|`.
                (Some(b'|'), Some(b'/')) if !other_alike => *phase = theirs,
                _ => {}
            }
        }
        lost
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        for &(phase, allele) in &self.copies {
            out.extend(phase);
            match allele {
                None => out.push(b'.'),
                Some(allele) => write_number(allele, out),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins genotypes of one ALT each, which becomes 1, 2 and so on.
    fn join(genotypes: &[&str]) -> (String, usize) {
        join_as(genotypes, &[1, 2, 3])
    }

    fn join_as(genotypes: &[&str], alts: &[usize]) -> (String, usize) {
        let mut parsed = genotypes
            .iter()
            .zip(alts)
            .map(|(text, alt)| Genotype::parse(text.as_bytes(), &[Some(0), Some(*alt)]).unwrap());
        let mut joined = parsed.next().unwrap();
        let lost = parsed.map(|other| joined.take(other)).sum();
        let mut out = Vec::new();
        joined.write(&mut out);
        (text(&out), lost)
    }

    #[test]
    fn each_allele_goes_to_its_copy() {
        for (genotypes, expected) in [
            (&["1/0", "0/1"][..], "1/2"),
            (&["0|1", "1|0"], "2|1"),
            (&["0/0", "0/1"], "0/2"),
            (&["1/.", "./1"], "1/2"),
            (&["0/1", "0/."], "0/1"),
            (&["0/.", "0/1"], "0/2"),
            (&["1/0/0", "0/1/0", "0/0/1"], "1/2/3"),
            (&[".|0", ".|1"], ".|2"),
            (&["|0|1", "|1|0"], "|2|1"),
        ] {
            assert_eq!(join(genotypes), (expected.into(), 0), "{genotypes:?}");
        }
    }

    #[test]
    fn what_is_missing_gives_way_with_its_ploidy() {
        for (genotypes, expected) in [
            (["./.", "0|1"], "0|2"),
            ([".", "0/1"], "0/2"),
            (["./.", "1"], "2"),
            (["0/1", "."], "0/1"),
            (["./.", "./."], "./."),
            (["./1", "0/0"], "0/1"),
            (["1", "0/0"], "1/0"),
            (["0/1", "1"], "2/1"),
        ] {
            assert_eq!(join(&genotypes), (expected.into(), 0), "{genotypes:?}");
        }
    }

    #[test]
    fn an_allele_whose_copy_is_taken_moves_and_is_unphased() {
        assert_eq!(join(&["0/1", "0/1"]), ("2/1".into(), 0));
        assert_eq!(join(&["0|1", "0|1"]), ("2/1".into(), 0));
        assert_eq!(join(&["1/1", "0/1"]), ("1/1".into(), 1));
        assert_eq!(join(&["1", "1"]), ("1".into(), 1));
    }

    #[test]
    fn phase_is_only_what_both_say() {
        assert_eq!(join(&["0|0", "0/1"]).0, "0/2");
        assert_eq!(join(&["0/0", "0|1"]).0, "0|2");
        assert_eq!(join(&["1|0", "0/1"]).0, "1/2");
        assert_eq!(join(&["0|1", "0/0"]).0, "0|1");
        // Alleles that are all alike say nothing of phase, whatever stands between them.
        assert_eq!(join(&["0|.", "1/1"]).0, "2|2");
        assert_eq!(join(&["0/0", "0|0"]).0, "0/0");
    }

    #[test]
    fn an_allele_of_both_is_not_counted_twice() {
        let same = |genotypes: &[&str]| join_as(genotypes, &[1, 1]);
        assert_eq!(same(&["0/1", "0/1"]), ("0/1".into(), 0));
        assert_eq!(same(&["0/1", "1/0"]), ("0/1".into(), 0));
        assert_eq!(same(&["0/1", "1/1"]), ("1/1".into(), 0));
        assert_eq!(same(&["0|1", "1|0"]), ("1|1".into(), 0));
        assert_eq!(same(&["0|1", "1/0"]), ("0|1".into(), 0));
        assert_eq!(same(&["0/1", "1|0"]), ("0/1".into(), 0));
        assert_eq!(same(&["/0|1", "/1|0"]), ("/0|1".into(), 0));
        assert_eq!(same(&["1/1", "0/1"]), ("1/1".into(), 0));
    }

    #[test]
    fn alleles_that_the_record_lacks_are_errors() {
        assert!(Genotype::parse(b"0/2", &[Some(0), Some(1)]).unwrap_err().contains("from 0 to 1, found '2' in '0/2'"));
        assert!(Genotype::parse(b"0/x", &[Some(0), Some(1)]).is_err());
    }
}
