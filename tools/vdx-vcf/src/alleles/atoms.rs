//! Taking alleles apart into substitutions of one base and indels.
//!
//! As in `bcftools norm -a` nothing is aligned: what an ALT shares with REF at its end is cut, the rest is compared base
//! by base from the left, and what is left over is an insertion or a deletion behind the last base compared.

use std::cmp::Ordering;

use super::map::Alleles;
use crate::allele::is_bases;

/// A part of one or more ALT alleles that is a record of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom<'a> {
    /// How far behind the record's POS it stands.
    pub offset: u32,
    /// Its REF: bases of the record's.
    pub reference: &'a [u8],
    /// Its ALT.
    pub alt: Vec<u8>,
    /// For each ALT of the record what it has there.
    pub(crate) roles: Vec<Role>,
}

/// What an ALT of the record has where an atom is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The bases of REF.
    Reference,
    /// The atom.
    Carrier,
    /// Something else.
    Other,
}

impl Atom<'_> {
    /// The ALTs of the record (0-based) that have it.
    pub fn carriers(&self) -> impl Iterator<Item = usize> {
        self.roles.iter().enumerate().filter(|(_, role)| **role == Role::Carrier).map(|(alt, _)| alt)
    }

    /// How its record's alleles stem from those of the record taken apart. With `star`, other alleles at its bases are
    /// another ALT, `*`; they are missing without it.
    pub fn alleles(&self, star: bool) -> Alleles {
        let mut from = vec![vec![0], self.carriers().map(|alt| alt + 1).collect()];
        let star = star && self.roles.contains(&Role::Other);
        if star {
            from.push(Vec::new());
        }
        let to = |role: &Role| match role {
            Role::Reference => Some(0),
            Role::Carrier => Some(1),
            Role::Other => star.then_some(2),
        };
        Alleles { from, to: std::iter::once(Some(0)).chain(self.roles.iter().map(to)).collect() }
    }
}

/// The atoms of a record's alleles, by offset, REF and ALT; `None` where the record is to stay: with an allele that is
/// not of bases, or REF alone, or because it is an atom already.
///
/// An ALT that is REF has no atoms. Alleles are compared without regard to case.
pub fn atoms<'a>(reference: &'a [u8], alts: &'a [&'a [u8]]) -> Option<Atoms<'a>> {
    if !is_bases(reference) || alts.is_empty() || !alts.iter().all(|alt| is_bases(alt)) {
        return None;
    }
    let mut atoms = Atoms { reference, alts, parts: Vec::new(), indels: Vec::new(), at: 0 };
    (0..alts.len()).for_each(|alt| atoms.take_apart(alt));
    let is_atom = |part: &Part| {
        part.offset == 0 && part.length == reference.len() && atoms.bases(part).len() == alts[part.alt].len()
    };
    match &atoms.parts[..] {
        [] => return None,
        [part] if alts.len() == 1 && is_atom(part) => return None,
        _ => {}
    }
    let mut parts = std::mem::take(&mut atoms.parts);
    // By position and letters, not by ALT: the same atoms in another order of ALTs are the same records.
    parts.sort_unstable_by(|a, b| atoms.order(a, b).then(a.alt.cmp(&b.alt)));
    atoms.parts = parts;
    Some(atoms)
}

/// The walk over the atoms of a site: a sweep along REF, so that a site of many long ALTs takes no more time than their
/// letters.
#[derive(Debug)]
pub struct Atoms<'a> {
    reference: &'a [u8],
    alts: &'a [&'a [u8]],
    /// Those of each ALT, by offset, REF and ALT.
    parts: Vec<Part>,
    /// The indel of each ALT that has one.
    indels: Vec<Part>,
    /// The next one.
    at: usize,
}

/// Where one ALT has an atom.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Where its bases of REF begin, and how many there are.
    offset: usize,
    length: usize,
    /// 0-based.
    alt: usize,
    /// Where the bases of ALT behind the first end, if it is an indel: its first base is that of REF.
    indel: Option<(usize, usize)>,
}

impl Atoms<'_> {
    /// Adds the parts of ALT number `alt`.
    fn take_apart(&mut self, alt: usize) {
        let (mut reference, mut bases) = (self.reference, self.alts[alt]);
        let same = |(ours, theirs): &(&u8, &u8)| ours.eq_ignore_ascii_case(theirs);
        // One base stays, for an indel to stand behind.
        let shorter = reference.len().min(bases.len());
        let ends = reference.iter().rev().zip(bases.iter().rev()).take(shorter - 1).take_while(same).count();
        (reference, bases) = (&reference[..reference.len() - ends], &bases[..bases.len() - ends]);
        let differ = |(_, pair): &(usize, (&u8, &u8))| !same(pair);
        let differing = reference.iter().zip(bases).enumerate().filter(differ);
        self.parts.extend(differing.map(|(offset, _)| Part { offset, length: 1, alt, indel: None }));
        if reference.len() != bases.len() {
            let offset = shorter - ends - 1;
            let indel = Some((offset + 1, bases.len()));
            let part = Part { offset, length: reference.len() - offset, alt, indel };
            self.parts.push(part);
            self.indels.push(part);
        }
    }

    /// The new bases.
    fn bases(&self, part: &Part) -> Vec<u8> {
        let alt = self.alts[part.alt];
        match part.indel {
            None => vec![alt[part.offset]],
            Some((from, to)) => {
                std::iter::once(self.reference[part.offset]).chain(alt[from..to].iter().copied()).collect()
            }
        }
    }

    /// By offset, REF and ALT; equal where both are one atom.
    fn order(&self, a: &Part, b: &Part) -> Ordering {
        let bases = |part: &Part| match part.indel {
            None => (self.alts[part.alt][part.offset], &[][..]),
            Some((from, to)) => (self.reference[part.offset], &self.alts[part.alt][from..to]),
        };
        let lower = |part: &Part| {
            let (first, rest) = bases(part);
            std::iter::once(first).chain(rest.iter().copied()).map(|base| base.to_ascii_lowercase())
        };
        (a.offset, a.length).cmp(&(b.offset, b.length)).then_with(|| lower(a).cmp(lower(b)))
    }
}

impl<'a> Iterator for Atoms<'a> {
    type Item = Atom<'a>;

    fn next(&mut self) -> Option<Atom<'a>> {
        let first = *self.parts.get(self.at)?;
        let carriers = self.parts[self.at..].iter().take_while(|part| self.order(part, &first).is_eq()).count();
        let (start, end) = (first.offset, first.offset + first.length);
        let mut roles = vec![Role::Reference; self.alts.len()];
        // What begins within its bases, and what began before and reaches into them: only an indel is so long.
        let here = self.parts[..self.at].iter().rev().take_while(|part| part.offset == start).count();
        let within = self.parts[self.at - here..].iter().take_while(|part| part.offset < end);
        let across = self.indels.iter().filter(|part| part.offset < start && start < part.offset + part.length);
        within.chain(across).for_each(|part| roles[part.alt] = Role::Other);
        self.parts[self.at..][..carriers].iter().for_each(|part| roles[part.alt] = Role::Carrier);
        self.at += carriers;
        Some(Atom { offset: start as u32, reference: &self.reference[start..end], alt: self.bases(&first), roles })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `offset REF ALT roles`, a role being `0`, `1` or `*`.
    fn shown(reference: &str, alts: &[&str]) -> Option<Vec<String>> {
        let alts: Vec<&[u8]> = alts.iter().map(|alt| alt.as_bytes()).collect();
        let role = |role: &Role| match role {
            Role::Reference => '0',
            Role::Carrier => '1',
            Role::Other => '*',
        };
        let show = |atom: Atom| {
            let (reference, alt) = (String::from_utf8_lossy(atom.reference), String::from_utf8_lossy(&atom.alt));
            format!("{} {reference} {alt} {}", atom.offset, atom.roles.iter().map(role).collect::<String>())
        };
        Some(atoms(reference.as_bytes(), &alts)?.map(show).collect())
    }

    fn some(atoms: &[&str]) -> Option<Vec<String>> {
        Some(atoms.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn alleles_fall_into_their_atoms() {
        assert_eq!(shown("CC", &["TT"]), some(&["0 C T 1", "1 C T 1"]));
        assert_eq!(shown("GCGT", &["GTGA"]), some(&["1 C T 1", "3 T A 1"]));
        assert_eq!(shown("C", &["GGG"]), some(&["0 C CGG 1", "0 C G 1"]));
        assert_eq!(shown("CGT", &["A"]), some(&["0 C A 1", "0 CGT C 1"]));
        assert_eq!(shown("ACGT", &["AT"]), some(&["0 ACG A 1"]));
        assert_eq!(shown("ACGTT", &["AGTTTTT"]), some(&["1 C G 1", "2 G GTT 1", "2 G T 1"]));
    }

    #[test]
    fn records_that_are_atoms_or_not_of_bases_stay() {
        for (reference, alts) in
            [("A", &["C"][..]), ("A", &["AT"]), ("ATG", &["A"]), ("AC", &["GT", "*"]), ("AC", &["<DEL>"]), ("AC", &[])]
        {
            assert_eq!(shown(reference, alts), None, "{reference} {alts:?}");
        }
        assert_eq!(shown("AC", &["ac"]), None);
        assert_eq!(shown("ACG", &["ATG"]), some(&["1 C T 1"]));
    }

    #[test]
    fn alts_that_differ_there_are_other_alleles() {
        assert_eq!(shown("A", &["C", "G"]), some(&["0 A C 1*", "0 A G *1"]));
        assert_eq!(shown("AA", &["TT", "TA"]), some(&["0 A T 11", "1 A T 10"]));
        assert_eq!(shown("CAT", &["C", "CGT"]), some(&["0 CAT C 1*", "1 A G *1"]));
        assert_eq!(shown("CAT", &["GAT", "G"]), some(&["0 C G 11", "0 CAT C *1"]));
        assert_eq!(shown("ACGT", &["A", "TCTT"]), some(&["0 A T *1", "0 ACGT A 1*", "2 G T *1"]));
        assert_eq!(shown("A", &["A", "C"]), some(&["0 A C 01"]));
    }

    #[test]
    fn roles_become_alleles() {
        let found: Vec<Atom> = atoms(b"AA", &[b"TT", b"TA", b"A"]).unwrap().collect();
        assert_eq!(found[0].alleles(true).from, [vec![0], vec![1, 2], vec![]]);
        assert_eq!(found[0].alleles(true).to, [Some(0), Some(1), Some(1), Some(2)]);
        assert_eq!(found[0].alleles(false).to, [Some(0), Some(1), Some(1), None]);
        assert_eq!(found[0].alleles(false).from.len(), 2);
    }

    /// The roles as each pair of atoms has them: one ALT's atom is in the way of another where both have a base of REF.
    fn roles(alts: &[&[u8]], found: &[Atom]) -> Vec<Vec<Role>> {
        let bases = |atom: &Atom| atom.offset as usize..atom.offset as usize + atom.reference.len();
        let role = |alt: usize, atom: &Atom| {
            let meets = |other: &&Atom| bases(other).start < bases(atom).end && bases(atom).start < bases(other).end;
            let own = |other: &&Atom| other.roles[alt] == Role::Carrier;
            match found.iter().filter(own).filter(meets).collect::<Vec<_>>() {
                met if met.is_empty() => Role::Reference,
                met if met.contains(&atom) => Role::Carrier,
                _ => Role::Other,
            }
        };
        found.iter().map(|atom| (0..alts.len()).map(|alt| role(alt, atom)).collect()).collect()
    }

    #[test]
    fn a_wide_site_comes_to_an_end() {
        let mut state = 7u64;
        let mut base = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            b"ACGT"[(state >> 62) as usize]
        };
        let reference: Vec<u8> = (0..20_000).map(|_| base()).collect();
        let alts: Vec<Vec<u8>> = (0..60).map(|alt| (0..20_000 - 100 * alt).map(|_| base()).collect()).collect();
        let alts: Vec<&[u8]> = alts.iter().map(Vec::as_slice).collect();
        // A million parts, of which a comparison of pairs would not come to an end.
        assert!(atoms(&reference, &alts).unwrap().count() > 50_000);
    }

    /// Every ALT is spelled by its atoms, and each atom is its only one.
    #[test]
    fn atoms_spell_the_alleles() {
        let mut state = 1u64;
        let mut below = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % limit
        };
        for _ in 0..3000 {
            let mut word = |most: u64| -> Vec<u8> { (0..=below(most)).map(|_| b"ACg"[below(3) as usize]).collect() };
            let (reference, alts) = (word(6), [word(6), word(3), word(8)]);
            let alts: Vec<&[u8]> = alts.iter().map(Vec::as_slice).collect();
            let Some(found) = atoms(&reference, &alts) else { continue };
            let found: Vec<Atom> = found.collect();
            assert_eq!(found.iter().map(|atom| atom.roles.clone()).collect::<Vec<_>>(), roles(&alts, &found));
            for (number, alt) in alts.iter().enumerate() {
                let mut spelled: Vec<Vec<u8>> = reference.iter().map(|base| vec![*base]).collect();
                for atom in found.iter().filter(|atom| atom.roles[number] == Role::Carrier) {
                    let at = atom.offset as usize;
                    if atom.reference.len() == 1 && atom.alt.len() == 1 {
                        spelled[at][0] = atom.alt[0];
                    } else {
                        spelled[at].extend_from_slice(&atom.alt[1..]);
                        (1..atom.reference.len()).for_each(|next| spelled[at + next].clear());
                    }
                    assert!(atoms(atom.reference, &[&atom.alt]).is_none(), "taken apart once more");
                }
                assert!(spelled.concat().eq_ignore_ascii_case(alt), "{reference:?} {alts:?}");
            }
        }
    }
}
