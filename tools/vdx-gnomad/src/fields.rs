//! One set of field names for all releases: what a name means in the header at hand.

mod resolve;
mod sets;
mod vocabulary;

pub(crate) use self::resolve::{resolve, spelled, warn_of_missing};
pub(crate) use self::sets::{all, defaults};
pub(crate) use self::vocabulary::GROUPS;

use vdx_vcf::Header;
use vdx_vcf::header::{Number, Type};

use self::vocabulary::{METRICS, spellings};

/// Where the value of a field stands in a gnomAD record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// An INFO key.
    Info {
        /// Its name in the file.
        key: Vec<u8>,
        /// Which of its values belongs to an ALT.
        per: Per,
    },
    /// The FILTER column.
    Filter,
    /// How the look-up ended.
    Status,
}

/// Which of a key's values belongs to an ALT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    /// `Number=A`: the one of this ALT.
    Alt,
    /// `Number=R`: likewise, behind that of REF.
    Allele,
    /// `Number=1`: the one of the site.
    Site,
    /// The whole list of the site, joined by `|`: several filters.
    Filters,
    /// The whole list or text of the site, as it stands.
    Text,
    /// A flag: 1 or 0.
    Flag,
}

/// A field to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// As the user says it and as it is written behind the prefix.
    pub(crate) name: String,
    /// VCF type.
    pub(crate) kind: Type,
    /// What it is called in the (first) file that has it, and what that file says of it.
    pub(crate) about: String,
    /// Other releases have it, this one does not: it stays empty.
    pub(crate) missing: bool,
    /// It is a list or text of the whole site, of which no part belongs to one ALT.
    pub(crate) whole: bool,
}

/// Names that are not INFO keys.
pub(crate) const FILTER: &str = "FILTER";
/// Likewise.
pub(crate) const STATUS: &str = "status";

/// Where the field called `name` stands in files with this header; `None`: they do not have it.
///
/// The very key wins. Then come the names of other releases, `_joint` in the joint files of v4.1 (which have no bare
/// AF), and in mitochondrial files AF_hom and AC_hom for AF and AC.
pub(crate) fn part(name: &str, header: &Header) -> Option<Part> {
    match name {
        FILTER => return Some(Part::Filter),
        STATUS => return Some(Part::Status),
        _ => {}
    }
    let key = key(name, header)?;
    Some(Part::Info { per: per(&key, header)?, key: key.into_bytes() })
}

/// The INFO key behind a field name.
fn key(name: &str, header: &Header) -> Option<String> {
    let has = |key: &str| header.info(key.as_bytes()).is_some();
    let (joint, mitochondrial) = (has("AF_joint") && !has("AF"), has("AF_hom") && !has("AF"));
    for name in spellings(name) {
        let mut forms = vec![name.clone()];
        if joint {
            forms.extend(METRICS.iter().filter_map(|metric| {
                let rest = name.strip_prefix(metric)?;
                (rest.is_empty() || rest.starts_with('_')).then(|| format!("{metric}_joint{rest}"))
            }));
            forms.push(format!("{name}_joint"));
        }
        if mitochondrial && matches!(name.as_str(), "AF" | "AC") {
            forms.push(format!("{name}_hom"));
        }
        if let Some(key) = forms.into_iter().find(|key| has(key)) {
            return Some(key);
        }
    }
    None
}

/// `None` where a key has one value per genotype, which no ALT has to itself.
fn per(key: &str, header: &Header) -> Option<Per> {
    let field = header.info(key.as_bytes())?;
    match field.number {
        _ if field.kind == Type::Flag => Some(Per::Flag),
        Number::A => Some(Per::Alt),
        Number::R => Some(Per::Allele),
        Number::Count(1) => Some(Per::Site),
        Number::G | Number::LocalG => None,
        // Joint files say by such keys which of exomes and genomes did not pass, and why.
        _ if key.ends_with("filters") => Some(Per::Filters),
        _ => Some(Per::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of a file with these keys, as a release of gnomAD declares them.
    pub(super) fn header(keys: &[&str]) -> Header {
        let mut text = String::from("##fileformat=VCFv4.2\n");
        for key in keys {
            let (number, kind) = match *key {
                "vep" => (".", "String"),
                "lcr" | "segdup" => ("0", "Flag"),
                "grpmax" | "popmax" | "grpmax_joint" => ("A", "String"),
                key if key.starts_with("AN") => ("1", "Integer"),
                key if key.starts_with("AF") => ("A", "Float"),
                _ => ("A", "Integer"),
            };
            text.push_str(&format!("##INFO=<ID={key},Number={number},Type={kind},Description=\"About {key}\">\n"));
        }
        text.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
        Header::parse(text.as_bytes()).unwrap()
    }

    fn keys(names: &[&str], header: &Header) -> Vec<String> {
        names.iter().map(|name| key(name, header).unwrap_or_else(|| "-".into())).collect()
    }

    #[test]
    fn one_name_finds_its_key_in_every_release() {
        let wanted = ["AF", "AF_grpmax", "AF_popmax", "grpmax", "AF_oth", "AF_XX", "AF_afr_male"];
        let v2 = header(&["AF", "popmax", "AF_popmax", "AF_oth", "AF_female", "AF_afr_male"]);
        assert_eq!(
            keys(&wanted, &v2),
            ["AF", "AF_popmax", "AF_popmax", "popmax", "AF_oth", "AF_female", "AF_afr_male"]
        );
        let v4 =
            header(&["AF", "grpmax", "AF_grpmax", "AF_remaining", "AF_XX", "AF_afr_XY", "AF_joint", "AF_joint_ami"]);
        assert_eq!(
            keys(&wanted, &v4),
            ["AF", "AF_grpmax", "AF_grpmax", "grpmax", "AF_remaining", "AF_XX", "AF_afr_XY"]
        );
        // A group that only the joint numbers of an exome file have is not this data set's.
        assert_eq!(key("AF_ami", &v4), None);
        assert_eq!(key("AF_joint_ami", &v4).as_deref(), Some("AF_joint_ami"));
        let joint = header(&[
            "AF_joint",
            "AF_joint_afr",
            "grpmax_joint",
            "AF_grpmax_joint",
            "AF_joint_XX",
            "AF_exomes",
            "AF_joint_remaining",
        ]);
        assert_eq!(
            keys(&["AF", "AF_afr", "popmax", "AF_grpmax", "AF_female", "AF_exomes", "AF_oth"], &joint),
            [
                "AF_joint",
                "AF_joint_afr",
                "grpmax_joint",
                "AF_grpmax_joint",
                "AF_joint_XX",
                "AF_exomes",
                "AF_joint_remaining"
            ]
        );
        let mitochondrial = header(&["AN", "AF_hom", "AC_hom", "AF_het"]);
        assert_eq!(keys(&["AF", "AC", "AN", "nhomalt"], &mitochondrial), ["AF_hom", "AC_hom", "AN", "-"]);
    }
}
