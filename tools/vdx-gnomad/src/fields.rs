//! One set of field names for all releases: what a name means in the header at hand.

use vdx_vcf::Header;
use vdx_vcf::header::{Number, Type};

/// Where the value of a field stands in a gnomAD record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
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
pub enum Per {
    /// `Number=A`: the one of this ALT.
    Alt,
    /// `Number=R`: likewise, behind that of REF.
    Allele,
    /// `Number=1`: the one of the site.
    Site,
    /// The whole list of the site, joined by `|` as several filters are.
    List,
    /// A flag: 1 or 0.
    Flag,
}

/// A field to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// As the user says it and as it is written behind the prefix.
    pub name: String,
    /// VCF type.
    pub kind: Type,
    /// What it is called in the (first) file that has it, and what that file says of it.
    pub about: String,
    /// Other releases have it, this one does not: it stays empty.
    pub missing: bool,
}

/// gnomAD's genetic ancestry groups and populations, the subdivisions of 2.1 left out.
pub const GROUPS: [&str; 11] = ["afr", "ami", "amr", "asj", "eas", "fin", "mid", "nfe", "oth", "remaining", "sas"];

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
const METRICS: [&str; 6] = ["AC", "AN", "AF", "nhomalt", "faf95", "faf99"];

/// Whether `name` is one that some release of gnomAD has, so that it can be asked of every release.
fn is_canonical(name: &str) -> bool {
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

/// Whether this is the header of a file that gnomAD publishes, by keys that only it has.
fn is_gnomad(header: &Header) -> bool {
    let has = |name: &str| key(name, header).is_some();
    has("AF_nfe") || has("grpmax") || (has("AF_hom") && has("AF_het"))
}

/// Names that are not INFO keys.
pub const FILTER: &str = "FILTER";
/// Likewise.
pub const STATUS: &str = "status";

/// Where the field called `name` stands in files with this header; `None`: they do not have it.
///
/// The very key wins. Then come the names of other releases, `_joint` in the joint files of v4.1 (which have no bare
/// AF), and in mitochondrial files AF_hom and AC_hom for AF and AC.
pub fn source(name: &str, header: &Header) -> Option<Source> {
    match name {
        FILTER => return Some(Source::Filter),
        STATUS => return Some(Source::Status),
        _ => {}
    }
    let key = key(name, header)?;
    Some(Source::Info { per: per(&key, header)?, key: key.into_bytes() })
}

/// The INFO key behind a field name.
pub fn key(name: &str, header: &Header) -> Option<String> {
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

/// The name and what other releases call it.
fn spellings(name: &str) -> Vec<String> {
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

/// `None` where a key has not one value per ALT or site, and is no list of filters, such as `vep`.
fn per(key: &str, header: &Header) -> Option<Per> {
    let field = header.info(key.as_bytes())?;
    match field.number {
        _ if field.kind == Type::Flag => Some(Per::Flag),
        Number::A => Some(Per::Alt),
        Number::R => Some(Per::Allele),
        Number::Count(1) => Some(Per::Site),
        // Joint files say by such keys which of exomes and genomes did not pass, and why.
        _ if key.ends_with("filters") => Some(Per::List),
        _ => None,
    }
}

/// The default: AF AC AN nhomalt, the group with the highest AF and that AF, AF per group, FILTER; of a mitochondrial
/// file the heteroplasmic counterparts, too. Only what the files have.
pub fn defaults(header: &Header) -> Vec<String> {
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
    names.retain(|name| source(name, header).is_some());
    names.push(FILTER.to_owned());
    names
}

/// `--fields all`: every INFO key that has one value per ALT or site, and lists of filters, in the order of the header, and FILTER.
pub fn all(header: &Header) -> Vec<String> {
    let keys = header.meta_lines().filter_map(|line| {
        let body = line.strip_prefix(b"##INFO=<")?.strip_suffix(b">")?;
        let id = std::str::from_utf8(vdx_vcf::header::attribute(body, b"ID")?).ok()?;
        per(id, header).map(|_| id.to_owned())
    });
    keys.chain([FILTER.to_owned()]).collect()
}

/// Looks the fields up in the headers of all files.
///
/// A name that other releases of gnomAD have is a field without values.
///
/// # Errors
/// A name that nothing has, with names that are like it; a name that has several values per ALT; a name twice.
pub fn resolve(names: &[String], headers: &[&Header]) -> Result<Vec<Field>, String> {
    let mut fields: Vec<Field> = Vec::with_capacity(names.len());
    for name in names {
        if fields.iter().any(|field| field.name == *name) {
            return Err(format!("--fields names {name} twice"));
        }
        let Some((header, source)) = headers.iter().find_map(|header| Some((header, source(name, header)?))) else {
            if !is_canonical(name) || !headers.iter().any(|header| is_gnomad(header)) {
                return Err(unknown(name, headers));
            }
            let kind = match name.split('_').next() {
                Some("popmax" | "grpmax") => Type::String,
                Some("AC" | "AN" | "nhomalt" | "lcr" | "segdup" | "nonpar" | "non") => Type::Integer,
                _ => Type::Float,
            };
            let about = format!("{name}: not in this release");
            fields.push(Field { name: name.clone(), kind, about, missing: true });
            continue;
        };
        let (kind, about) = match source {
            Source::Filter => (Type::String, "FILTER, several joined by |".to_owned()),
            Source::Status => (Type::String, "found, absent, filtered, not_represented or not_covered".to_owned()),
            Source::Info { per: Per::Flag, key } => (Type::Integer, describe(&key, header)),
            Source::Info { key, .. } => {
                (header.info(&key).map_or(Type::String, |field| field.kind), describe(&key, header))
            }
        };
        fields.push(Field { name: name.clone(), kind, about, missing: false });
    }
    Ok(fields)
}

/// Names the fields that stay empty.
pub fn warn_of_missing(fields: &[Field], title: &str, log: &vdx_cli::Logger) {
    let missing: Vec<&str> = fields.iter().filter(|field| field.missing).map(|field| field.name.as_str()).collect();
    if !missing.is_empty() {
        log.warn(&format!("gnomAD {title} has no {}, which other releases have: no values of it", missing.join(", ")));
    }
}

fn describe(key: &[u8], header: &Header) -> String {
    let text = header.meta_lines().find_map(|line| {
        let body = line.strip_prefix(b"##INFO=<")?.strip_suffix(b">")?;
        (vdx_vcf::header::attribute(body, b"ID")? == key).then(|| vdx_vcf::header::attribute(body, b"Description"))?
    });
    let key = String::from_utf8_lossy(key);
    text.map_or_else(|| key.clone().into_owned(), |text| format!("{key}: {}", String::from_utf8_lossy(text)))
}

fn unknown(name: &str, headers: &[&Header]) -> String {
    if headers.iter().any(|header| key(name, header).is_some()) {
        return format!("--fields {name}: this key has no single value per ALT, so it cannot be written as one");
    }
    let mut known: Vec<String> = vec![FILTER.into(), STATUS.into()];
    for header in headers {
        known.extend(defaults(header));
        known.extend(all(header));
    }
    known.sort();
    known.dedup();
    let wanted = name.to_ascii_lowercase();
    let mut ranked: Vec<(usize, &String)> =
        known.iter().map(|known| (distance(&wanted, &known.to_ascii_lowercase()), known)).collect();
    ranked.sort();
    let most = 1 + name.len() / 3;
    let close: Vec<&str> =
        ranked.iter().filter(|(far, _)| *far <= most).take(5).map(|(_, known)| known.as_str()).collect();
    let hint = if close.is_empty() {
        let usual = headers.first().map(|header| defaults(header).join(" ")).unwrap_or_default();
        format!("the usual ones are {usual}")
    } else {
        format!("did you mean {}?", close.join(", "))
    };
    format!("--fields {name}: the gnomAD files have no such field; {hint}")
}

/// Edits (insert, delete, replace) between two names.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(keys: &[&str]) -> Header {
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
    fn unknown_names_come_with_suggestions() {
        let v4 = header(&["AF", "AC", "AN", "AF_afr", "AF_amr", "vep", "lcr"]);
        let error = |name: &str| resolve(&[name.to_owned()], &[&v4]).unwrap_err();
        assert!(error("AF_aft").contains("did you mean AF_afr"), "{}", error("AF_aft"));
        assert!(error("af").contains("AF"), "{}", error("af"));
        assert!(error("something_else").contains("usual ones are AF AC AN"), "{}", error("something_else"));
        assert!(error("vep").contains("no single value"), "{}", error("vep"));
        assert!(resolve(&["AF".into(), "AF".into()], &[&v4]).unwrap_err().contains("twice"));
    }

    #[test]
    fn names_of_other_releases_are_fields_without_values() {
        let v2 = header(&["AF", "AF_nfe", "AF_popmax"]);
        let mitochondrial = header(&["AN", "AF_hom", "AF_het"]);
        let other = header(&["AF", "AC"]);
        for (name, kind) in [
            ("AF_mid", Type::Float),
            ("faf95_popmax", Type::Float),
            ("nhomalt", Type::Integer),
            ("AC_ami_XX", Type::Integer),
            ("grpmax", Type::String),
        ] {
            let names = [name.to_owned()];
            for header in [&v2, &mitochondrial] {
                let field = &resolve(&names, &[header]).unwrap()[0];
                assert_eq!((field.missing, field.kind), (true, kind), "{name}");
            }
            assert!(resolve(&names, &[&other]).is_err(), "{name}");
        }
        for name in ["AF_midd", "AF_nfe_nfe", "AF_XX_nfe", "popmax_nfe", "cadd_phred"] {
            assert!(resolve(&[name.to_owned()], &[&v2]).is_err(), "{name}");
        }
        assert!(!resolve(&["AF_nfe".to_owned()], &[&v2]).unwrap()[0].missing);
    }

    #[test]
    fn all_is_every_single_value() {
        let v4 = header(&["AF", "lcr", "vep"]);
        assert_eq!(all(&v4), ["AF", "lcr", "FILTER"]);
        let fields = resolve(&all(&v4), &[&v4]).unwrap();
        assert_eq!(
            fields[0],
            Field { name: "AF".into(), kind: Type::Float, about: "AF: About AF".into(), missing: false }
        );
        assert_eq!(source("lcr", &v4), Some(Source::Info { key: b"lcr".to_vec(), per: Per::Flag }));
    }
}
