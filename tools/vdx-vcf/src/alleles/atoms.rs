//! Taking alleles apart into substitutions of one base and indels.
//!
//! As in `bcftools norm -a` nothing is aligned: what an ALT shares with REF at its end is cut, the rest is compared base
//! by base from the left, and what is left over is an insertion or a deletion behind the last base compared.

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
pub fn atoms<'a>(reference: &'a [u8], alts: &[&[u8]]) -> Option<Vec<Atom<'a>>> {
    if !is_bases(reference) || alts.is_empty() || !alts.iter().all(|alt| is_bases(alt)) {
        return None;
    }
    let mut found: Vec<(usize, &'a [u8], Vec<u8>, usize)> = Vec::new();
    for (number, alt) in alts.iter().enumerate() {
        take_apart(reference, alt, |offset, length, alt| {
            found.push((offset, &reference[offset..offset + length], alt, number));
        });
    }
    let is_atom = |(offset, own, alt, _): &(usize, &[u8], Vec<u8>, usize)| {
        *offset == 0 && own.len() == reference.len() && alt.len() == alts[0].len()
    };
    if found.is_empty() || found.len() == 1 && alts.len() == 1 && is_atom(&found[0]) {
        return None;
    }
    let mut atoms: Vec<Atom> = Vec::new();
    for (offset, own, alt, _) in &found {
        let same = |atom: &Atom| {
            atom.offset == *offset as u32 && atom.reference.len() == own.len() && atom.alt.eq_ignore_ascii_case(alt)
        };
        if !atoms.iter().any(same) {
            let roles = vec![Role::Reference; alts.len()];
            atoms.push(Atom { offset: *offset as u32, reference: own, alt: alt.clone(), roles });
        }
    }
    for atom in &mut atoms {
        let (start, end) = (atom.offset as usize, atom.offset as usize + atom.reference.len());
        for (offset, own, alt, number) in &found {
            let role = &mut atom.roles[*number];
            if *offset == start && own.len() == atom.reference.len() && atom.alt.eq_ignore_ascii_case(alt) {
                *role = Role::Carrier;
            } else if *role == Role::Reference && *offset < end && start < offset + own.len() {
                *role = Role::Other;
            }
        }
    }
    let lower = |allele: &[u8]| allele.to_ascii_lowercase();
    // By position and letters, not by ALT: the same atoms in another order of ALTs are the same records.
    atoms.sort_by_cached_key(|atom| (atom.offset, lower(atom.reference), lower(&atom.alt)));
    Some(atoms)
}

/// Calls `atom` with the offset in REF, the bases of REF and the new bases of each atom of `alt`.
fn take_apart(reference: &[u8], alt: &[u8], mut atom: impl FnMut(usize, usize, Vec<u8>)) {
    let shorter = reference.len().min(alt.len());
    let same = |(ours, theirs): &(&u8, &u8)| ours.eq_ignore_ascii_case(theirs);
    // One base stays, for an indel to stand behind.
    let ends = reference.iter().rev().zip(alt.iter().rev()).take(shorter - 1).take_while(same).count();
    let (reference, alt) = (&reference[..reference.len() - ends], &alt[..alt.len() - ends]);
    let shorter = shorter - ends;
    for (offset, (ours, theirs)) in reference.iter().zip(alt).enumerate() {
        if !ours.eq_ignore_ascii_case(theirs) {
            atom(offset, 1, vec![*theirs]);
        }
    }
    if reference.len() != alt.len() {
        let anchor = shorter - 1;
        let new = std::iter::once(reference[anchor]).chain(alt[shorter..].iter().copied()).collect();
        atom(anchor, reference.len() - anchor, new);
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
        Some(atoms(reference.as_bytes(), &alts)?.into_iter().map(show).collect())
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
        let found = atoms(b"AA", &[b"TT", b"TA", b"A"]).unwrap();
        assert_eq!(found[0].alleles(true).from, [vec![0], vec![1, 2], vec![]]);
        assert_eq!(found[0].alleles(true).to, [Some(0), Some(1), Some(1), Some(2)]);
        assert_eq!(found[0].alleles(false).to, [Some(0), Some(1), Some(1), None]);
        assert_eq!(found[0].alleles(false).from.len(), 2);
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
                    assert_eq!(atoms(atom.reference, &[&atom.alt]), None, "taken apart once more");
                }
                assert!(spelled.concat().eq_ignore_ascii_case(alt), "{reference:?} {alts:?}");
            }
        }
    }
}
