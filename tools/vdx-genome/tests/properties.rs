//! Alignment on random genomes: what must hold whatever the alleles are.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use vdx_genome::align::Aligner;
use vdx_genome::place;
use vdx_vcf::variant::Variant;

/// The contig with `reference` at `pos` (1-based) replaced by `alt`.
fn haplotype(contig: &[u8], pos: u32, reference: &[u8], alt: &[u8]) -> Vec<u8> {
    let at = pos as usize - 1;
    let (before, behind) = (&contig[..at], &contig[at + reference.len()..]);
    [before, alt, behind].concat().to_ascii_uppercase()
}

/// A contig of few letters, so that repeats abound, and a site on it.
fn site() -> impl Strategy<Value = (Vec<u8>, u32, Vec<Vec<u8>>)> {
    let letters = prop_oneof![Just("A"), Just("AC"), Just("ACGTacgtN")];
    letters.prop_flat_map(|letters| {
        let letter = prop::sample::select(letters.as_bytes());
        let allele = prop::collection::vec(letter.clone(), 1..6);
        (
            prop::collection::vec(letter, 1..40),
            any::<prop::sample::Index>(),
            1usize..5,
            prop::collection::vec(allele, 1..4),
        )
            .prop_map(|(contig, at, length, alts)| {
                let at = at.index(contig.len());
                let end = contig.len().min(at + length);
                let mut alleles = vec![contig[at..end].to_vec()];
                alleles.extend(alts);
                (contig, at as u32 + 1, alleles)
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_site_keeps_its_haplotypes_and_becomes_normal((contig, pos, alleles) in site()) {
        prop_assume!(alleles[1..].iter().all(|alt| !alt.eq_ignore_ascii_case(&alleles[0])));
        let slices: Vec<&[u8]> = alleles.iter().map(Vec::as_slice).collect();
        let mut aligner = Aligner::default();
        let mut memory = contig.as_slice();
        let (new_pos, new) = match aligner.align(pos, &slices, &mut memory).unwrap() {
            Some(aligned) => (aligned.pos, aligned.alleles.clone()),
            None => (pos, alleles.clone()),
        };
        for (old, new_alt) in alleles.iter().zip(&new).skip(1) {
            prop_assert_eq!(haplotype(&contig, pos, &alleles[0], old), haplotype(&contig, new_pos, &new[0], new_alt));
        }
        prop_assert!(new.iter().all(|allele| !allele.is_empty()));
        prop_assert!(new_pos <= pos || new.iter().map(Vec::len).sum::<usize>() < alleles.iter().map(Vec::len).sum());
        // Parsimonious and leftmost: not all alleles end alike, unless at the start of the contig; not all begin
        // alike, unless one is that one letter.
        let same = |pick: fn(&Vec<u8>) -> Option<&u8>| {
            new.iter().all(|allele| pick(allele).map(u8::to_ascii_uppercase) == pick(&new[0]).map(u8::to_ascii_uppercase))
        };
        let one_letter = new.iter().any(|allele| allele.len() == 1);
        prop_assert!(!same(|allele| allele.last()) || new_pos == 1 && one_letter);
        prop_assert!(!same(|allele| allele.first()) || one_letter);
        // Idempotent.
        let again: Vec<&[u8]> = new.iter().map(Vec::as_slice).collect();
        prop_assert!(aligner.align(new_pos, &again, &mut memory).unwrap().is_none());
    }

    #[test]
    fn a_placement_range_holds_every_spelling((contig, pos, alleles) in site()) {
        prop_assume!(!alleles[0].eq_ignore_ascii_case(&alleles[1]));
        let (reference, alt) = (alleles[0].as_slice(), alleles[1].as_slice());
        let mut memory = contig.as_slice();
        let found = place::range(Variant { pos, reference, alt }, &mut memory).unwrap();
        let mut aligner = Aligner::default();
        let left = match aligner.align(pos, &[reference, alt], &mut memory).unwrap() {
            Some(aligned) => aligned.pos,
            None => pos,
        };
        prop_assert_eq!(found.leftmost.max(1), left);
        let minimal = Variant { pos, reference, alt }.minimal();
        let whole = haplotype(&contig, pos, reference, alt);
        let (long, short) = (minimal.reference.len().max(minimal.alt.len()), minimal.reference.len().min(minimal.alt.len()));
        // Every place of the same length that spells the haplotype, found by trying them all.
        if short == 1 && long > 1 && found.leftmost != found.rightmost {
            let n = long - 1;
            let deletion = minimal.reference.len() > 1;
            let places: Vec<u32> = (0..=contig.len()).filter(|&anchor| {
                if deletion {
                    anchor + n <= contig.len()
                        && [&contig[..anchor], &contig[anchor + n..]].concat().eq_ignore_ascii_case(&whole)
                } else {
                    let inserted = &whole[anchor..anchor + n];
                    [&contig[..anchor], inserted, &contig[anchor..]].concat().eq_ignore_ascii_case(&whole)
                }
            }).map(|anchor| anchor as u32).collect();
            prop_assert_eq!(places, (found.leftmost..=found.rightmost).collect::<Vec<_>>());
        }
    }
}
