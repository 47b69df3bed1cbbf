//! `-m`: which sites are split, and of which classes records are joined.

use vdx_vcf::variant::class::{self, Class};

/// `-m`: sites that become several records, or records that become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Multiallelics {
    /// `-`: each ALT allele gets a record.
    Split(Types),
    /// `+`: the records of one POS become one.
    Join(Types),
}

/// Which ones of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Types {
    /// Split: those that hold a substitution of one base. Joined: records of such substitutions.
    Snvs,
    /// Split: those that hold an insertion or a deletion. Joined: records of such.
    Indels,
    /// Split: all. Joined: records of each class with each other.
    Both,
    /// All.
    Any,
}

impl Multiallelics {
    /// Reads the value of `-m`.
    pub(crate) fn parse(text: &str) -> std::result::Result<Self, String> {
        let mut letters = text.chars();
        let make = match letters.next() {
            Some('-') => Self::Split,
            Some('+') => Self::Join,
            _ => return Err(format!("expected '-' (split) or '+' (join) in front of the type, found '{text}'")),
        };
        Ok(make(match letters.as_str() {
            "" | "both" => Types::Both,
            "any" => Types::Any,
            "snps" => Types::Snvs,
            "indels" => Types::Indels,
            _ => return Err(format!("expected any, both, snps or indels behind '-' or '+', found '{text}'")),
        }))
    }
}

impl Types {
    /// Whether a site with these ALT alleles is one of those that are split. The whole site is, not the ALTs of the type.
    pub(crate) fn are_held<'a>(self, reference: &[u8], alts: impl IntoIterator<Item = &'a [u8]>) -> bool {
        let class = match self {
            Self::Both | Self::Any => return true,
            Self::Snvs => Class::Snv,
            Self::Indels => Class::Indel,
        };
        alts.into_iter().any(|alt| class::of(reference, alt) == class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_allele_of_the_type_is_enough() {
        let alts = || [&b"C"[..], b"AT"];
        assert!(Types::Snvs.are_held(b"A", alts()));
        assert!(Types::Indels.are_held(b"A", alts()));
        assert!(!Types::Indels.are_held(b"A", [&b"C"[..], b"*"]));
        assert!(Types::Any.are_held(b"A", [&b"C"[..], b"*"]));
    }
}
