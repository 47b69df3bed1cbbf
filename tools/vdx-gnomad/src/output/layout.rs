//! Where a variant stands in the rows of a table, by its header line.

use memchr::memchr;
use vdx_vcf::line::{parse_pos, trim_line_end};
use vdx_vcf::{Cell, Cells, Dialect};

use crate::query::words;
use crate::source::Status;

/// Where a variant stands in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// How rows are parted into cells.
    pub(crate) dialect: Dialect,
    columns: Columns,
    /// The columns as they are called.
    pub(crate) names: Vec<String>,
    /// Rows have a cell more than the header, in front, as R writes them.
    pub(crate) has_row_names: bool,
    /// Rows are made from words; those without cells could not be read.
    pub(crate) of_words: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Columns {
    /// Places of chromosome, position, REF and ALT.
    Four([usize; 4]),
    /// The place of a word that says all: see [`words`].
    One(usize),
}

/// The names of the four columns, by which `--columns` names them, and what else they are called.
const NAMES: [(&str, &[&str]); 4] = [
    ("chromosome", &["chromosome", "chrom", "chr"]),
    ("position", &["position", "pos"]),
    ("ref_allele", &["ref_allele", "ref"]),
    ("alt_allele", &["alt_allele", "alt"]),
];

/// What they are called in other tables (those of MAF last), where a table has none of [`NAMES`].
const OTHERS: [&[&str]; 4] = [
    &["contig"],
    &["start", "start_position"],
    &["reference", "reference_allele"],
    &["alternate", "tumor_seq_allele2"],
];

/// The column of words.
const VARIANT: &str = "variant";

/// How many columns a message names.
const SHOWN: usize = 12;

impl Layout {
    /// Reads the header line of a table. `told`: what its columns are called, by `--columns`.
    ///
    /// # Errors
    /// It lacks one of the columns or has it twice.
    pub(crate) fn parse(line: &[u8], told: &[(String, String)]) -> std::result::Result<Self, String> {
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        let dialect = dialect(line);
        let name = |cell: std::result::Result<Cell<'_>, &'static str>| {
            let value = cell?.value();
            let text = String::from_utf8_lossy(&value);
            Ok(text.trim_matches(['"', ' ']).to_owned())
        };
        let names = Cells::new(trim_line_end(line), dialect).map(name);
        let names = names.collect::<std::result::Result<Vec<String>, String>>()?;
        let lower: Vec<String> = names.iter().map(|name| name.trim_start_matches('#').to_ascii_lowercase()).collect();
        let columns = columns(&lower, told, dialect.delimiter)?;
        Ok(Self { dialect, columns, names, has_row_names: false, of_words: false })
    }

    /// Takes notice of the first row: whether it has a cell more than the header.
    pub(crate) fn see(&mut self, row: &[u8]) {
        self.has_row_names = Cells::new(trim_line_end(row), self.dialect).count() == self.names.len() + 1;
    }

    /// Whether columns can be added under these names.
    ///
    /// # Errors
    /// A column of that name is there.
    pub(crate) fn check(&self, added: &[String]) -> std::result::Result<(), String> {
        match self.names.iter().map(|name| name.to_ascii_lowercase()).find(|name| added.contains(name)) {
            Some(name) => Err(format!("the table has a column {name} already; drop it, or write others with --prefix")),
            None => Ok(()),
        }
    }

    /// The places of the position and of ALT in a row; `None` where one word says all.
    pub(crate) fn places(&self) -> Option<[usize; 2]> {
        let Columns::Four([_, pos, _, alt]) = self.columns else { return None };
        Some([pos, alt].map(|at| at + usize::from(self.has_row_names)))
    }

    /// The header line with `added` columns behind it.
    ///
    /// # Errors
    /// A column of that name is there.
    pub(crate) fn extend(&self, line: &[u8], added: &[String]) -> std::result::Result<Vec<u8>, String> {
        let text = trim_line_end(line);
        self.check(added)?;
        let mut bytes = text.to_vec();
        for name in added {
            bytes.push(self.dialect.delimiter);
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes.extend_from_slice(if line.ends_with(b"\n") { &line[text.len()..] } else { b"\n" });
        Ok(bytes)
    }

    /// Parts a row into cells, as many as the header has.
    ///
    /// # Errors
    /// It has others.
    pub(crate) fn part<'a>(&self, row: &'a [u8], cells: &mut Vec<Cell<'a>>) -> std::result::Result<(), String> {
        cells.clear();
        for cell in Cells::new(row, self.dialect) {
            cells.push(cell?);
        }
        let width = self.names.len() + usize::from(self.has_row_names);
        if cells.len() == width {
            return Ok(());
        }
        Err(format!("expected {width} columns as in the header, found {}", cells.len()))
    }

    /// What a row asks for; its `cells` are those of the last row that was asked for.
    pub(crate) fn subject<'a>(
        &self,
        row: &'a [u8],
        cells: &mut Vec<Cell<'a>>,
    ) -> std::result::Result<Subject<'a>, String> {
        if row.trim_ascii().is_empty() {
            return Ok(Subject::Blank);
        }
        self.part(row, cells)?;
        let cell = |at: usize| cells[at + usize::from(self.has_row_names)].text.trim_ascii();
        let [chrom, pos, reference, alt] = match self.columns {
            Columns::Four(places) => places.map(cell),
            Columns::One(at) if cell(at).is_empty() => return Ok(Subject::None(Status::NotRepresented)),
            Columns::One(at) => words::variant(cell(at)).ok_or_else(|| {
                format!("expected a variant such as 1-55505599-C-G, found '{}'", String::from_utf8_lossy(cell(at)))
            })?,
        };
        if [chrom, pos, reference, alt].iter().any(|part| part.is_empty()) {
            return Ok(Subject::None(if self.of_words { Status::Unreadable } else { Status::NotRepresented }));
        }
        let Some(position) = position(pos) else {
            let found = String::from_utf8_lossy(pos);
            return Err(format!("expected a position as a whole number, found '{found}'"));
        };
        if reference == b"-" || alt == b"-" {
            return Ok(Subject::Unpadded(chrom, position));
        }
        Ok(Subject::Variant(chrom, position, reference, alt))
    }
}

/// What a row asks for.
pub(crate) enum Subject<'a> {
    /// Nothing stands there.
    Blank,
    /// Nothing, for this reason.
    None(Status),
    /// An allele `-`, at chromosome and position.
    Unpadded(&'a [u8], u32),
    /// Chromosome, position, REF and ALT.
    Variant(&'a [u8], u32, &'a [u8], &'a [u8]),
}

/// How the rows behind this header line are parted. Cells between tabs are in quotes where its names are, as R writes them.
pub(crate) fn dialect(line: &[u8]) -> Dialect {
    let count = |delimiter: u8| line.iter().filter(|&&byte| byte == delimiter).count();
    if count(b'\t') > 0 {
        let has_quotes = line.split(|&byte| byte == b'\t').any(|cell| cell.starts_with(b"\""));
        Dialect { delimiter: b'\t', has_quotes }
    } else {
        Dialect::from(if count(b';') > count(b',') { b';' } else { b',' })
    }
}

/// A position, which spreadsheets may have turned into `285840.0`.
pub(crate) fn position(text: &[u8]) -> Option<u32> {
    let end = memchr(b'.', text).unwrap_or(text.len());
    let is_whole = text[end..].iter().skip(1).all(|&byte| byte == b'0');
    parse_pos(&text[..end]).filter(|_| is_whole)
}

/// The columns of a variant among these names.
fn columns(names: &[String], told: &[(String, String)], delimiter: u8) -> std::result::Result<Columns, String> {
    let said =
        |wanted: &str| told.iter().find(|(name, _)| name == wanted).map(|(_, column)| column.to_ascii_lowercase());
    let one = |wanted: &str, any: &[&str]| {
        let mut places = (0..names.len()).filter(|&at| any.contains(&names[at].as_str()));
        match (places.next(), places.next()) {
            (Some(_), Some(_)) => {
                Err(format!("the header names {} twice; say which with --columns {wanted}=...", any.join(" or ")))
            }
            (found, _) => Ok(found),
        }
    };
    let mut missing = None;
    let mut found = [0; 4];
    for ((place, (wanted, usual)), others) in found.iter_mut().zip(NAMES).zip(OTHERS) {
        let at = match said(wanted) {
            Some(column) => one(wanted, &[&column])?,
            None => match one(wanted, usual)? {
                Some(at) => Some(at),
                None => one(wanted, others)?,
            },
        };
        match at {
            Some(at) => *place = at,
            None => missing = missing.or(Some(usual)),
        }
    }
    let Some(missing) = missing else { return Ok(Columns::Four(found)) };
    let word = said(VARIANT).unwrap_or_else(|| VARIANT.to_owned());
    if let Some(at) = one(VARIANT, &[&word])? {
        return Ok(Columns::One(at));
    }
    let kind = match delimiter {
        b'\t' => "tabs",
        b';' => "semicolons",
        _ => "commas",
    };
    let more = if names.len() > SHOWN { ", ..." } else { "" };
    Err(format!(
        "expected a VCF, or a CSV or TSV whose header names chromosome, position, ref_allele and alt_allele (or chrom, pos, ref, alt), or variant, found no column {} among, parted by {kind}: {}{more}; say what columns are called with --columns chromosome=...",
        missing.join(" or "),
        names[..names.len().min(SHOWN)].join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(line: &str) -> std::result::Result<Layout, String> {
        Layout::parse(line.as_bytes(), &[])
    }

    #[test]
    fn headers_name_columns_in_any_case_and_order() {
        let of = |line: &str| {
            layout(line).map(|layout| (layout.dialect.delimiter, layout.columns, layout.names.len())).unwrap()
        };
        let four = Columns::Four;
        assert_eq!(of("id,ALT,Ref_Allele,\"Chromosome\",POS\r\n"), (b',', four([3, 4, 2, 1]), 5));
        assert_eq!(of("#chrom\tpos\tref\talt\n"), (b'\t', four([0, 1, 2, 3]), 4));
        assert_eq!(of("\u{feff}contig;start;reference;alternate\n"), (b';', four([0, 1, 2, 3]), 4));
        let maf = "Hugo_Symbol\tChromosome\tStart_Position\tEnd_Position\tReference_Allele\tTumor_Seq_Allele1\tTumor_Seq_Allele2";
        assert_eq!(of(maf), (b'\t', four([1, 2, 4, 6]), 7));
        assert_eq!(of(",chrom,pos,start,ref,alt"), (b',', four([1, 2, 4, 5]), 6));
        assert_eq!(of("gene,variant"), (b',', Columns::One(1), 2));
        let told = [("chromosome".to_owned(), "CHR_B37".to_owned()), ("position".to_owned(), "bp".to_owned())];
        let named = Layout::parse(b"bp,chr_b37,chrom,pos,ref,alt", &told).unwrap();
        assert_eq!(named.columns, four([1, 0, 4, 5]));
        let error = layout("chrom,pos,ref,score\n").unwrap_err();
        assert!(
            error.contains("no column alt_allele or alt among, parted by commas: chrom, pos, ref, score"),
            "{error}"
        );
        assert!(layout("chrom,chr,pos,ref,alt\n").unwrap_err().contains("twice"));
    }

    #[test]
    fn rows_are_read_as_people_write_them() {
        let mut plain = layout("chrom,pos,ref,alt\n").unwrap();
        let read = |layout: &Layout, row: &str| match layout.subject(row.as_bytes(), &mut Vec::new()) {
            Ok(Subject::Variant(chrom, pos, reference, alt)) => {
                let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
                format!("{} {pos} {} {}", text(chrom), text(reference), text(alt))
            }
            Ok(Subject::Unpadded(..)) => "unpadded".to_owned(),
            Ok(Subject::None(status)) => status.name().to_owned(),
            Ok(Subject::Blank) => "blank".to_owned(),
            Err(message) => message,
        };
        for (row, expected) in [
            ("1,285840.0,A,C", "1 285840 A C"),
            (" 1 , 7 ,A, C  ", "1 7 A C"),
            ("", "blank"),
            ("   ", "blank"),
            ("1,,A,C", "not_represented"),
            ("1,7,A,", "not_represented"),
            ("1,7,-,C", "unpadded"),
            ("1,7.5,A,C", "expected a position as a whole number, found '7.5'"),
            ("1,7,A", "expected 4 columns as in the header, found 3"),
        ] {
            assert_eq!(read(&plain, row), expected, "{row}");
        }
        plain.see(b"\"1\",chr1,7,A,C\n");
        assert_eq!(read(&plain, "\"2\",chr2,8,G,T"), "chr2 8 G T");
        let word = layout("variant,gene").unwrap();
        assert_eq!(read(&word, "1-7-A-C,x"), "1 7 A C");
        assert!(read(&word, "1-7,x").contains("expected a variant such as"));
    }

    #[test]
    fn columns_go_behind_the_header_once() {
        let layout = layout("chrom,pos,ref,alt\r\n").unwrap();
        let added = ["gnomad_af".to_owned()];
        assert_eq!(layout.extend(b"chrom,pos,ref,alt\r\n", &added).unwrap(), b"chrom,pos,ref,alt,gnomad_af\r\n");
        let layout = Layout::parse(b"chrom,pos,ref,alt,gnomad_AF\n", &[]).unwrap();
        assert!(layout.extend(b"chrom,pos,ref,alt,gnomad_AF\n", &added).unwrap_err().contains("already"));
    }
}
