//! Who makes raw genotype files, and how each is told from the others: by what is in the file, never by its name.

use vdx_stream::{Error, Result};

use super::columns::{Separator, Ways, word};
use super::reader::is_comment;
use super::{ancestry, circle, decodeme, ftdna, generic, illumina, myheritage, twenty_three_and_me};
use crate::args::SampleFormat;

/// A maker of raw genotype files.
#[derive(Debug)]
pub struct Vendor {
    /// The word of `--sample-format`.
    pub format: SampleFormat,
    /// The name in `##vdx_sample`.
    pub name: &'static str,
    /// Whether a file is one of theirs.
    pub is_it: fn(&Start) -> bool,
    /// What tells.
    pub told_by: ToldBy,
    /// The names of others that their files speak of, too: several say that they are in 23andMe's format.
    pub mentions: &'static [SampleFormat],
    /// Where it is not that of the first row.
    pub separator: Option<Separator>,
    /// What they write in their own way.
    pub ways: Ways,
}

/// What tells a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToldBy {
    /// The file says it.
    Name,
    /// The names of its columns are a vendor's own.
    Columns,
    /// Nothing but that the columns can be read.
    Shape,
}

/// The table of detectors.
pub const VENDORS: [&Vendor; 17] = [
    &twenty_three_and_me::TWENTY_THREE_AND_ME,
    &twenty_three_and_me::LIVING_DNA,
    &twenty_three_and_me::GENES_FOR_GOOD,
    &twenty_three_and_me::DNA_LAND,
    &twenty_three_and_me::SELF_DECODE,
    &twenty_three_and_me::MOFANG,
    &twenty_three_and_me::PLINK,
    &twenty_three_and_me::TELLME_GEN,
    &ancestry::ANCESTRY,
    &ancestry::SANO,
    &myheritage::MY_HERITAGE,
    &ftdna::FTDNA,
    &illumina::MAPMYGENOME,
    &illumina::FINAL_REPORT,
    &circle::CIRCLE,
    &decodeme::DECODEME,
    &generic::GENERIC,
];

/// The vendor of a `--sample-format`; `None` for `auto` and `vcf`.
pub fn of_format(format: SampleFormat) -> Option<&'static Vendor> {
    VENDORS.into_iter().find(|vendor| vendor.format == format)
}

/// The vendor whose file begins with these bytes.
///
/// # Errors
/// A file that says it is from two.
pub fn detect(head: &[u8]) -> Result<Option<&'static Vendor>> {
    let start = Start::of(head);
    let found: Vec<&'static Vendor> = VENDORS.into_iter().filter(|vendor| (vendor.is_it)(&start)).collect();
    let said: Vec<&'static Vendor> = found.iter().copied().filter(|vendor| vendor.told_by == ToldBy::Name).collect();
    let speaks_of =
        |vendor: &Vendor, other: &Vendor| vendor.format == other.format || vendor.mentions.contains(&other.format);
    match said[..] {
        [] => Ok(found.into_iter().min_by_key(|vendor| vendor.told_by)),
        [first, ..] => match said.iter().find(|vendor| said.iter().all(|other| speaks_of(vendor, other))) {
            Some(vendor) => Ok(Some(vendor)),
            None => {
                let other = said.iter().find(|other| !speaks_of(first, other)).map_or("another", |other| other.name);
                Err(Error::data(format!(
                    "the file says that it is from {} and that it is from {other}; say which format it has with \
                     --sample-format",
                    first.name
                )))
            }
        },
    }
}

/// The beginning of a raw genotype file.
#[derive(Debug)]
pub struct Start<'a> {
    comments: Vec<&'a [u8]>,
    /// The first line that is no comment.
    pub first: &'a [u8],
    /// It begins with a `[Header]`.
    pub is_report: bool,
}

impl<'a> Start<'a> {
    /// Takes the first bytes apart; the last line may be cut.
    pub fn of(head: &'a [u8]) -> Self {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let is_report = head.starts_with(b"[Header]");
        let mut in_header = false;
        let mut start = Self { comments: Vec::new(), first: b"", is_report };
        for line in head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
            if line.starts_with(b"[") {
                in_header = !line.starts_with(b"[Data]");
            } else if in_header || is_comment(line) || line.is_empty() {
                start.comments.push(line);
            } else {
                start.first = line;
                break;
            }
        }
        start
    }

    /// Whether the comments hold this text, in any case.
    pub fn says(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.comments.iter().any(|line| memchr::memmem::find(&line.to_ascii_lowercase(), text.as_bytes()).is_some())
    }

    /// Whether there are any comments.
    pub fn has_comments(&self) -> bool {
        self.comments.iter().any(|line| !line.is_empty())
    }

    /// The words of the first line that is no comment, as [`word`] has them.
    pub fn words(&self) -> Vec<String> {
        let separator = Separator::of(self.first);
        let splits = |byte: &u8| match separator {
            Separator::Byte(wanted) => *byte == wanted,
            Separator::Blanks => byte.is_ascii_whitespace(),
        };
        self.first.split(splits).filter(|name| !name.is_empty()).map(word).collect()
    }
}

/// The array that a comment names: AncestryDNA's `array version: V2.0`, MyHeritage's `##chip=GSA`, the `Content` of an
/// Illumina report.
pub fn chip_in(comment: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(comment);
    let named = |key: &str| text.find(key).map(|at| &text[at + key.len()..]);
    let value = named("array version:").or_else(|| named("##chip=")).or_else(|| text.strip_prefix("Content"))?;
    let value = value.trim_start_matches(|c: char| c.is_whitespace() || c == ',').split([',', '\t']).next()?.trim();
    let value = value.trim_end_matches(".bpm").trim_end_matches(".csv");
    let plain: String = value.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).take(40).collect();
    Some(plain).filter(|chip| !chip.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<&'static str> {
        detect(text.as_bytes()).unwrap().map(|vendor| vendor.name)
    }

    #[test]
    fn content_decides() {
        assert_eq!(name("# This data file generated by 23andMe at: x\n"), Some("23andMe"));
        assert_eq!(name("# a\r\n# 23andMe\r\nrs1\t1\t1\tAA"), Some("23andMe"));
        assert_eq!(name("#AncestryDNA raw data download\n#...\nrsid\tchromosome"), Some("AncestryDNA"));
        assert_eq!(name("# Genes for Good, in 23andMe's format\nrs1\t1\t1\tAA"), Some("GenesForGood"));
        assert_eq!(name("\u{feff}rsid,chromosome,position,genotype\n"), Some("generic"));
        assert_eq!(name("rs1\t1\t100\tAA\n# 23andMe\n"), Some("generic"));
        assert_eq!(name("hello\nworld\n"), None);
        assert_eq!(name(""), None);
    }

    #[test]
    fn a_file_from_two_vendors_is_refused_with_both_named() {
        let error = detect(b"# AncestryDNA data, converted\n# 23andMe\nrs1\t1\t1\tAA\n").unwrap_err().to_string();
        assert!(error.contains("AncestryDNA") && error.contains("23andMe") && error.contains("--sample-format"));
    }

    #[test]
    fn every_format_has_one_row() {
        use clap::ValueEnum;
        for format in SampleFormat::value_variants() {
            let rows = VENDORS.iter().filter(|vendor| vendor.format == *format).count();
            assert_eq!(rows, usize::from(!matches!(format, SampleFormat::Auto | SampleFormat::Vcf)), "{format:?}");
        }
    }

    #[test]
    fn arrays_are_named_in_comments() {
        let chip = |text: &str| chip_in(text.as_bytes());
        assert_eq!(chip("#Data was collected using AncestryDNA array version: V2.0").as_deref(), Some("V2.0"));
        assert_eq!(chip("##chip=GSA").as_deref(), Some("GSA"));
        assert_eq!(chip("Content\t\tGSAMD-24v1-0_20011747_A1.bpm").as_deref(), Some("GSAMD-24v1-0_20011747_A1"));
        assert_eq!(chip("Content,,CODIGO46.bpm").as_deref(), Some("CODIGO46"));
        assert_eq!(chip("# 23andMe"), None);
    }
}
