//! Genotypes in the order that lists of Number=G have (VCF 4.5, section 1.6.2, Genotype Ordering).

/// `n` over `k`, as far as a list of values may be long.
fn choose(n: u64, k: u64) -> u64 {
    let Some(rest) = n.checked_sub(k) else { return 0 };
    (0..k.min(rest)).fold(1u64, |value, at| value.saturating_mul(n - at) / (at + 1))
}

/// How many genotypes of that ploidy there are.
pub(super) fn genotypes(alleles: u64, ploidy: u64) -> u64 {
    choose(alleles + ploidy - 1, ploidy)
}

/// The ploidy whose genotypes are `found` in number; 0, which is none, where there is REF alone, whose genotype is one in
/// any ploidy.
pub(super) fn ploidy(alleles: u64, found: u64) -> Option<u64> {
    if alleles == 1 {
        return (found == 1).then_some(0);
    }
    (1..)
        .map(|ploidy| (ploidy, genotypes(alleles, ploidy)))
        .find(|(_, count)| *count >= found)
        .and_then(|(ploidy, count)| (count == found).then_some(ploidy))
}

/// The 0-based place of a genotype in its list.
pub(super) fn place(mut genotype: Vec<usize>) -> usize {
    genotype.sort_unstable();
    let places = genotype.iter().zip(1..);
    places.map(|(&allele, place)| choose(allele as u64 + place - 1, place) as usize).sum()
}

/// Goes on to the next genotype of so many alleles; the last one stays.
pub(super) fn next(genotype: &mut [usize], alleles: usize) {
    let limit = |at: usize| genotype.get(at + 1).copied().unwrap_or(alleles - 1);
    if let Some(at) = (0..genotype.len()).find(|&at| genotype[at] < limit(at)) {
        genotype[at] += 1;
        genotype[..at].fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genotypes_have_their_places() {
        let mut genotype = vec![0, 0];
        for (at, expected) in [[0, 0], [0, 1], [1, 1], [0, 2], [1, 2], [2, 2], [2, 2]].into_iter().enumerate() {
            assert_eq!(genotype, expected);
            assert_eq!(place(vec![expected[1], expected[0]]), at.min(5));
            next(&mut genotype, 3);
        }
        let mut genotype = vec![0; 3];
        for at in 0..genotypes(4, 3) as usize {
            assert_eq!(place(genotype.clone()), at);
            next(&mut genotype, 4);
        }
    }

    #[test]
    fn long_lists_have_a_ploidy_or_none() {
        assert_eq!((ploidy(1, 1), ploidy(1, 2)), (Some(0), None));
        assert_eq!((ploidy(2, 100_000), ploidy(3, 100_000)), (Some(99_999), None));
        assert_eq!((ploidy(3, 10), ploidy(4, 20), ploidy(5, 16)), (Some(3), Some(3), None));
    }
}
