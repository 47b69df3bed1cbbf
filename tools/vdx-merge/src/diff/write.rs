//! Changes as text for people and as a table for programs.

use vdx_hts::Result;

use super::compare::{Change, Kind};
use super::rows::Row;
use crate::table::write::{Cell, Layout};

/// The columns of the table: what happened, the finding, and what it was and is.
pub(crate) const COLUMNS: [&str; 17] = [
    "change",
    "variation_id",
    "rsid",
    "chromosome",
    "position",
    "ref_allele",
    "alt_allele",
    "gene",
    "disease",
    "old_clinical_significance",
    "new_clinical_significance",
    "old_review_stars",
    "new_review_stars",
    "old_verdict",
    "new_verdict",
    "old_genotype",
    "new_genotype",
];

/// Appends the table.
///
/// # Errors
/// What CSV refuses.
pub(crate) fn table(changes: &[Change], layout: Layout, out: &mut Vec<u8>) -> Result<()> {
    layout.write_names_of(COLUMNS.into_iter(), out)?;
    for change in changes {
        let cells = COLUMNS.map(|name| {
            let of = |row: Option<&Row>, name: &str| row.map_or("", |row| row.get(name)).as_bytes().to_vec();
            let (value, name) = match (name, name.strip_prefix("old_"), name.strip_prefix("new_")) {
                ("change", ..) => (change.kind.name().into(), name),
                (_, Some(name), _) => (of(change.old, name), name),
                (_, _, Some(name)) => (of(change.new, name), name),
                _ => (of(change.row(), name), name),
            };
            if matches!(name, "position" | "review_stars") { Cell::number(value) } else { Cell::text(value) }
        });
        layout.write_cells_of(COLUMNS.into_iter(), &cells, out)?;
    }
    Ok(())
}

/// The changes in words, by kind; nothing where there is none.
pub(crate) fn text(changes: &[Change]) -> String {
    let mut out = String::new();
    for kind in Kind::ALL {
        let of_kind = || changes.iter().filter(|change| change.kind == kind);
        let count = of_kind().count();
        if count == 0 {
            continue;
        }
        let gap = if out.is_empty() { "" } else { "\n" };
        out += &format!("{gap}{}: {count}\n", kind.label());
        for change in of_kind() {
            out += &format!("  {}: {}\n", finding(change), what(change));
        }
    }
    out
}

/// What the change is about: gene, place, alleles, ids.
pub(crate) fn finding(change: &Change) -> String {
    let get = |name: &str| change.row().map_or("", |row| row.get(name));
    let gene = if get("gene").is_empty() { "no gene" } else { get("gene") };
    let mut text = format!(
        "{} {}:{} {}>{}",
        gene.replace('|', "/"),
        get("chromosome"),
        get("position"),
        get("ref_allele"),
        if get("alt_allele").is_empty() { "." } else { get("alt_allele") }
    );
    if !get("variation_id").is_empty() {
        text += &format!(" (ClinVar {})", get("variation_id"));
    }
    text
}

/// What happened: from what to what.
pub(crate) fn what(change: &Change) -> String {
    let class = |row: &Row| {
        let words =
            if row.get("clinical_significance").is_empty() { "no class" } else { row.get("clinical_significance") };
        let stars = match row.get("review_stars") {
            "" => String::new(),
            "1" => ", 1 star".to_owned(),
            stars => format!(", {stars} stars"),
        };
        format!("{}{stars}", words.replace('|', "; "))
    };
    let call = |row: &Row| match row.get("genotype") {
        "" => row.get("verdict").to_owned(),
        genotype => format!("{} {genotype}", row.get("verdict")),
    };
    match (change.kind, change.old, change.new) {
        (Kind::Reclassified, Some(old), Some(new)) => format!("{} -> {}; {}", class(old), class(new), call(new)),
        (Kind::VerdictChanged, Some(old), Some(new)) => format!("{} -> {}; {}", call(old), call(new), class(new)),
        _ => change.row().map_or_else(String::new, |row| format!("{}; {}", class(row), call(row))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::row;
    use super::*;

    #[test]
    fn a_change_is_told_from_what_to_what() {
        let (old, new) = (row("3", "7", "Benign", "1", "het"), row("3", "7", "Pathogenic", "2", "hom"));
        let changes = [
            Change { kind: Kind::Reclassified, old: Some(&old), new: Some(&new) },
            Change { kind: Kind::VerdictChanged, old: Some(&old), new: Some(&new) },
        ];
        assert_eq!(
            text(&changes),
            "Reclassified: 1\n  GENE 1:7 A>G (ClinVar 3): Benign, 1 star -> Pathogenic, 2 stars; hom A/G\n\n\
             Another genotype: 1\n  GENE 1:7 A>G (ClinVar 3): het A/G -> hom A/G; Pathogenic, 2 stars\n"
        );
        assert_eq!(text(&[]), "");
        let mut out = Vec::new();
        table(&changes[..1], Layout::Json, &mut out).unwrap();
        let object: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((&object["change"], &object["old_review_stars"]), (&"reclassified".into(), &1.into()));
        let mut out = Vec::new();
        table(&changes[..1], Layout::Tsv, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with("\tBenign\tPathogenic\t1\t2\thet\thom\tA/G\tA/G\n"), "{text}");
    }
}
