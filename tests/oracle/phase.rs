//! The genotypes of joined records beside those of the records that were joined, by the rule that the README has: each ALT
//! stays on its copy, and what comes of it is phased if nothing says otherwise. Other tools have other rules.

use super::sites::change;

/// A record, as far as its genotypes go.
struct Called<'t> {
    /// CHROM and POS.
    place: [&'t str; 2],
    /// What each ALT makes of REF.
    changes: Vec<(String, String)>,
    /// GT of each sample; none where FORMAT has none.
    genotypes: Vec<&'t str>,
}

fn called(text: &str) -> Vec<Called<'_>> {
    text.lines().filter(|line| !line.starts_with('#')).map(Called::of).collect()
}

impl<'t> Called<'t> {
    fn of(line: &'t str) -> Self {
        let fields: Vec<&'t str> = line.split('\t').collect();
        let alts = fields[4].split(',').filter(|alt| *alt != ".");
        let gt = fields.get(8).and_then(|format| format.split(':').position(|key| key == "GT"));
        let genotype = |sample: &&'t str| gt.and_then(|at| sample.split(':').nth(at)).unwrap_or(".");
        Self {
            place: [fields[0], fields[1]],
            changes: alts.map(|alt| change(&fields[3].to_uppercase(), &alt.to_uppercase())).collect(),
            genotypes: fields.iter().skip(9).map(genotype).collect(),
        }
    }

    /// The genotype of a sample as it is written, and its copies with the numbers that ALTs have in `whole`; `None` where
    /// a copy is missing.
    fn call(&self, sample: usize, whole: &Self) -> Option<(&'t str, Vec<usize>)> {
        let number = |change| whole.changes.iter().position(|own| own == change).unwrap() + 1;
        let known = alleles(self.genotypes[sample])?;
        let known = known.iter().map(|&allele| if allele == 0 { 0 } else { number(&self.changes[allele - 1]) });
        Some((self.genotypes[sample], known.collect()))
    }
}

/// What a genotype is of, copy by copy; `None` where a copy is missing.
fn alleles(genotype: &str) -> Option<Vec<usize>> {
    genotype.split(['/', '|']).map(|allele| allele.parse().ok()).collect()
}

fn is_alike(alleles: &[usize]) -> bool {
    alleles.windows(2).all(|pair| pair[0] == pair[1])
}

/// What was seen: genotypes that had to be phased, that had to be unphased, and those of which an ALT had to move.
pub type Seen = [usize; 3];

/// Checks every genotype of `joined`, made of `records` of which no two have an ALT in common.
pub fn check(records: &str, joined: &str) -> Seen {
    let (records, mut seen) = (called(records), [0; 3]);
    for whole in called(joined) {
        let parts: Vec<&Called> = records
            .iter()
            .filter(|part| {
                part.place == whole.place && part.changes.iter().all(|change| whole.changes.contains(change))
            })
            .collect();
        for (sample, &found) in whole.genotypes.iter().enumerate() {
            let calls: Option<Vec<_>> = parts.iter().map(|part| part.call(sample, &whole)).collect();
            let (Some(calls), Some(all)) = (calls, alleles(found)) else { continue };
            // What is missing or of another ploidy has rules of its own.
            if calls.len() < 2 || calls.iter().any(|(_, call)| call.len() != all.len()) {
                continue;
            }
            let message = || format!("{:?} sample {sample}: {found} of {calls:?}", whole.place);
            let mut on_copy: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
            for (_, call) in &calls {
                call.iter()
                    .zip(&mut on_copy)
                    .filter(|(allele, _)| **allele > 0)
                    .for_each(|(allele, on)| on.push(*allele));
            }
            let telling: Vec<&str> = calls.iter().filter(|(_, call)| !is_alike(call)).map(|(text, _)| *text).collect();
            if on_copy.iter().all(|on| on.len() < 2) {
                let expected: Vec<usize> = on_copy.iter().map(|on| on.first().copied().unwrap_or(0)).collect();
                assert_eq!(all, expected, "{}", message());
                if telling.iter().any(|text| text.contains('/')) {
                    assert!(found.contains('/'), "{}", message());
                    seen[1] += 1;
                } else if !telling.is_empty() {
                    assert!(!found.contains('/'), "{}", message());
                    seen[0] += 1;
                }
            } else if on_copy.iter().map(Vec::len).sum::<usize>() <= all.len() {
                let (mut all, mut expected) = (all, on_copy.concat());
                all.retain(|allele| *allele > 0);
                all.sort_unstable();
                expected.sort_unstable();
                assert_eq!(all, expected, "{}", message());
                assert!(!found.contains('|'), "{}", message());
                seen[2] += 1;
            }
        }
    }
    seen
}
