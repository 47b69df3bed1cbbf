//! The rows of a findings table, as `match -O` and `report` write it: TSV, CSV or JSON lines, told by its first line.

use std::path::Path;

use serde_json::Value;
use vdx_hts::{Error, Result};
use vdx_pipeline::input::Options;
use vdx_pipeline::{Input, Message};

/// The columns that are compared or shown, by their places in [`Row`].
const WANTED: [&str; 12] = [
    "variation_id",
    "chromosome",
    "position",
    "ref_allele",
    "alt_allele",
    "rsid",
    "gene",
    "disease",
    "clinical_significance",
    "review_stars",
    "verdict",
    "genotype",
];

/// Those without which nothing can be compared.
const NEEDED: [&str; 8] = [
    "variation_id",
    "chromosome",
    "position",
    "ref_allele",
    "alt_allele",
    "clinical_significance",
    "review_stars",
    "verdict",
];

/// One row, as far as a comparison asks for it: the values one behind the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    text: Box<str>,
    ends: [u32; WANTED.len()],
}

impl Row {
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        let mut text = String::with_capacity(values.clone().map(<[u8]>::len).sum());
        let mut ends = [0; WANTED.len()];
        for (end, value) in ends.iter_mut().zip(values) {
            match std::str::from_utf8(plain(value)) {
                Ok(value) => text.push_str(value),
                Err(_) => text.push_str(&String::from_utf8_lossy(plain(value))),
            }
            *end = text.len() as u32;
        }
        Self { text: text.into(), ends }
    }

    /// The value of a column; empty where the table has none.
    pub(crate) fn get(&self, name: &str) -> &str {
        let Some(at) = WANTED.iter().position(|known| *known == name) else { return "" };
        let from = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[from..self.ends[at] as usize]
    }

    /// What makes it the same finding in two tables: ClinVar's variation and the allele; without an id the place.
    pub(crate) fn key(&self) -> String {
        let (id, reference, alt) = (self.get("variation_id"), self.get("ref_allele"), self.get("alt_allele"));
        let parts = match id {
            "" => [self.get("chromosome"), ":", self.get("position"), "\t", reference, "\t", alt],
            _ => [id, "\t", reference, "\t", alt, "", ""],
        };
        let mut key = parts.concat();
        // Alleles are the same in any case.
        let alleles = key.len() - reference.len() - alt.len() - 1;
        key[alleles..].make_ascii_uppercase();
        key
    }
}

/// A CSV for spreadsheets has a `'` in front of what would be a formula.
fn plain(value: &[u8]) -> &[u8] {
    match value {
        [b'\'', rest @ ..] if rest.trim_ascii_start().first().is_some_and(|first| b"=+-@\t\r".contains(first)) => rest,
        value => value,
    }
}

/// A table that has been read.
#[derive(Debug)]
pub(crate) struct Findings {
    /// For messages.
    pub(crate) name: String,
    /// The names of its columns, in order.
    pub(crate) columns: Vec<String>,
    /// Its rows, in order.
    pub(crate) rows: Vec<Row>,
    /// What there is to tell of its end.
    pub(crate) messages: Vec<Message>,
}

/// Reads a table; `None` is standard input.
///
/// # Errors
/// What cannot be read, is no findings table, or has rows of another width.
pub(crate) fn read(path: Option<&Path>, options: Options) -> Result<Findings> {
    let mut input = Input::open(path, Options { open_end: true, ..options })?;
    let name = input.name().to_owned();
    let head = input.peek()?;
    let first = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let json = first.starts_with(b"{");
    let delimiter = if first.contains(&b'\t') { b'\t' } else { b',' };
    let mut found = Findings { name: name.clone(), columns: Vec::new(), rows: Vec::new(), messages: Vec::new() };
    let mut places: Option<[Option<usize>; WANTED.len()]> = None;
    let mut lines = input.into_lines();
    loop {
        let Some((block, number)) = lines.block()? else { break };
        let used = (block.len(), memchr::memchr_iter(b'\n', block).count() as u64);
        let located = |error: Error, line: u64| error.in_file(name.clone()).at_line(line);
        if json {
            let all = block.split(|&byte| byte == b'\n').zip(number..);
            for (line, number) in all.filter(|(line, _)| !line.trim_ascii().is_empty()) {
                found.json(line).map_err(|error| located(error, number))?;
            }
            lines.consume(used.0, used.1);
            continue;
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .quoting(delimiter == b',')
            .from_reader(block);
        let mut record = csv::ByteRecord::new();
        loop {
            let more = reader.read_byte_record(&mut record);
            let line = number + record.position().map_or(0, |position| position.line() - 1);
            let more =
                more.map_err(|error| located(Error::data(format!("expected a row of a table: {error}")), line))?;
            if !more {
                break;
            }
            let Some(places) = &places else {
                found.columns = record.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
                places = Some(places_of(&found.columns).map_err(|error| located(error, line))?);
                continue;
            };
            if record.len() != found.columns.len() {
                let message = format!(
                    "expected {} columns as the first line names, found {}; was the table cut?",
                    found.columns.len(),
                    record.len()
                );
                return Err(located(Error::data(message), line));
            }
            let value = |at: &Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
            found.rows.push(Row::of(places.iter().map(value)));
        }
        lines.consume(used.0, used.1);
    }
    if places.is_none() && found.columns.is_empty() && !json {
        let message = "expected a findings table (what 'vdx-merge report' writes), found nothing";
        return Err(Error::data(message).in_file(name));
    }
    found.messages.extend(lines.messages());
    Ok(found)
}

/// Where the wanted columns are.
fn places_of(columns: &[String]) -> Result<[Option<usize>; WANTED.len()]> {
    let at = |name: &str| columns.iter().position(|column| column == name);
    let missing: Vec<&str> = NEEDED.into_iter().filter(|name| at(name).is_none()).collect();
    if missing.is_empty() {
        return Ok(WANTED.map(at));
    }
    Err(Error::data(format!(
        "expected a findings table (what 'vdx-merge report' writes), found one without the column(s) {}",
        missing.join(", ")
    )))
}

impl Findings {
    /// Takes a row of JSON lines.
    fn json(&mut self, line: &[u8]) -> Result<()> {
        let value: Value = serde_json::from_slice(line)
            .map_err(|error| Error::data(format!("expected one JSON object a line: {error}")))?;
        let Value::Object(object) = value else { return Err(Error::data("expected one JSON object a line")) };
        if self.columns.is_empty() {
            self.columns = object.keys().cloned().collect();
            places_of(&self.columns)?;
        }
        let texts = WANTED.map(|name| match object.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        });
        self.rows.push(Row::of(texts.iter().map(String::as_bytes)));
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A row of variation, position, class, stars and verdict; the rest is the same for all.
    pub(crate) fn row(id: &str, position: &str, class: &str, stars: &str, verdict: &str) -> Row {
        let values = [id, "1", position, "A", "G", "rs1", "GENE", "Deafness", class, stars, verdict, "A/G"];
        Row::of(values.iter().map(|value| value.as_bytes()))
    }

    fn table(text: &str) -> Result<Findings> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        std::fs::write(&path, text).unwrap();
        read(Some(&path), Options::default())
    }

    const NAMES: &str =
        "position\tchromosome\tvariation_id\tref_allele\talt_allele\tclinical_significance\treview_stars\tverdict";

    #[test]
    fn tables_are_read_in_every_format() {
        let tsv = table(&format!("{NAMES}\n5\t1\t7\tA\tG\t\"Benign\t1\thet\n")).unwrap();
        assert_eq!((tsv.rows[0].get("clinical_significance"), tsv.rows[0].get("gene")), ("\"Benign", ""));
        assert_eq!(tsv.rows[0].key(), "7\tA\tG");
        let csv = table(&format!("{}\n5,1,,a,G,\"A, \"\"b\"\"\",'-x,het\n", NAMES.replace('\t', ","))).unwrap();
        assert_eq!((csv.rows[0].get("clinical_significance"), csv.rows[0].get("review_stars")), ("A, \"b\"", "-x"));
        assert_eq!(csv.rows[0].key(), "1:5\tA\tG");
        let json = table(
            "{\"variation_id\":\"7\",\"chromosome\":\"1\",\"position\":5,\"ref_allele\":\"A\",\"alt_allele\":\"G\",\
             \"clinical_significance\":null,\"review_stars\":2,\"verdict\":\"het\"}",
        )
        .unwrap();
        assert_eq!((json.rows[0].get("position"), json.rows[0].get("review_stars")), ("5", "2"));
    }

    #[test]
    fn what_is_no_findings_table_is_named() {
        let message = |text: &str| table(text).unwrap_err().to_string();
        assert!(message("a\tb\n").contains("without the column(s) variation_id, chromosome,"));
        assert!(message("").contains("found nothing"));
        assert!(message(&format!("{NAMES}\n5\t1\t7\n")).contains(":2: expected 8 columns"));
        assert!(message("{\"a\":1}\n").contains("without the column"));
        assert!(message("{\"a\":\n").contains(":1: expected one JSON object"));
    }
}
