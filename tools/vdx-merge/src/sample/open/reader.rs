//! Takes in the lines of a raw genotype file, whoever made it.

use vdx_hts::{Error, Result};
use vdx_vcf::assembly::{Declared, named_in};
use vdx_vcf::line::trim_line_end;

use crate::sample::columns::{Fields, PlainRow, RawColumns, Separator};
use crate::sample::raw::{Builder, RawTable};
use crate::sample::vendors::chip::chip_in;
use crate::sample::vendors::start::is_comment;
use crate::sample::vendors::vendor::Vendor;

/// A file read to its end.
#[derive(Debug)]
pub(crate) struct RawFile {
    /// The genotypes.
    pub(crate) table: RawTable,
    /// The build that the comments name.
    pub(crate) declared: Option<Declared>,
    /// The array that the comments name.
    pub(crate) chip: Option<String>,
    /// Some chromosome is named as in [`Row::numbered`](crate::sample::columns::ParsedRow::numbered), in the columns of 23andMe.
    pub(crate) numbered: bool,
    /// What was left out and why.
    pub(crate) left_out: LeftOut,
}

/// Lines without a usable genotype.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// How many lines could not be read.
    pub(crate) unreadable: u64,
    /// The first of them, by 1-based line number, each with what is wrong. Never the genotype itself.
    pub(crate) named: Vec<(u64, &'static str)>,
}

/// So many unreadable lines are named one by one.
const MOST_NAMED: usize = 20;

/// Takes in the lines of a file, in order.
#[derive(Debug)]
pub(crate) struct Reader {
    vendor: &'static Vendor,
    columns: Option<RawColumns>,
    separator: Option<Separator>,
    /// What stands between the standard columns, where these are the file's, once its rows have begun.
    plain: Option<u8>,
    fields: Fields,
    rows: Builder,
    count: u64,
    declared: Option<Declared>,
    chip: Option<String>,
    numbered: bool,
    left_out: LeftOut,
    /// Whose rows these are, where a column tells.
    person: Option<Vec<u8>>,
    /// Between `[Header]` and `[Data]`.
    in_header: bool,
}

impl Reader {
    /// A file of this vendor.
    pub(crate) fn new(vendor: &'static Vendor) -> Self {
        Self {
            vendor,
            columns: None,
            separator: vendor.separator,
            plain: None,
            fields: Fields::default(),
            rows: Builder::default(),
            count: 0,
            declared: None,
            chip: None,
            numbered: false,
            left_out: LeftOut::default(),
            person: None,
            in_header: false,
        }
    }

    /// One line with or without its end, and its 1-based number.
    pub(crate) fn line(&mut self, line: &[u8], number: u64) -> Result<()> {
        let line = trim_line_end(line);
        if let Some(separator) = self.plain
            && let Some(PlainRow { rs, chromosome, pos, call }) = PlainRow::of(line, separator)
        {
            self.count += 1;
            return self.rows.add_rs(rs, chromosome, pos, call);
        }
        // Editors on Windows put a byte order mark in front.
        let line = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        if line.starts_with(b"[") {
            self.in_header = !line.starts_with(b"[Data]");
            self.plain = None;
            return Ok(());
        }
        if self.in_header || is_comment(line) {
            self.comment(line);
            return Ok(());
        }
        if self.count == 0 && self.names(line)? {
            return Ok(());
        }
        // Without names the columns are those of 23andMe, which most makers copy.
        let columns = *self.columns.get_or_insert(RawColumns::STANDARD);
        let separator = *self.separator.get_or_insert_with(|| Separator::of(line));
        self.plain = match separator {
            Separator::Byte(byte) if columns == RawColumns::STANDARD => Some(byte),
            _ => None,
        };
        self.fields.split(line, separator);
        let reason = match columns.row(&self.fields, self.vendor.ways) {
            Ok(row) => {
                if let Some(person) = columns.person(&self.fields) {
                    one_person(&mut self.person, person)?;
                }
                self.count += 1;
                if row.numbered && !self.numbered {
                    self.numbered = columns == RawColumns::STANDARD && separator == Separator::Byte(b'\t');
                }
                // A file may know a site under several ids: each finds it.
                let mut ids = row.ids.split(|&byte| byte == b',');
                return ids.try_for_each(|id| self.rows.add(id, row.chromosome, row.pos, row.call));
            }
            Err(reason) => reason,
        };
        // Files that were joined have a second line of names further down.
        if self.names(line)? {
            return Ok(());
        }
        self.left_out.unreadable += 1;
        if self.left_out.named.len() < MOST_NAMED {
            self.left_out.named.push((number, reason));
        }
        Ok(())
    }

    fn comment(&mut self, line: &[u8]) {
        self.declared = self.declared.or_else(|| named_in(line));
        self.chip = self.chip.take().or_else(|| chip_in(line));
        let start = line.iter().position(|byte| !matches!(byte, b'#' | b' ' | b'"')).unwrap_or(line.len());
        if let Ok(Some(columns)) = RawColumns::named(&line[start..])
            && columns.have_places()
        {
            self.columns = Some(columns);
            self.plain = None;
        }
    }

    /// Whether the line names the columns; they are what it says from here on.
    fn names(&mut self, line: &[u8]) -> Result<bool> {
        let Some(columns) = RawColumns::named(line).map_err(Error::data)? else { return Ok(false) };
        self.rows.either_strand |= columns.either_strand;
        self.columns = Some(columns);
        self.plain = None;
        Ok(true)
    }

    /// The rows so far.
    pub(crate) fn rows(&mut self) -> &mut Builder {
        &mut self.rows
    }

    /// The file, once all lines are in.
    pub(crate) fn finish(self) -> Result<RawFile> {
        if self.count == 0 {
            let (line, reason) = self.left_out.named.first().copied().unwrap_or((1, "nothing"));
            return Err(Error::data(format!(
                "expected rows of rsid, chromosome, position and genotype, found none (line {line}: {reason})"
            )));
        }
        let Self { declared, chip, numbered, left_out, .. } = self;
        Ok(RawFile { table: self.rows.build()?, declared, chip, numbered, left_out })
    }
}

/// A report may hold several people: their genotypes must not become one person's.
fn one_person(known: &mut Option<Vec<u8>>, name: &[u8]) -> Result<()> {
    let first = known.get_or_insert_with(|| name.to_vec());
    if first == name {
        return Ok(());
    }
    let [first, other] = [first, name].map(|name| String::from_utf8_lossy(name).into_owned());
    let message =
        format!("expected the rows of one person, found those of '{first}' and of '{other}'; leave one of them");
    Err(Error::data(message))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::sample::vendors::detect::detect;

    /// Reads a text as the vendor that its content tells.
    pub(crate) fn read_any(text: &str) -> (&'static Vendor, RawFile) {
        let maker = detect(text.as_bytes()).unwrap().expect("a known format");
        let file = read(maker.vendor, text).unwrap();
        (maker.of_rows(file.numbered).vendor, file)
    }

    pub(crate) fn read(vendor: &'static Vendor, text: &str) -> Result<RawFile> {
        let mut reader = Reader::new(vendor);
        for (at, line) in text.split_inclusive('\n').enumerate() {
            reader.line(line.as_bytes(), at as u64 + 1)?;
        }
        reader.finish()
    }

    /// `id chromosome:position call` of each row, sorted by place.
    pub(crate) fn rows(file: &RawFile) -> Vec<String> {
        let show = |row: crate::sample::raw::Row| {
            let mut id = Vec::new();
            file.table.write_id(&row, &mut id);
            let [id, call] = [&id[..], row.call.text()].map(String::from_utf8_lossy);
            format!("{id} {}:{} {call}", row.chromosome, row.pos)
        };
        file.table.rows().map(show).collect()
    }

    #[test]
    fn unreadable_lines_are_named_and_counted() {
        let file = read(
            &crate::sample::vendors::twenty_three_and_me::TWENTY_THREE_AND_ME,
            "rs1\t1\t100\tAG\nrs2 1 100 AA\nrs3\t1\tx\tAA\nrs4\t1\t5\tQQ\nrs5\tchrUn\t5\tAA\nrs6\t1\t7\tAG\tC\tG\n",
        )
        .unwrap();
        assert_eq!(file.left_out.unreadable, 5);
        let lines: Vec<u64> = file.left_out.named.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6]);
        assert!(!file.left_out.named.iter().any(|(_, reason)| reason.contains("QQ")));
    }

    #[test]
    fn what_a_spreadsheet_did_is_read_or_named() {
        let (vendor, file) = read_any(
            "\"# This data file generated by 23andMe at: x\";;;\n\"# rsid\";\"chromosome\";\"position\";\"genotype\"\n\
             \"rs1\";\"1\";\"101\";\"AG\"\n03.Jan;1;102;AG\n2001-01-03;1;103;AG\n3/1/2001;1;104;AG\nrs5;1;1,2E+08;AG\n\
             1-105;1;105;AG\n",
        );
        assert_eq!(vendor.name, "23andMe");
        assert_eq!(rows(&file), ["rs1 1:101 AG", "1-105 1:105 AG"]);
        let lines: Vec<u64> = file.left_out.named.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [4, 5, 6, 7]);
        assert!(file.left_out.named[0].1.contains("a date"), "{:?}", file.left_out);
    }

    #[test]
    fn two_people_in_one_file_are_refused() {
        let rows = |calls: [&str; 2]| -> String {
            (1..=50).map(|at| format!("rs{at}\t1\t{at}\t{}\n", calls[usize::from(at % 2 == 0)])).collect()
        };
        let read = |text: String| read(&crate::sample::vendors::twenty_three_and_me::TWENTY_THREE_AND_ME, &text);
        let error = read(rows(["AA", "GG"]) + &rows(["AG", "GG"])).unwrap_err().to_string();
        assert!(error.contains("25 of 50 sites") && error.contains("rs1 at 1:1"), "{error}");
        // The same person twice.
        assert_eq!(read(rows(["AA", "AG"]) + &rows(["AA", "GA"])).unwrap().table.len(), 100);
    }

    #[test]
    fn a_file_without_rows_is_an_error() {
        let error = read(&crate::sample::vendors::generic::GENERIC, "hello\n").unwrap_err().to_string();
        assert!(error.contains("line 1: fewer columns"), "{error}");
    }
}
