//! Two tables beside each other.

use std::collections::HashMap;

use vdx_vcf::contig;

use super::rows::{Findings, Row};
use crate::report::class::Class;

/// What happened to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// In the new table only.
    New,
    /// In the old table only.
    Gone,
    /// Another classification, or another number of stars.
    Reclassified,
    /// Another verdict or genotype.
    VerdictChanged,
}

impl Kind {
    /// In the order in which they are told.
    pub(crate) const ALL: [Self; 4] = [Self::New, Self::Gone, Self::Reclassified, Self::VerdictChanged];

    /// The word of tables and statistics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Reclassified => "reclassified",
            Self::VerdictChanged => "verdict_changed",
        }
    }

    /// As people read it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Gone => "Gone",
            Self::Reclassified => "Reclassified",
            Self::VerdictChanged => "Another genotype",
        }
    }
}

/// One change. A finding with another class and another verdict is two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change<'a> {
    /// What happened.
    pub(crate) kind: Kind,
    /// The row before; `None` of a new one.
    pub(crate) old: Option<&'a Row>,
    /// The row now; `None` of one that is gone.
    pub(crate) new: Option<&'a Row>,
}

impl<'a> Change<'a> {
    /// The row that tells the place: the new one where there is one.
    pub(crate) fn row(&self) -> Option<&'a Row> {
        self.new.or(self.old)
    }

    /// The more serious class of before and now.
    pub(crate) fn class(&self) -> Class {
        let class = |row: &Row| Class::of(row.get("clinical_significance").replace(' ', "_").as_bytes());
        self.old.into_iter().chain(self.new).map(class).min().unwrap_or(Class::Unclassified)
    }
}

/// The changes from `old` to `new`: by kind, the most serious class first, then by place.
pub(crate) fn changes<'a>(old: &'a Findings, new: &'a Findings) -> Vec<Change<'a>> {
    // A key that comes several times in a table meets as many in the other, in their order.
    let mut waiting: HashMap<String, Vec<usize>> = HashMap::with_capacity(old.rows.len());
    for (at, row) in old.rows.iter().enumerate().rev() {
        waiting.entry(row.key()).or_default().push(at);
    }
    let mut found = Vec::new();
    for row in &new.rows {
        let Some(before) = waiting.get_mut(&row.key()).and_then(Vec::pop) else {
            found.push(Change { kind: Kind::New, old: None, new: Some(row) });
            continue;
        };
        let before = &old.rows[before];
        let differs = |names: [&str; 2]| names.iter().any(|name| before.get(name) != row.get(name));
        for (kind, names) in [
            (Kind::Reclassified, ["clinical_significance", "review_stars"]),
            (Kind::VerdictChanged, ["verdict", "genotype"]),
        ] {
            if differs(names) {
                found.push(Change { kind, old: Some(before), new: Some(row) });
            }
        }
    }
    let mut gone: Vec<usize> = waiting.into_values().flatten().collect();
    // Variants of one place without an id are told apart by nothing below: they stay in the order of the table.
    gone.sort_unstable();
    found.extend(gone.into_iter().map(|at| Change { kind: Kind::Gone, old: Some(&old.rows[at]), new: None }));
    found.sort_by_cached_key(|change| {
        let get = |name: &str| change.row().map_or("", |row| row.get(name));
        let chromosome = contig::number(get("chromosome").as_bytes()).unwrap_or(u8::MAX);
        let position = get("position").parse::<u64>().unwrap_or(u64::MAX);
        let place = (chromosome, get("chromosome").to_owned(), position, get("alt_allele").to_owned());
        (change.kind, change.class(), place, get("variation_id").to_owned())
    });
    found
}

/// The columns that only one of the tables has: of the old one, of the new one.
pub(crate) fn other_columns(old: &Findings, new: &Findings) -> [Vec<String>; 2] {
    let only = |one: &Findings, other: &Findings| {
        one.columns.iter().filter(|name| !other.columns.contains(name)).cloned().collect()
    };
    [only(old, new), only(new, old)]
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::row;
    use super::*;

    fn findings(rows: Vec<Row>) -> Findings {
        Findings { name: "t".into(), columns: Vec::new(), rows, messages: Vec::new() }
    }

    #[test]
    fn changes_are_told_by_kind_whatever_the_order() {
        let old = findings(vec![
            row("1", "5", "Benign", "1", "het"),
            row("2", "6", "Pathogenic", "1", "het"),
            row("3", "7", "Uncertain significance", "1", "het"),
            row("4", "8", "Benign", "2", "het"),
            row("5", "9", "Benign", "2", "het"),
        ]);
        let new = findings(vec![
            row("9", "4", "Benign", "1", "het"),
            row("8", "9", "Pathogenic", "1", "het"),
            row("5", "90", "Benign", "2", "het"),
            row("4", "8", "Benign", "3", "hom"),
            row("3", "7", "Likely pathogenic", "1", "het"),
            row("1", "5", "Benign", "1", "het"),
        ]);
        let found = changes(&old, &new);
        let told: Vec<(&str, &str)> =
            found.iter().map(|change| (change.kind.name(), change.row().unwrap().get("variation_id"))).collect();
        assert_eq!(
            told,
            [
                ("new", "8"),
                ("new", "9"),
                ("gone", "2"),
                ("reclassified", "3"),
                ("reclassified", "4"),
                ("verdict_changed", "4"),
            ]
        );
        assert!(changes(&new, &new).is_empty());
    }

    #[test]
    fn what_comes_twice_meets_what_comes_twice() {
        let twice = findings(vec![row("1", "5", "Benign", "1", "het"), row("1", "5", "Pathogenic", "1", "het")]);
        assert!(changes(&twice, &twice).is_empty());
        let once = findings(vec![row("1", "5", "Benign", "1", "het")]);
        let found = changes(&twice, &once);
        assert_eq!((found.len(), found[0].kind), (1, Kind::Gone));
    }

    #[test]
    fn what_is_gone_from_one_place_keeps_its_order() {
        let of = |reference: usize| {
            let reference = "C".repeat(reference);
            Row::of(
                ["", "1", "5", &reference, "A", "", "", "", "Benign", "1", "het", ""]
                    .iter()
                    .map(|cell| cell.as_bytes()),
            )
        };
        let old = findings((2..22).rev().map(of).collect());
        let found: Vec<usize> = changes(&old, &findings(Vec::new()))
            .iter()
            .map(|change| change.row().unwrap().get("ref_allele").len())
            .collect();
        assert_eq!(found, (2..22).rev().collect::<Vec<_>>());
    }
}
