//! Lists of Number=G: how many genotypes there are, and where each stands (VCF 4.5, section 1.6.2).

/// `n` over `k`, as far as a list of values may be long.
pub(crate) fn choose(n: u64, k: u64) -> u64 {
    let Some(rest) = n.checked_sub(k) else { return 0 };
    (0..k.min(rest)).fold(1u64, |value, at| value.saturating_mul(n - at) / (at + 1))
}

/// How many genotypes of that ploidy there are (VCF 4.5, section 1.6.2, Genotype Ordering).
pub(crate) fn genotypes(alleles: u64, ploidy: u64) -> u64 {
    choose(alleles + ploidy - 1, ploidy)
}

/// The ploidy whose genotypes are `found` in number; 1 where there is REF alone, whose genotype is one in any ploidy.
pub(crate) fn ploidy(alleles: u64, found: u64) -> Option<u64> {
    if alleles == 1 {
        return (found == 1).then_some(1);
    }
    (1..)
        .map(|ploidy| (ploidy, genotypes(alleles, ploidy)))
        .find(|(_, count)| *count >= found)
        .and_then(|(ploidy, count)| (count == found).then_some(ploidy))
}

/// The 0-based place of the genotype with `copies` of allele number `allele` (1-based) and REF else.
pub(crate) fn genotype_index(allele: u64, copies: u64, ploidy: u64) -> u64 {
    (ploidy - copies + 1..=ploidy).map(|place| choose(allele + place - 1, place)).sum()
}
