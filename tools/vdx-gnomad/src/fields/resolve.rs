//! The fields that are asked for, looked up in the headers of all files: one without values where only other releases
//! have it, an error with names like it where none has.

use vdx_vcf::Header;
use vdx_vcf::header::{Type, attribute, declared_info};

use super::vocabulary::{is_canonical, kind};
use super::{FILTER, Field, Part, Per, STATUS, all, defaults, key, part};

/// Looks the fields up in the headers of all files.
///
/// A name that other releases of gnomAD have is a field without values.
///
/// # Errors
/// A name that nothing has, with names that are like it; a name that has values per genotype; a name twice.
pub(crate) fn resolve(names: &[String], headers: &[&Header]) -> Result<Vec<Field>, String> {
    let mut fields: Vec<Field> = Vec::with_capacity(names.len());
    for name in names {
        if fields.iter().any(|field| field.name == *name) {
            return Err(format!("--fields names {name} twice"));
        }
        let Some((header, part)) = headers.iter().find_map(|header| Some((header, part(name, header)?))) else {
            if !is_canonical(name) || !headers.iter().any(|header| is_gnomad(header)) {
                return Err(unknown(name, headers));
            }
            let about = format!("{name}: not in this release");
            fields.push(Field { name: name.clone(), kind: kind(name), about, missing: true, whole: false });
            continue;
        };
        let whole = matches!(part, Part::Info { per: Per::Text, .. });
        let (kind, about) = match part {
            Part::Filter => (Type::String, "FILTER, several joined by |".to_owned()),
            Part::Status => (Type::String, "found, absent, filtered, not_represented or not_covered".to_owned()),
            // No part of it is a number by itself.
            Part::Info { per: Per::Text, key } => (Type::String, describe(&key, header)),
            Part::Info { per: Per::Flag, key } => (Type::Integer, describe(&key, header)),
            Part::Info { key, .. } => {
                (header.info(&key).map_or(Type::String, |field| field.kind), describe(&key, header))
            }
        };
        fields.push(Field { name: name.clone(), kind, about, missing: false, whole });
    }
    Ok(fields)
}

/// A name as the headers spell it, which people write in any case of letters, and with the prefix that it is written with:
/// `af`, `gnomad_AF`, `filters`. What nothing is like stays as it is.
pub(crate) fn spelled(name: &str, prefix: &str, headers: &[&Header]) -> String {
    let is_known = |name: &str| headers.iter().any(|header| part(name, header).is_some());
    if is_known(name) || is_canonical(name) {
        return name.to_owned();
    }
    let starts = [prefix, "gnomad_"];
    let bare = starts.iter().find_map(|start| {
        let (found, rest) = name.split_at_checked(start.len())?;
        (!start.is_empty() && found.eq_ignore_ascii_case(start)).then_some(rest)
    });
    let bare = bare.unwrap_or(name);
    if is_known(bare) || is_canonical(bare) {
        return bare.to_owned();
    }
    if bare.eq_ignore_ascii_case("filters") {
        return FILTER.to_owned();
    }
    let sets = ["default", "all", STATUS, FILTER].map(str::to_owned);
    let own = headers.iter().flat_map(|header| defaults(header).into_iter().chain(all(header)));
    sets.into_iter().chain(own).find(|known| known.eq_ignore_ascii_case(bare)).unwrap_or_else(|| name.to_owned())
}

/// Names the fields that stay empty.
pub(crate) fn warn_of_missing(fields: &[Field], title: &str, log: &vdx_cli::Logger) {
    let missing: Vec<&str> = fields.iter().filter(|field| field.missing).map(|field| field.name.as_str()).collect();
    if !missing.is_empty() {
        log.warn(&format!("gnomAD {title} has no {}, which other releases have: no values of it", missing.join(", ")));
    }
}

/// Whether this is the header of a file that gnomAD publishes, by keys that only it has.
fn is_gnomad(header: &Header) -> bool {
    let has = |name: &str| key(name, header).is_some();
    has("AF_nfe") || has("grpmax") || (has("AF_hom") && has("AF_het"))
}

fn describe(key: &[u8], header: &Header) -> String {
    let text = header.meta_lines().find_map(|line| {
        let (_, body) = declared_info(line).filter(|(found, _)| *found == key)?;
        attribute(body, b"Description")
    });
    let key = String::from_utf8_lossy(key);
    text.map_or_else(|| key.clone().into_owned(), |text| format!("{key}: {}", String::from_utf8_lossy(text)))
}

fn unknown(name: &str, headers: &[&Header]) -> String {
    if headers.iter().any(|header| key(name, header).is_some()) {
        return format!(
            "--fields {name}: this key has a value per genotype (Number=G), of which none belongs to one ALT"
        );
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
    use super::super::tests::header;
    use super::*;

    #[test]
    fn unknown_names_come_with_suggestions() {
        let v4 = header(&["AF", "AC", "AN", "AF_afr", "AF_amr", "vep", "lcr"]);
        let error = |name: &str| resolve(&[name.to_owned()], &[&v4]).unwrap_err();
        assert!(error("AF_aft").contains("did you mean AF_afr"), "{}", error("AF_aft"));
        assert!(error("af").contains("AF"), "{}", error("af"));
        assert!(error("something_else").contains("usual ones are AF AC AN"), "{}", error("something_else"));
        let pl = Header::parse(
            b"##INFO=<ID=PL,Number=G,Type=Integer,Description=\"\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
        )
        .unwrap();
        assert!(resolve(&["PL".into()], &[&pl]).unwrap_err().contains("Number=G"));
        assert!(resolve(&["vep".into()], &[&v4]).unwrap()[0].whole);
        assert!(resolve(&["AF".into(), "AF".into()], &[&v4]).unwrap_err().contains("twice"));
    }

    #[test]
    fn names_are_written_in_any_case_and_with_their_prefix() {
        let v4 = header(&["AF", "AC", "AN", "AF_afr", "grpmax", "lcr"]);
        for (name, expected) in [
            ("AF", "AF"),
            ("af", "AF"),
            ("gnomad_AF", "AF"),
            ("GNOMAD_af_AFR", "AF_afr"),
            ("my_Grpmax", "grpmax"),
            ("gnomad_filters", "FILTER"),
            ("filter", "FILTER"),
            ("Status", "status"),
            ("ALL", "all"),
            ("AF_mid", "AF_mid"),
            ("gnomad_AF_mid", "AF_mid"),
            ("cadd", "cadd"),
        ] {
            assert_eq!(spelled(name, "my_", &[&v4]), expected, "{name}");
        }
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
}
