//! The changes as a page: one file without a script, with the looks of the page of `report`.

use minijinja::{Environment, Value, context};
use vdx_hts::{Error, Result};

use super::compare::{Change, Kind};
use super::rows::Row;
use crate::report::about::grouped;
use crate::report::page::STYLE;

const PAGE: &str = include_str!("template/diff.html");

/// Rows that a section shows; the table has all.
const MOST_ROWS: usize = 5000;

/// The page. `names` are those of the old and the new table, `made` the version of this tool and the date.
///
/// # Errors
/// What is an error of this program.
pub(crate) fn render(changes: &[Change], names: [&str; 2], made: Option<&(&str, String)>) -> Result<String> {
    let internal = |error: minijinja::Error| Error::data(format!("internal error: the page: {error:#}"));
    let mut environment = Environment::new();
    // The name's suffix turns on escaping.
    environment.add_template("diff.html", PAGE).map_err(internal)?;
    let section = |kind: Kind| {
        let of_kind: Vec<&Change> = changes.iter().filter(|change| change.kind == kind).collect();
        let rows: Vec<Value> = of_kind.iter().take(MOST_ROWS).map(|change| row(change)).collect();
        context! {
            id => kind.name(), title => kind.label(), count => grouped(of_kind.len() as u64), rows,
            more => grouped(of_kind.len().saturating_sub(MOST_ROWS) as u64), any_more => of_kind.len() > MOST_ROWS,
        }
    };
    let sections: Vec<Value> = Kind::ALL.into_iter().map(section).collect();
    let style = Value::from_safe_string(STYLE.to_owned());
    let made = made.map(|(version, date)| format!("made by vdx-merge {version} on {date}"));
    environment
        .get_template("diff.html")
        .and_then(|template| template.render(context! { style, sections, old => names[0], new => names[1], made }))
        .map_err(internal)
}

fn row(change: &Change) -> Value {
    let get = |row: Option<&Row>, name: &str| row.map_or("", |row| row.get(name)).replace('|', "; ");
    let shown = change.row();
    let side = |row: Option<&Row>| {
        let stars = row.map(|row| row.get("review_stars")).filter(|stars| !stars.is_empty());
        context! {
            class => get(row, "clinical_significance"), stars, call => get(row, "verdict"), genotype => get(row, "genotype"),
        }
    };
    let id = get(shown, "variation_id");
    let number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    context! {
        key => change.class().key(), gene => get(shown, "gene"), disease => get(shown, "disease"),
        place => format!("{}:{}", get(shown, "chromosome"), get(shown, "position")),
        alleles => format!("{}>{}", cut(&get(shown, "ref_allele")), cut(&get(shown, "alt_allele"))),
        id, number, old => side(change.old), new => side(change.new),
        had => change.old.is_some(), has => change.new.is_some(),
    }
}

/// A long allele, shortened.
fn cut(allele: &str) -> String {
    match allele.char_indices().nth(40) {
        None => allele.to_owned(),
        Some(_) => {
            format!("{}\u{2026}({} letters)", allele.chars().take(12).collect::<String>(), allele.chars().count())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::row;
    use super::*;

    #[test]
    fn text_of_others_stays_text() {
        let new = row("<b>", "7", "<script>", "2", "hom");
        let changes = [Change { kind: Kind::New, old: None, new: Some(&new) }];
        let page = render(&changes, ["old.tsv", "new.tsv"], Some(&("0.1.0", "2026-01-31".to_owned()))).unwrap();
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
        assert!(page.contains("made by vdx-merge 0.1.0 on 2026-01-31") && page.contains("old.tsv"));
        assert!(!page.contains("{{") && page.contains("Nothing."));
    }
}
