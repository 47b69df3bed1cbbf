//! The words that names of fields are made of, and what each release calls the same thing.

use vdx_vcf::header::Type;

/// gnomAD's genetic ancestry groups and populations, the subdivisions of 2.1 left out.
pub(crate) const GROUPS: [&str; 11] =
    ["afr", "ami", "amr", "asj", "eas", "fin", "mid", "nfe", "oth", "remaining", "sas"];

/// Names that gnomAD changed between releases for the same thing.
const RENAMED: [(&str, &str); 6] = [
    ("faf95_popmax", "fafmax_faf95_max"),
    ("popmax", "grpmax"),
    ("oth", "remaining"),
    ("male", "XY"),
    ("female", "XX"),
    ("nonpar", "non_par"),
];

/// What has a value per group, so that a group follows its name.
pub(super) const METRICS: [&str; 6] = ["AC", "AN", "AF", "nhomalt", "faf95", "faf99"];

/// Whether `name` is one that some release of gnomAD has, so that it can be asked of every release.
pub(super) fn is_canonical(name: &str) -> bool {
    const WHOLE: [&str; 14] = [
        "popmax",
        "grpmax",
        "AF_hom",
        "AC_hom",
        "AF_het",
        "AC_het",
        "max_hl",
        "lcr",
        "segdup",
        "nonpar",
        "non_par",
        "faf95_popmax",
        "faf99_popmax",
        "fafmax_faf95_max",
    ];
    const SEXES: [&str; 4] = ["XX", "XY", "female", "male"];
    let is_group = |word: &str| GROUPS.contains(&word);
    let is_sex = |word: &str| SEXES.contains(&word);
    if WHOLE.contains(&name) {
        return true;
    }
    let words: Vec<&str> = name.split('_').collect();
    let Some((metric, rest)) = words.split_first() else { return false };
    METRICS.contains(metric)
        && match rest {
            [] => true,
            [word] => is_group(word) || is_sex(word) || matches!(*word, "popmax" | "grpmax" | "raw"),
            [group, sex] => is_group(group) && is_sex(sex),
            _ => false,
        }
}

/// The VCF type of what such a name stands for.
pub(super) fn kind(name: &str) -> Type {
    match name.split('_').next() {
        Some("popmax" | "grpmax") => Type::String,
        Some("AC" | "AN" | "nhomalt" | "lcr" | "segdup" | "nonpar" | "non") => Type::Integer,
        _ => Type::Float,
    }
}

/// The name and what other releases call it.
pub(super) fn spellings(name: &str) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    for (old, new) in RENAMED {
        for (from, to) in [(old, new), (new, old)] {
            let renamed: Vec<String> = names.iter().filter_map(|name| replace_words(name, from, to)).collect();
            names.extend(renamed.into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
        }
    }
    names
}

/// Replaces `from` where it stands between underscores or ends.
fn replace_words(name: &str, from: &str, to: &str) -> Option<String> {
    let framed = format!("_{name}_");
    let replaced = framed.replace(&format!("_{from}_"), &format!("_{to}_"));
    (replaced != framed).then(|| replaced[1..replaced.len() - 1].to_owned())
}
