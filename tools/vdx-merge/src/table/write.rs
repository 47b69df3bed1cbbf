//! A table as TSV, CSV or JSON Lines.

use std::borrow::Cow;

use vdx_cli::json;
use vdx_hts::{Error, Result};

use super::Columns;

/// One value; empty where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    bytes: Vec<u8>,
    number: bool,
}

impl Cell {
    /// Text.
    pub(crate) fn text(bytes: Vec<u8>) -> Self {
        Self { bytes, number: false }
    }

    /// A number as the VCF writes it; in JSON it stays one, digit for digit.
    pub(crate) fn number(bytes: Vec<u8>) -> Self {
        Self { bytes, number: true }
    }

    /// As it stands.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Tab-separated; values of a VCF hold neither tabs nor line ends. Programs read it: the values are as they are.
    Tsv,
    /// RFC 4180, with `\n`. Spreadsheets open it: see [`harmless`].
    Csv,
    /// One object a line, with the same keys in each; a missing value is `null`.
    Json,
}

impl Layout {
    /// Appends the line of names, where the layout has one.
    pub(crate) fn write_names(self, columns: &Columns, out: &mut Vec<u8>) -> Result<()> {
        self.write_names_of(columns.names(), out)
    }

    /// [`Layout::write_names`] of a table of other columns.
    pub(crate) fn write_names_of<'a>(self, names: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Json => Ok(()),
            _ => self.write_separated(names.map(str::as_bytes), out),
        }
    }

    /// Appends the row of these cells.
    pub(crate) fn write_cells(self, columns: &Columns, cells: &[Cell], out: &mut Vec<u8>) -> Result<()> {
        self.write_cells_of(columns.names(), cells, out)
    }

    /// [`Layout::write_cells`] of a table of other columns.
    pub(crate) fn write_cells_of<'a>(
        self,
        names: impl Iterator<Item = &'a str>,
        cells: &'a [Cell],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        match self {
            Self::Json => {
                write_object(names.zip(cells), out);
                Ok(())
            }
            _ => self.write_separated(cells.iter().map(Cell::bytes), out),
        }
    }

    fn write_separated<'a>(self, values: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) -> Result<()> {
        if self == Self::Csv {
            let failed = |error: csv::Error| match error.kind() {
                csv::ErrorKind::Io(error) => Error::io("CSV output", error),
                _ => Error::data(format!("a row cannot be written as CSV: {error}")),
            };
            let mut writer = csv::WriterBuilder::new().from_writer(out);
            writer.write_record(values.map(harmless)).map_err(failed)?;
            return writer.flush().map_err(|error| Error::io("CSV output", &error));
        }
        for (at, value) in values.enumerate() {
            if at > 0 {
                out.push(b'\t');
            }
            out.extend_from_slice(value);
        }
        out.push(b'\n');
        Ok(())
    }
}

/// What a spreadsheet takes for text, whatever others have written into it: a value that begins as a formula does gets a
/// `'` in front (OWASP, "CSV Injection"). Numbers and mere dashes (a strand, no call) cannot be formulas.
fn harmless(value: &[u8]) -> Cow<'_, [u8]> {
    let formula = |text: &[u8]| matches!(text, [b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r', ..]);
    // Blanks in front do not keep all spreadsheets from calculating.
    let spaces = value.iter().take_while(|&&byte| byte == b' ').count();
    if formula(&value[spaces..]) && !is_plain_number(value) && !value.iter().all(|&byte| byte == b'-') {
        return Cow::Owned([b"'", value].concat());
    }
    Cow::Borrowed(value)
}

/// Digits with a sign, a point and an exponent at most.
fn is_plain_number(text: &[u8]) -> bool {
    let number = |text: &str| text.ends_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok();
    std::str::from_utf8(text).is_ok_and(number)
}

fn write_object<'a>(entries: impl Iterator<Item = (&'a str, &'a Cell)>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (at, (name, cell)) in entries.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        json::write_string(name.as_bytes(), out);
        out.push(b':');
        if cell.bytes.is_empty() {
            out.extend_from_slice(b"null");
        } else if cell.number && json::is_number(&cell.bytes) {
            out.extend_from_slice(&cell.bytes);
        } else {
            json::write_string(&cell.bytes, out);
        }
    }
    out.extend_from_slice(b"}\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use vdx_vcf::Header;

    const HEADER: &[u8] = b"##INFO=<ID=VDX_VERDICT,Number=1,Type=String,Description=\"\">\n\
        ##INFO=<ID=gnomad_AF,Number=A,Type=Float,Description=\"\">\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n";
    const LINE: &[u8] =
        b"1\t5\t7\tC\tG\t.\t.\tCLNDN=A,_\"b\";VDX_VERDICT=hom;VDX_CONF=0.9;gnomad_AF=5.98000e-05\tGT\t1/1\n";

    fn row(layout: Layout) -> (String, String) {
        let columns = Columns::of(&Header::parse(HEADER).unwrap()).unwrap();
        let (mut names, mut row) = (Vec::new(), Vec::new());
        layout.write_names(&columns, &mut names).unwrap();
        layout.write_cells(&columns, &columns.cells(LINE).unwrap(), &mut row).unwrap();
        (String::from_utf8(names).unwrap(), String::from_utf8(row).unwrap())
    }

    #[test]
    fn tsv_and_csv_have_a_line_of_names() {
        let (names, values) = row(Layout::Tsv);
        assert!(names.starts_with("rsid\tchromosome\tposition\t") && names.ends_with("trust_reasons\n"), "{names}");
        assert_eq!(names.matches('\t').count(), values.matches('\t').count());
        let (_, values) = row(Layout::Csv);
        assert!(values.contains(",\"A, \"\"b\"\"\","), "{values}");
    }

    #[test]
    fn no_cell_of_csv_is_a_formula() {
        let shown = |text: &str| String::from_utf8(harmless(text.as_bytes()).into_owned()).unwrap();
        for text in ["=1+1", "+SUM(A1)", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "+1-cmd", "-inf", "--x", "=", "-1e"]
        {
            assert_eq!(shown(text), format!("'{text}"));
        }
        for text in ["", "-", "--", "-1", "+1", "-1.5e-05", "A-B", "a=b", "1-5-A-G", "rs1", " x", "'=1"] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn json_keeps_numbers_and_shows_what_is_missing() {
        let (names, values) = row(Layout::Json);
        assert!(names.is_empty());
        let object: serde_json::Value = serde_json::from_str(&values).unwrap();
        assert_eq!(object["position"], 5);
        assert_eq!(object["confidence"], 0.9);
        assert_eq!(object["gene"], serde_json::Value::Null);
        assert_eq!(object["disease"], "A, \"b\"");
        assert!(values.contains("\"gnomad_af\":5.98000e-05,"), "{values}");
    }
}
