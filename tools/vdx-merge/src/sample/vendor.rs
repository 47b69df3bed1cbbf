//! Who makes raw genotype files, and how each is told from the others: by what is in the file, never by its name.

use vdx_hts::{Error, Result};

use super::build::Declared;
use super::columns::{Separator, Ways, word};
use super::reader::is_comment;
use super::{ancestry, circle, decodeme, ftdna, generic, illumina, myheritage, twenty_three_and_me};
use crate::cli::args::SampleFormat;

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
    /// The build of all their positions, where their files do not say it.
    pub build: Option<Declared>,
    /// Where it is not that of the first row.
    pub separator: Option<Separator>,
    /// What they write in their own way.
    pub ways: Ways,
}

/// What tells a vendor, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToldBy {
    /// The user says it.
    User,
    /// The file says it.
    Name,
    /// The names of its columns are a vendor's own.
    Columns,
    /// Nothing but that the columns can be read.
    Shape,
}

/// Who made a file, and how sure that is.
#[derive(Clone, Copy, Debug)]
pub struct Maker {
    /// Who.
    pub vendor: &'static Vendor,
    /// What tells.
    pub told_by: ToldBy,
    /// Whom the content names, too: against the user, or in comments behind line 1.
    pub another: Option<&'static Vendor>,
}

impl Maker {
    /// What the user says of a file that begins with these bytes.
    pub fn by_user(vendor: &'static Vendor, head: &[u8]) -> Self {
        let content = detect(head).ok().flatten().filter(|maker| maker.told_by != ToldBy::Shape);
        let another = content.map(|maker| maker.vendor).filter(|other| other.format != vendor.format);
        Self { vendor, told_by: ToldBy::User, another }
    }

    /// The same once all rows are read: PLINK's text has nothing in its comments that is its own, but `numbered`
    /// chromosomes (23 to 26, `XY`) in the columns of 23andMe.
    #[must_use]
    pub fn of_rows(self, numbered: bool) -> Self {
        match self {
            Self { told_by: ToldBy::Shape, .. } if numbered => {
                Self { vendor: &twenty_three_and_me::PLINK, told_by: ToldBy::Columns, ..self }
            }
            _ => self,
        }
    }
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

/// The maker of the file that begins with these bytes.
///
/// Line 1 decides where it names one: files are passed on and converted, and what stands below may be another's words.
///
/// # Errors
/// A file that says it is from two, in line 1 or, where that names nobody, elsewhere.
pub fn detect(head: &[u8]) -> Result<Option<Maker>> {
    let start = Start::of(head);
    let said = named(&start);
    if let Some(vendor) = one_of(&named(&start.line_1()))? {
        let another = said.into_iter().find(|other| !speaks_of(vendor, other) && !speaks_of(other, vendor));
        return Ok(Some(Maker { vendor, told_by: ToldBy::Name, another }));
    }
    if let Some(vendor) = one_of(&said)? {
        return Ok(Some(Maker { vendor, told_by: ToldBy::Name, another: None }));
    }
    let found = VENDORS.into_iter().filter(|vendor| vendor.told_by != ToldBy::Name && (vendor.is_it)(&start));
    let likeliest = found.min_by_key(|vendor| vendor.told_by);
    Ok(likeliest.map(|vendor| Maker { vendor, told_by: vendor.told_by, another: None }))
}

/// The vendors that the start of a file names.
fn named(start: &Start) -> Vec<&'static Vendor> {
    VENDORS.into_iter().filter(|vendor| vendor.told_by == ToldBy::Name && (vendor.is_it)(start)).collect()
}

/// Whether files of `vendor` say `other`, too.
fn speaks_of(vendor: &Vendor, other: &Vendor) -> bool {
    vendor.format == other.format || vendor.mentions.contains(&other.format)
}

/// The one of these that speaks of all the others.
fn one_of(said: &[&'static Vendor]) -> Result<Option<&'static Vendor>> {
    let [first, ..] = said else { return Ok(None) };
    let one = said.iter().find(|vendor| said.iter().all(|other| speaks_of(vendor, other)));
    one.copied().map(Some).ok_or_else(|| {
        let other = said.iter().find(|other| !speaks_of(first, other)).map_or("another", |other| other.name);
        Error::data(format!(
            "the file says that it is from {} and that it is from {other}; say which format it has with --sample-format",
            first.name
        ))
    })
}

/// The beginning of a raw genotype file.
#[derive(Debug)]
pub struct Start<'a> {
    comments: Vec<&'a [u8]>,
    /// The first line that is no comment.
    pub first: &'a [u8],
    /// It begins with a `[Header]`.
    pub is_report: bool,
    /// Line 1 is the first of the comments.
    begins_with_comment: bool,
}

impl<'a> Start<'a> {
    /// Takes the first bytes apart; the last line may be cut.
    pub fn of(head: &'a [u8]) -> Self {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let is_report = head.starts_with(b"[Header]");
        let mut in_header = false;
        let begins_with_comment = is_comment(head);
        let mut start = Self { comments: Vec::new(), first: b"", is_report, begins_with_comment };
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

    /// Nothing but what line 1 says.
    fn line_1(&self) -> Self {
        Self { comments: self.comments[..usize::from(self.begins_with_comment)].to_vec(), first: b"", ..*self }
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
        detect(text.as_bytes()).unwrap().map(|maker| maker.vendor.name)
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
    fn a_sentence_that_several_makers_have_decides_nothing() {
        const SENTENCE: &str = "# Below is a text version of your data. Fields are TAB-separated\n";
        for (line_1, maker) in [
            ("# This data file generated by 23andMe at: Tue May  3 12:09:11 2011", "23andMe"),
            ("# This data file generated by AncestryDNA at: Mon Dec  7 10:27:48 2020", "AncestryDNA"),
            ("# This data file generated by PLINK at: Mon Dec  7 10:27:48 2020", "PLINK"),
            ("# SelfDecode", "SelfDecode"),
            ("# This data file generated by dtcdna.com at: Nov 7 08:00:45 2019", "generic"),
            // 23andMe's exports of 2026 name it further down.
            ("# file_id: x\n# timestamp: 2026-04-29\n#\n# This data file is generated by 23andMe.", "23andMe"),
        ] {
            assert_eq!(name(&format!("{line_1}\n#\n{SENTENCE}rs1\t1\t1\tAA\n")), Some(maker), "{line_1}");
        }
        assert_eq!(name(&format!("{SENTENCE}rsid\tchromosome\tposition\tgenotype\n")), Some("generic"));
    }

    #[test]
    fn line_1_decides_and_two_makers_elsewhere_are_refused_with_both_named() {
        let maker = detect(b"# AncestryDNA data\n# in the format of 23andMe\nrs1\t1\t1\tAA\n").unwrap().unwrap();
        assert_eq!((maker.vendor.name, maker.another.unwrap().name), ("AncestryDNA", "23andMe"));
        assert!(detect(b"# 23Mofang\n# as 23andMe has it\nrs1\t1\t1\tAA\n").unwrap().unwrap().another.is_none());
        for text in
            ["# 23andMe, then AncestryDNA\n", "# raw data\n# AncestryDNA\n# 23andMe\n", "\n# AncestryDNA\n# 23andMe\n"]
        {
            let error = detect(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("AncestryDNA") && error.contains("23andMe") && error.contains("--sample-format"));
        }
    }

    #[test]
    fn numbered_chromosomes_tell_plink_where_nothing_else_tells() {
        let of = |text: &str| detect(text.as_bytes()).unwrap().unwrap().of_rows(true);
        let told = of("rsid\tchromosome\tposition\tgenotype\n");
        assert_eq!((told.vendor.name, told.told_by), ("PLINK", ToldBy::Columns));
        assert_eq!(of("# 23andMe\nrsid\tchromosome\tposition\tgenotype\n").vendor.name, "23andMe");
        assert_eq!(of("rsid\tChromosome\tposition\tgenotype\n").vendor.name, "tellmeGen");
        let generic = of_format(SampleFormat::Generic).unwrap();
        assert_eq!(Maker::by_user(generic, b"# 23andMe\n").of_rows(true).vendor.name, "generic");
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
