//! The alleles of two records of one POS over one REF.

use std::borrow::Cow;

use crate::Line;
use crate::alleles::map::{Alleles, Map};

/// REF and the ALTs of a joined record, and where those of each of the two are among them.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    /// REF first.
    pub(super) all: Vec<Cow<'a, [u8]>>,
    /// Where each allele of the first and of the second record is in `all`.
    to: [Vec<usize>; 2],
    /// Of the first and of the second record; made when asked for.
    maps: Option<[Map; 2]>,
}

impl<'a> Pair<'a> {
    /// REF is the longer of both, and the ALTs of the other record get what theirs lacks. An ALT that both have is one
    /// allele. Where both have REF in another case, all is in upper case.
    pub(super) fn of(first: &Line<'a>, second: &Line<'a>) -> Result<Self, String> {
        let (ours, theirs) = (first.reference(), second.reference());
        let shared = ours.len().min(theirs.len());
        if !ours[..shared].eq_ignore_ascii_case(&theirs[..shared]) {
            let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
            return Err(format!(
                "expected records of one POS to have the same bases in REF, found '{}' and '{}'; -f REF.fa -c x drops \
                 those that the reference does not have",
                text(ours),
                text(theirs)
            ));
        }
        let upper = ours[..shared] != theirs[..shared];
        let longer = if theirs.len() > ours.len() { theirs } else { ours };
        let written = move |allele: Cow<'a, [u8]>| {
            if upper && !allele.starts_with(b"<") { Cow::Owned(allele.to_ascii_uppercase()) } else { allele }
        };
        let alts = |line: &Line<'a>| {
            let lacks = &longer[line.reference().len()..];
            line.alts().map(move |alt| written(extended(alt, lacks)))
        };
        let mut all = Vec::with_capacity(4);
        all.push(written(longer.into()));
        all.extend(alts(first));
        let ours = (0..all.len()).collect();
        let mut theirs = Vec::with_capacity(4);
        theirs.push(0);
        for alt in alts(second) {
            let place = all[1..].iter().position(|there| there.eq_ignore_ascii_case(&alt));
            let place = place.map_or(all.len(), |place| place + 1);
            if place == all.len() {
                all.push(alt);
            }
            theirs.push(place);
        }
        Ok(Self { all, to: [ours, theirs], maps: None })
    }

    /// The alleles, and the maps that lead from those of each record to them.
    pub(super) fn maps(&mut self) -> (&[Cow<'a, [u8]>], &mut [Map; 2]) {
        let Self { all, to, maps } = self;
        let map = |to: &Vec<usize>| Map::new(Alleles::placed(to, all.len()));
        (all, maps.get_or_insert_with(|| to.each_ref().map(map)))
    }
}

/// An ALT over a REF that is longer by `lacks`. What ends in a base goes on behind it; symbolic alleles, `*` and
/// breakends that lead elsewhere do not.
fn extended<'a>(alt: &'a [u8], lacks: &[u8]) -> Cow<'a, [u8]> {
    let goes_on = !lacks.is_empty() && alt.last().is_some_and(u8::is_ascii_alphabetic);
    if goes_on { [alt, lacks].concat().into() } else { alt.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(first: &str, second: &str) -> Result<(String, [Vec<usize>; 2]), String> {
        let line = |alleles: &str| format!("1\t5\t.\t{}\t.\t.\t.\n", alleles.replace(' ', "\t"));
        let (first, second) = (line(first), line(second));
        let joined = Pair::of(&Line::parse(first.as_bytes()).unwrap(), &Line::parse(second.as_bytes()).unwrap())?;
        let all: Vec<_> = joined.all.iter().map(|allele| String::from_utf8_lossy(allele).into_owned()).collect();
        Ok((all.join(" "), joined.to))
    }

    #[test]
    fn reference_becomes_the_longer_one() {
        assert_eq!(join("A C", "A T").unwrap(), ("A C T".into(), [vec![0, 1], vec![0, 2]]));
        assert_eq!(join("A AT", "ATG A").unwrap().0, "ATG ATTG A");
        assert_eq!(join("ATG A,T", "A C").unwrap().0, "ATG A T CTG");
        assert_eq!(join("A .", "AT A").unwrap(), ("AT A".into(), [vec![0], vec![0, 1]]));
        assert_eq!(join("A .", "A .").unwrap().0, "A");
    }

    #[test]
    fn what_is_not_bases_stays() {
        assert_eq!(join("A *,<DEL>,<NON_REF>", "AT A").unwrap().0, "AT * <DEL> <NON_REF> A");
        assert_eq!(join("A A[2:7[,]2:7]A,A.,.A", "AT A").unwrap().0, "AT A[2:7[ ]2:7]AT A. .AT A");
    }

    #[test]
    fn the_same_allele_is_one() {
        assert_eq!(join("A C", "AT CT,A").unwrap(), ("AT CT A".into(), [vec![0, 1], vec![0, 1, 2]]));
        assert_eq!(join("a c", "A C,<DEL>").unwrap(), ("A C <DEL>".into(), [vec![0, 1], vec![0, 1, 2]]));
        assert!(join("A C", "CT C").unwrap_err().contains("found 'A' and 'CT'"));
    }
}
