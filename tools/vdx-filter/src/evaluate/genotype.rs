//! GT by classes, as `GT="het"` asks for them.

/// What two genotypes are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The text itself.
    Text,
    /// `hom`, `het` or `hap`; `.` where an allele is missing.
    Zygosity,
    /// `ref`, `alt` or `mis`.
    Allele,
    /// `rr`, `ra`, `aa`, `aA`, `r` or `a`; `.` where an allele is missing.
    Pair,
}

impl Class {
    /// The class that `word` belongs to, and how [`Class::of`] writes it. Upper and lower case are the same but for
    /// `aA`, which is two different ALT alleles.
    pub(crate) fn find(word: &str) -> (Self, String) {
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "hom" | "het" | "hap" => (Self::Zygosity, lower),
            "ref" | "alt" | "mis" => (Self::Allele, lower),
            "aa" if word == "aA" || word == "Aa" => (Self::Pair, "aA".to_owned()),
            "ar" => (Self::Pair, "ra".to_owned()),
            "rr" | "ra" | "aa" | "a" | "r" => (Self::Pair, lower),
            _ => (Self::Text, word.to_owned()),
        }
    }

    /// What a genotype is in this class.
    pub(crate) fn of(self, genotype: &[u8]) -> &[u8] {
        if self == Self::Text {
            return genotype;
        }
        let (mut ploidy, mut has_ref, mut differ, mut missing) = (0, false, false, false);
        let mut last = None;
        for allele in alleles(genotype) {
            let Some(allele) = allele else {
                missing = true;
                break;
            };
            has_ref |= allele == 0;
            differ |= last.is_some_and(|last| last != allele);
            last = Some(allele);
            ploidy += 1;
        }
        if missing || ploidy == 0 {
            return if self == Self::Allele { b"mis" } else { b"." };
        }
        match (self, ploidy, differ, has_ref) {
            (Self::Allele, _, false, true) => b"ref",
            (Self::Allele, ..) => b"alt",
            (Self::Zygosity, 1, ..) => b"hap",
            (Self::Zygosity, _, false, _) => b"hom",
            (Self::Zygosity, ..) => b"het",
            (_, 1, _, true) => b"r",
            (_, 1, ..) => b"a",
            (_, _, false, true) => b"rr",
            (_, _, false, false) => b"aa",
            (_, _, true, true) => b"ra",
            (_, _, true, false) => b"aA",
        }
    }
}

/// The alleles of a genotype, `None` for a missing one; a phase before the first (VCF 4.4) is none.
pub(crate) fn alleles(genotype: &[u8]) -> impl Iterator<Item = Option<usize>> + '_ {
    let genotype = genotype.strip_prefix(b"|").or_else(|| genotype.strip_prefix(b"/")).unwrap_or(genotype);
    genotype
        .split(|byte| matches!(byte, b'/' | b'|'))
        .map(|allele| std::str::from_utf8(allele).ok().and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genotypes_have_classes() {
        for (genotype, zygosity, allele, pair) in [
            ("0/0", "hom", "ref", "rr"),
            ("0|1", "het", "alt", "ra"),
            ("2/1", "het", "alt", "aA"),
            ("1/1", "hom", "alt", "aa"),
            ("0", "hap", "ref", "r"),
            ("2", "hap", "alt", "a"),
            ("./.", ".", "mis", "."),
            ("0/.", ".", "mis", "."),
            ("0/0/1", "het", "alt", "ra"),
            ("|0|0", "hom", "ref", "rr"),
            (".", ".", "mis", "."),
        ] {
            let of = |class: Class| String::from_utf8_lossy(class.of(genotype.as_bytes())).into_owned();
            assert_eq!(
                (of(Class::Zygosity), of(Class::Allele), of(Class::Pair)),
                (zygosity.into(), allele.into(), pair.into()),
                "{genotype}"
            );
            assert_eq!(of(Class::Text), genotype);
        }
    }

    #[test]
    fn words_name_classes() {
        assert_eq!(Class::find("HET"), (Class::Zygosity, "het".into()));
        assert_eq!(Class::find("AR"), (Class::Pair, "ra".into()));
        assert_eq!(Class::find("AA"), (Class::Pair, "aa".into()));
        assert_eq!(Class::find("Aa"), (Class::Pair, "aA".into()));
        assert_eq!(Class::find("0/1"), (Class::Text, "0/1".into()));
    }
}
