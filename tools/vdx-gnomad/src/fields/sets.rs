//! The fields that `default` and `all` stand for.

use vdx_vcf::Header;
use vdx_vcf::header::declared_info;

use super::{FILTER, GROUPS, key, part, per};

/// The default: AF AC AN nhomalt, the group with the highest AF and that AF, AF per group, FILTER; of a mitochondrial
/// file the heteroplasmic counterparts, too. Only what the files have.
pub(crate) fn defaults(header: &Header) -> Vec<String> {
    let max =
        if key("grpmax", header).as_deref().is_some_and(|key| key.starts_with("popmax")) { "popmax" } else { "grpmax" };
    let mut names: Vec<String> = ["AF", "AC", "AN", "nhomalt", max].map(str::to_owned).to_vec();
    names.push(format!("AF_{max}"));
    for group in GROUPS {
        // By its own name only: `oth` and `remaining` are one group.
        let own = format!("AF_{group}");
        if key(&own, header).is_some_and(|key| key.ends_with(&format!("_{group}"))) {
            names.push(own);
        }
    }
    names.extend(["AF_het", "AC_het", "max_hl"].map(str::to_owned));
    names.retain(|name| part(name, header).is_some());
    names.push(FILTER.to_owned());
    names
}

/// `--fields all`: every INFO key but those with a value per genotype, in the order of the header, and FILTER.
pub(crate) fn all(header: &Header) -> Vec<String> {
    let keys = header.meta_lines().filter_map(|line| {
        let key = std::str::from_utf8(declared_info(line)?.0).ok()?;
        per(key, header).map(|_| key.to_owned())
    });
    keys.chain([FILTER.to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use vdx_vcf::header::Type;

    use super::super::tests::header;
    use super::super::{Field, Part, Per, resolve};
    use super::*;

    #[test]
    fn the_default_is_what_the_release_has() {
        let v2 = header(&["AC", "AN", "AF", "nhomalt", "popmax", "AF_popmax", "AF_afr", "AF_oth", "AF_afr_male"]);
        assert_eq!(defaults(&v2), ["AF", "AC", "AN", "nhomalt", "popmax", "AF_popmax", "AF_afr", "AF_oth", "FILTER"]);
        let joint = header(&[
            "AC_joint",
            "AF_joint",
            "AN_joint",
            "grpmax_joint",
            "AF_grpmax_joint",
            "AF_joint_mid",
            "AF_joint_remaining",
        ]);
        assert_eq!(defaults(&joint), ["AF", "AC", "AN", "grpmax", "AF_grpmax", "AF_mid", "AF_remaining", "FILTER"]);
        let mitochondrial = header(&["AN", "AF_hom", "AC_hom", "AF_het", "AC_het", "max_hl"]);
        assert_eq!(defaults(&mitochondrial), ["AF", "AC", "AN", "AF_het", "AC_het", "max_hl", "FILTER"]);
    }

    #[test]
    fn all_is_every_key() {
        let v4 = header(&["AF", "lcr", "vep"]);
        assert_eq!(all(&v4), ["AF", "lcr", "vep", "FILTER"]);
        let fields = resolve(&all(&v4), &[&v4]).unwrap();
        assert_eq!(
            fields[0],
            Field { name: "AF".into(), kind: Type::Float, about: "AF: About AF".into(), missing: false, whole: false }
        );
        assert_eq!(part("lcr", &v4), Some(Part::Info { key: b"lcr".to_vec(), per: Per::Flag }));
    }
}
