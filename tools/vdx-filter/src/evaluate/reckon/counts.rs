//! Counts of alleles, where the header has no tag of that name: AC, AN, AF, MAC, MAF.

use vdx_vcf::info;

use super::value::{is_missing, list, parse};
use crate::evaluate::genotype::alleles;
use crate::evaluate::view::{Pick, View};

/// What is made of the counts of alleles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// AC.
    Count,
    /// AN.
    Total,
    /// AF.
    Frequency,
    /// MAC, whatever the subscript.
    MinorCount,
    /// MAF, likewise.
    MinorFrequency,
}

/// AC and what follows from it: by INFO/AC and INFO/AN where they may serve and are there, else by GT. Nothing where
/// there is no allele to count.
pub(crate) fn allele_counts(view: &View, what: Counted, pick: &Pick, from_info: bool, out: &mut Vec<f64>) {
    let from = out.len();
    let alts = view.line.alts().count();
    let value = |key: &[u8]| info::value(view.rest.info, key).filter(|_| from_info);
    let mut total = 0.0;
    if let (Some(counts), Some(sum)) = (value(b"AC"), value(b"AN")) {
        if list(counts, &Pick::All, false, out).is_err() || out.len() - from != alts {
            out.truncate(from);
        } else {
            total = parse(sum, false).filter(|sum| !is_missing(*sum)).unwrap_or(0.0);
        }
    } else if let Some(genotypes) = view.fields(b"GT") {
        out.resize(from + alts, 0.0);
        for allele in genotypes.flat_map(alleles).flatten() {
            total += 1.0;
            if let Some(count) = allele.checked_sub(1).and_then(|alt| out.get_mut(from + alt)) {
                *count += 1.0;
            }
        }
    }
    if what == Counted::Total {
        out.truncate(from);
        out.push(total);
        return;
    }
    if total == 0.0 {
        out.truncate(from);
        return;
    }
    if matches!(what, Counted::MinorCount | Counted::MinorFrequency) {
        let count = minor(total, &out[from..]);
        out.truncate(from);
        out.push(if what == Counted::MinorCount { count } else { count / total });
        return;
    }
    if out.len() == from {
        out.push(0.0);
    }
    if let Pick::One(place) = pick {
        let one = out[from..].get(*place).copied().unwrap_or(0.0);
        out.truncate(from);
        out.push(one);
    } else {
        let mut next = 0..;
        out.retain(|_| next.next().is_some_and(|at: usize| at < from || pick.has(at - from)));
    }
    if what == Counted::Frequency {
        out[from..].iter_mut().for_each(|count| *count /= total);
    }
}

/// The count of the rarest allele that is there, REF's being what the ALTs' `counts` leave of `total`; 0 where there is one
/// allele only. A site has one, as in bcftools from 1.24 on.
fn minor(total: f64, counts: &[f64]) -> f64 {
    let reference = total - counts.iter().filter(|count| !is_missing(**count)).sum::<f64>();
    let seen = || counts.iter().copied().chain([reference]).filter(|count| *count > 0.0);
    if seen().count() < 2 { 0.0 } else { seen().fold(total, f64::min) }
}
