//! A VCF header as text that is edited once, with an index of what its lines declare (VCF 4.5, section 1.4).

mod evidence;
mod field;
mod meta;

use std::collections::HashMap;
use std::fmt;

use crate::contig::Contig;
use crate::line::{BLANKS, has_blanks_for_tabs};
pub use evidence::{Evidence, evidence};
pub(crate) use field::field;
pub use field::{Field, Number, Type};
pub(crate) use meta::structured;
pub use meta::{attribute, declared_info};

/// A header: its bytes, and what they declare.
#[derive(Clone, Debug)]
pub struct Header {
    /// The `##` lines, each with its line end, `\n`.
    meta: Vec<u8>,
    /// The columns of the `#CHROM` line, without `#`.
    columns: Vec<Vec<u8>>,
    empty_columns: usize,
    format_alone: bool,
    contigs: Vec<Contig>,
    info: HashMap<Vec<u8>, Field>,
    format: HashMap<Vec<u8>, Field>,
    filters: Vec<Vec<u8>>,
    differing: Vec<Differing>,
}

/// Two declarations of one key that do not say the same. The first counts, as in htslib and in BCF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// Such as `INFO/AC`.
    pub name: String,
    /// What it is taken for.
    pub first: Field,
    /// What a later line says.
    pub other: Field,
}

/// Why bytes are not a VCF header: the 1-based line and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderError {
    /// 1-based.
    pub line: u64,
    /// Expected, found.
    pub(crate) message: String,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for HeaderError {}

const FIXED: [&[u8]; 8] = [b"CHROM", b"POS", b"ID", b"REF", b"ALT", b"QUAL", b"FILTER", b"INFO"];

impl Header {
    /// Reads the `##` lines and the `#CHROM` line; `text` ends behind it.
    pub fn parse(text: &[u8]) -> Result<Self, HeaderError> {
        let mut header = Self {
            meta: Vec::with_capacity(text.len()),
            columns: Vec::new(),
            empty_columns: 0,
            format_alone: false,
            contigs: Vec::new(),
            info: HashMap::new(),
            format: HashMap::new(),
            filters: Vec::new(),
            differing: Vec::new(),
        };
        let mut line_number = 0;
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            line_number += 1;
            let line = crate::line::trim_line_end(line);
            // A BCF made of it would end its header there.
            if let Some(at) = memchr::memchr(0, line) {
                let column = at + 1;
                let message = format!(
                    "expected text, found a NUL byte in column {column}; the file is damaged: fetch or make it again"
                );
                return Err(HeaderError { line: line_number, message });
            }
            if let Some(columns) = line.strip_prefix(b"#").filter(|rest| !rest.starts_with(b"#")) {
                header.columns = columns.split(|&byte| byte == b'\t').map(<[u8]>::to_vec).collect();
                let all = header.columns.len();
                while header.columns.pop_if(|name| name.is_empty()).is_some() {}
                header.empty_columns = all - header.columns.len();
                header.format_alone = header.columns.len() == 9 && header.columns.pop().is_some();
                if let Some(at) = header.columns.iter().position(Vec::is_empty) {
                    let message = format!(
                        "expected a name in each column of the #CHROM line, found none in column {}; is there a tab too many?",
                        at + 1
                    );
                    return Err(HeaderError { line: line_number, message });
                }
            } else if line.starts_with(b"##") {
                header.add(line);
                if let Some(message) = negative_length(line) {
                    return Err(HeaderError { line: line_number, message });
                }
            } else if !line.is_empty() {
                return Err(HeaderError {
                    line: line_number,
                    message: "expected a header line that starts with '#'".into(),
                });
            }
        }
        let fixed = header.columns.len().min(8);
        if fixed < 8 || header.columns[..8].iter().zip(FIXED).any(|(found, expected)| found != expected) {
            if header.columns.len() < 8 && has_blanks_for_tabs(&header.columns.join(&b'\t'), 8) {
                return Err(HeaderError { line: line_number, message: BLANKS.into() });
            }
            let found = String::from_utf8_lossy(&header.columns.join(&b' ')).into_owned();
            let message = format!(
                "expected the column line '#CHROM POS ID REF ALT QUAL FILTER INFO' (tab-separated), found '#{found}'"
            );
            return Err(HeaderError { line: line_number, message });
        }
        Ok(header)
    }

    /// Appends a meta line (`##...`, without line end) behind the others and indexes it.
    pub fn add(&mut self, line: &[u8]) {
        self.meta.extend_from_slice(line);
        self.meta.push(b'\n');
        let Some((kind, body)) = structured(line) else { return };
        let Some(id) = attribute(body, b"ID") else { return };
        match kind {
            b"contig" => {
                let length = attribute(body, b"length").and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
                self.contigs.push(Contig { name: id.to_vec(), length });
            }
            b"INFO" | b"FORMAT" => {
                let fields = if kind == b"INFO" { &mut self.info } else { &mut self.format };
                let new = field(body);
                let first = *fields.entry(id.to_vec()).or_insert(new);
                if first != new {
                    let name = [kind, id].join(&b'/');
                    self.differing.push(Differing {
                        name: String::from_utf8_lossy(&name).into_owned(),
                        first,
                        other: new,
                    });
                }
            }
            b"FILTER" => self.filters.push(id.to_vec()),
            _ => {}
        }
    }

    /// Drops the meta lines for which `drop` (given the line without its end) says so, and their index entries.
    pub fn remove(&mut self, drop: impl Fn(&[u8]) -> bool) {
        let meta = std::mem::take(&mut self.meta);
        self.contigs.clear();
        self.info.clear();
        self.format.clear();
        self.filters.clear();
        self.differing.clear();
        for line in meta.split(|&byte| byte == b'\n').filter(|line| !line.is_empty() && !drop(line)) {
            self.add(line);
        }
    }

    /// The same without its contigs, of which there may be a million: for who asks it about fields.
    #[must_use]
    pub fn without_contigs(&self) -> Self {
        let others = self.meta_lines().filter(|line| structured(line).is_none_or(|(kind, _)| kind != b"contig"));
        Self {
            meta: others.flat_map(|line| line.iter().chain(b"\n")).copied().collect(),
            columns: self.columns.clone(),
            contigs: Vec::new(),
            info: self.info.clone(),
            format: self.format.clone(),
            filters: self.filters.clone(),
            differing: self.differing.clone(),
            ..*self
        }
    }

    /// The whole header as it is written: meta lines and column line, each with `\n`.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.meta[..], &self.column_line()].concat()
    }

    /// The `#CHROM` line, with `\n`.
    pub(crate) fn column_line(&self) -> Vec<u8> {
        let mut bytes = vec![b'#'];
        bytes.extend_from_slice(&self.columns.join(&b'\t'));
        bytes.push(b'\n');
        bytes
    }

    /// The meta lines, without line ends.
    pub fn meta_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.meta.split(|&byte| byte == b'\n').filter(|line| !line.is_empty())
    }

    /// The value of the first `##key=value` line.
    pub fn meta_value(&self, key: &[u8]) -> Option<&[u8]> {
        self.meta_lines().find_map(|line| line.strip_prefix(b"##")?.strip_prefix(key)?.strip_prefix(b"="))
    }

    /// The contigs in order of their `##contig` lines.
    pub fn contigs(&self) -> &[Contig] {
        &self.contigs
    }

    /// Keys of INFO and FORMAT that lines declare differently.
    pub fn differing(&self) -> &[Differing] {
        &self.differing
    }

    /// The declaration of an INFO key.
    pub fn info(&self, key: &[u8]) -> Option<Field> {
        self.info.get(key).copied()
    }

    /// The keys that INFO lines declare, in no order.
    pub fn info_keys(&self) -> impl Iterator<Item = &[u8]> {
        self.info.keys().map(Vec::as_slice)
    }

    /// The keys that FORMAT lines declare, in no order.
    pub fn format_keys(&self) -> impl Iterator<Item = &[u8]> {
        self.format.keys().map(Vec::as_slice)
    }

    /// The declaration of a FORMAT key.
    pub fn format(&self, key: &[u8]) -> Option<Field> {
        self.format.get(key).copied()
    }

    /// The FILTER ids that are declared.
    pub fn filters(&self) -> &[Vec<u8>] {
        &self.filters
    }

    /// How many columns a line has.
    pub(crate) fn columns(&self) -> usize {
        self.columns.len()
    }

    /// How many columns without a name stood behind the last one; they are left out.
    pub fn empty_columns(&self) -> usize {
        self.empty_columns
    }

    /// Whether the `#CHROM` line had FORMAT and no sample behind it: bcftools opens no such file. It is left out.
    pub fn has_format_alone(&self) -> bool {
        self.format_alone
    }

    /// The names of the samples.
    pub fn samples(&self) -> &[Vec<u8>] {
        self.columns.get(9..).unwrap_or_default()
    }

    /// Replaces the FORMAT column and all samples by `samples`; none makes a sites-only header.
    pub fn set_samples<S: Into<Vec<u8>>>(&mut self, samples: impl IntoIterator<Item = S>) {
        self.columns.truncate(8);
        let mut samples = samples.into_iter().map(Into::into).peekable();
        if samples.peek().is_some() {
            self.columns.push(b"FORMAT".to_vec());
            self.columns.extend(samples);
        }
    }
}

/// Says that a `##contig` line has a negative length, if it has.
fn negative_length(line: &[u8]) -> Option<String> {
    let (_, body) = structured(line).filter(|(kind, _)| *kind == b"contig")?;
    let length = attribute(body, b"length").filter(|length| length.starts_with(b"-"))?;
    let name = String::from_utf8_lossy(attribute(body, b"ID")?).into_owned();
    Some(format!("expected the length of contig {name} in bases, found {}", String::from_utf8_lossy(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"##fileformat=VCFv4.2\n##contig=<ID=1,length=100>\n##INFO=<ID=AF,Number=A,Type=Float,Description=\"a, \\\"b\\\" Number=9\">\n##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts1\r\n";

    #[test]
    fn a_nul_byte_is_damage() {
        let text = b"##fileformat=VCFv4.2\n##x=a\0b\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        let error = Header::parse(text).unwrap_err();
        assert!(error.line == 2 && error.message.contains("a NUL byte in column 6"), "{error:?}");
    }

    #[test]
    fn declarations_are_indexed_and_bytes_come_back() {
        let header = Header::parse(TEXT).unwrap();
        assert_eq!(header.contigs(), [Contig { name: b"1".to_vec(), length: Some(100) }]);
        assert_eq!(header.info(b"AF"), Some(Field { number: Number::A, kind: Type::Float }));
        assert_eq!(header.format(b"PL").unwrap().number, Number::G);
        assert_eq!(header.samples(), [b"s1"]);
        assert_eq!(header.meta_value(b"fileformat"), Some(&b"VCFv4.2"[..]));
        assert_eq!(header.to_bytes(), TEXT.iter().copied().filter(|&byte| byte != b'\r').collect::<Vec<_>>());
    }

    #[test]
    fn of_two_declarations_the_first_counts() {
        let twice = |second: &str| {
            let second = format!("##INFO=<ID=AF,{second},Description=\"\">\n##FORMAT=");
            let text = String::from_utf8(TEXT.to_vec()).unwrap().replacen("##FORMAT=", &second, 1);
            let header = Header::parse(text.as_bytes()).unwrap();
            assert_eq!(header.info(b"AF"), Some(Field { number: Number::A, kind: Type::Float }));
            let told = |Differing { name, first, other }: &Differing| format!("{name}: {first} or {other}");
            header.differing().iter().map(told).collect::<Vec<_>>()
        };
        assert!(twice("Number=A,Type=Float").is_empty());
        assert_eq!(twice("Number=.,Type=String"), ["INFO/AF: Number=A, Type=Float or Number=., Type=String"]);
    }

    #[test]
    fn lines_are_added_before_the_columns_and_removed_with_their_index() {
        let mut header = Header::parse(TEXT).unwrap();
        header.add(b"##contig=<ID=2>");
        assert_eq!(header.contigs().len(), 2);
        header.remove(|line| line.starts_with(b"##contig="));
        assert!(header.contigs().is_empty());
        assert!(header.info(b"AF").is_some());
        assert_eq!(Header::parse(TEXT).unwrap().without_contigs().to_bytes(), header.to_bytes());
        header.set_samples(Vec::<Vec<u8>>::new());
        assert!(header.to_bytes().ends_with(b"FILTER\tINFO\n"));
    }

    #[test]
    fn what_is_not_a_header_says_so() {
        assert_eq!(Header::parse(b"##x\nfoo\n").unwrap_err().line, 2);
        assert!(Header::parse(b"#CHROM\tPOS\n").unwrap_err().message.contains("#CHROM POS'"));
        let negative = String::from_utf8(TEXT.to_vec()).unwrap().replace("length=100", "length=-5");
        let error = Header::parse(negative.as_bytes()).unwrap_err();
        assert_eq!((error.line, error.message.contains("contig 1 in bases, found -5")), (2, true));
        let nameless = String::from_utf8(TEXT.to_vec()).unwrap().replace("\ts1", "\t\ts1");
        let error = Header::parse(nameless.as_bytes()).unwrap_err();
        assert_eq!((error.line, error.message.contains("found none in column 10")), (5, true));
    }

    #[test]
    fn columns_without_a_name_behind_the_others_are_left_out() {
        let text = String::from_utf8(TEXT.to_vec()).unwrap();
        for (end, empty, alone) in [
            ("\tFORMAT\ts1\t\r\n", 1, false),
            ("\tFORMAT\t\n", 1, true),
            ("\tFORMAT\r\n", 0, true),
            ("\t\t\n", 2, false),
        ] {
            let header = Header::parse(text.replace("\tFORMAT\ts1\r\n", end).as_bytes()).unwrap();
            assert_eq!((header.empty_columns(), header.has_format_alone()), (empty, alone), "{end:?}");
            let expected: &[u8] = if end.contains("s1") { b"INFO\tFORMAT\ts1\n" } else { b"FILTER\tINFO\n" };
            assert!(header.to_bytes().ends_with(expected), "{end:?}");
        }
    }
}
