//! A figure in a table of `benches/README.md` was measured: it is in a CSV of a run, `benches/results/*.csv`, or the ratio of
//! two figures of its row.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;

/// All numbers of the runs, as text; peaks as the megabytes that the page has, too.
fn measured(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let quoted = Regex::new(r#""([0-9]+(?:,[0-9]{3})+)""#).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let has_peaks = text.lines().any(|line| line.ends_with(",peak_kb"));
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            found.extend(line.split(',').map(str::to_owned));
            let peak = line.rsplit(',').next().filter(|_| has_peaks).and_then(|last| last.parse::<u64>().ok());
            found.extend(peak.map(|kilobytes| format!("{:.0}", kilobytes as f64 / 1000.0)));
        }
        // Thousands are parted by a comma, and such a cell is quoted.
        found.extend(quoted.captures_iter(&text).map(|cell| cell[1].to_owned()));
    }
    found
}

/// The figures of a row's cells but the first, which says what was done.
fn figures(row: &str) -> Vec<String> {
    let code = Regex::new("`[^`]*`").unwrap();
    let row = code.replace_all(row, "");
    let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
    let numbers = Regex::new(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?").unwrap();
    numbers.find_iter(&cells[1..].join("|")).map(|number| number.as_str().to_owned()).collect()
}

/// Whether a figure of a row is one of the others over another, to its own digits. Itself over 1 would be any.
fn ratio(at: usize, row: &[String]) -> bool {
    let figure = &row[at];
    let decimals = figure.split_once('.').map_or(0, |(_, digits)| digits.len());
    let others = row.iter().enumerate().filter(|(other, _)| *other != at);
    let values: Vec<f64> = others.filter_map(|(_, other)| other.replace(',', "").parse().ok()).collect();
    let near = |over: f64, under: f64| under > 0.0 && format!("{:.decimals$}", over / under) == *figure;
    values
        .iter()
        .enumerate()
        .any(|(at, over)| values.iter().enumerate().any(|(other, under)| other != at && near(*over, *under)))
}

/// The rows of the page's tables, without their headings.
fn rows(page: &str) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = page.lines().collect();
    let heading = |at: usize| lines.get(at + 1).is_some_and(|next| next.starts_with("|---"));
    let rows: Vec<&str> =
        (0..lines.len()).filter(|at| lines[*at].starts_with("| ") && !heading(*at)).map(|at| lines[at]).collect();
    rows.into_iter()
}

/// The rows that have a figure nobody measured.
fn unmeasured(page: &str, measured: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows(page) {
        let figures = figures(row);
        let bad = (0..figures.len()).find(|at| !measured.contains(&figures[*at]) && !ratio(*at, &figures));
        found.extend(bad.map(|at| format!("{}: {row}", figures[at])));
    }
    found
}

#[test]
fn each_figure_of_the_tables_is_in_a_run() {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let page = fs::read_to_string(benches.join("README.md")).unwrap();
    let measured = measured(&benches.join("results"));
    assert!(rows(&page).flat_map(figures).count() > 100);
    let found = unmeasured(&page, &measured);
    assert!(found.is_empty(), "not in benches/results/*.csv, which benches/compare.sh writes:\n{}", found.join("\n"));
}

#[test]
fn a_figure_that_nobody_measured_is_found() {
    let measured = ["1.12", "12.5", "27", "4,300"].map(str::to_owned).into();
    let page = "| work | vdx -@7 | peer | ratio |\n|---|---|---|---|\n| 99 records | `x -@2` 1.12 s, 27 MB | 12.5 s of 4,300 | 11.2 |\n";
    assert_eq!(unmeasured(page, &measured), [] as [&str; 0]);
    assert_eq!(unmeasured(&page.replace("27 MB", "28 MB"), &measured).len(), 1);
    assert_eq!(unmeasured(&page.replace("11.2", "12.2"), &measured).len(), 1);
    // Itself over 1, or over itself, is no ratio.
    let of_one = "| work | vdx | ratio |\n|---|---|---|\n| x | 27 s, 1.12 s | 1.0 |\n| y | 28 s, 4,300 s, 1 |\n";
    assert_eq!(unmeasured(of_one, &["1", "1.12", "27", "4,300"].map(str::to_owned).into()).len(), 2);
}
