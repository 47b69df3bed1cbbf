//! Counts of the findings that *In short* speaks of: pathogenic or likely pathogenic, with at least one review star.

use std::collections::{BTreeMap, BTreeSet};

use super::class::Class;
use super::finding::Finding;

/// A variant: chromosome, position, REF, ALT.
type Variant = (String, u32, [String; 2]);

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// All of them.
    pub(crate) pathogenic: u64,
    /// Of these, the ones that are likely errors of the test; what follows leaves them out.
    pub(crate) likely_wrong: u64,
    /// Two copies.
    pub(crate) two_copies: u64,
    /// The only copy there is.
    pub(crate) only_copy: u64,
    /// One copy, and the condition is recessive by its name or by the user's list of genes.
    pub(crate) carrier: u64,
    /// Pathogenic or likely pathogenic without a star.
    pub(crate) without_stars: u64,
    /// Variants with one copy by gene.
    pub(super) genes: BTreeMap<String, BTreeSet<Variant>>,
}

impl Tally {
    /// Takes the next finding.
    pub(crate) fn add(&mut self, finding: &Finding, class: Option<Class>) {
        if class != Some(Class::Pathogenic) {
            return;
        }
        if finding.review.1.unwrap_or(0) == 0 {
            self.without_stars += 1;
            return;
        }
        self.pathogenic += 1;
        if finding.trust[0] == "likely_false_positive" {
            self.likely_wrong += 1;
            return;
        }
        match finding.zygosity.as_str() {
            "homozygous" => self.two_copies += 1,
            "hemizygous" => self.only_copy += 1,
            _ => {
                self.carrier += u64::from(finding.is_recessive());
                let variant = (finding.chromosome.clone(), finding.position, finding.alleles.clone());
                for gene in finding.genes.split('|').filter_map(|gene| gene.split(':').next()) {
                    if !gene.is_empty() {
                        self.genes.entry(gene.to_owned()).or_default().insert(variant.clone());
                    }
                }
            }
        }
    }

    /// Genes with two or more different ones, in alphabetical order; genes that lie over each other and have the same
    /// ones are joined by `/`.
    pub(crate) fn genes_with_several(&self) -> Vec<String> {
        let mut found: Vec<(String, &BTreeSet<Variant>)> = Vec::new();
        for (gene, variants) in self.genes.iter().filter(|(_, variants)| variants.len() > 1) {
            match found.iter_mut().find(|(_, known)| *known == variants) {
                Some((names, _)) => *names = format!("{names}/{gene}"),
                None => found.push((gene.clone(), variants)),
            }
        }
        found.into_iter().map(|(names, _)| names).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Condition;
    use super::super::row::tests::finding;
    use super::*;

    #[test]
    fn findings_with_a_star_are_counted() {
        let with = |genes: &str, position, stars, zygosity: &str, trust: &str| {
            let condition = Condition { name: "Deafness, autosomal recessive 1".into(), ..Condition::default() };
            Finding {
                genes: genes.into(),
                position,
                review: (String::new(), Some(stars)),
                zygosity: zygosity.into(),
                trust: [trust.into(), String::new()],
                conditions: vec![condition],
                ..finding(Some(Class::Pathogenic))
            }
        };
        let mut tally = Tally::default();
        for finding in [
            with("A:1|B:2", 1, 1, "heterozygous", ""),
            with("A:1|B:2", 2, 2, "heterozygous", "doubtful"),
            with("C:3", 3, 1, "heterozygous", ""),
            with("C:3", 4, 1, "heterozygous", "likely_false_positive"),
            with("D:4", 5, 1, "homozygous", ""),
            with("D:4", 6, 1, "hemizygous", ""),
            with("D:4", 7, 0, "homozygous", ""),
        ] {
            tally.add(&finding, Some(Class::Pathogenic));
            tally.add(&finding, Some(Class::Conflicting));
        }
        assert_eq!((tally.pathogenic, tally.likely_wrong, tally.without_stars), (6, 1, 1));
        assert_eq!((tally.two_copies, tally.only_copy, tally.carrier), (1, 1, 3));
        assert_eq!(tally.genes_with_several(), ["A/B"]);
    }
}
