//! The output format, from `-O` or the suffix of `-o`.

use std::ffi::OsStr;
use std::path::Path;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use vdx_hts::{Error, Result};

/// What a tool writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// VCF text.
    Vcf,
    /// VCF text in BGZF blocks; `level` is 0 (stored) to 9, as in bcftools, or what `-O z` and `.vcf.gz` mean.
    VcfGz {
        /// Compression level, 0 to 9; `None`: the size of htslib's default within 3 %, in less time.
        level: Option<u8>,
    },
    /// BCF in BGZF blocks; `level` as for VCF, 0 for what pipes between tools.
    Bcf {
        /// Compression level, 0 to 9; `None`: the size of htslib's default within 3 %, in less time.
        level: Option<u8>,
    },
    /// Tab-separated table.
    Tsv,
    /// Comma-separated table (RFC 4180).
    Csv,
    /// JSON Lines: one object per row.
    Json,
    /// Apache Parquet: columns with types, in compressed groups of rows.
    Parquet,
}

impl OutputFormat {
    /// Whether this is a table rather than a variant file.
    #[must_use]
    pub fn is_table(self) -> bool {
        matches!(self, Self::Tsv | Self::Csv | Self::Json | Self::Parquet)
    }
}

/// What a tool can write at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Variant files only; VCF by default.
    Variants,
    /// Tables only; TSV by default.
    Tables,
    /// Both; VCF by default.
    Both,
    /// Tables, and Parquet; TSV by default.
    AnyTable,
    /// Variant files, tables and Parquet; VCF by default.
    Any,
}

impl Allowed {
    fn choices(self) -> &'static str {
        match self {
            Self::Variants => "v (VCF), z[0-9] (BGZF VCF), u or b[0-9] (BCF)",
            Self::Tables => "tsv, csv or json",
            Self::Both => "v (VCF), z[0-9] (BGZF VCF), u or b[0-9] (BCF), tsv, csv or json",
            Self::AnyTable => "tsv, csv, json or parquet",
            Self::Any => "v (VCF), z[0-9] (BGZF VCF), u or b[0-9] (BCF), tsv, csv, json or parquet",
        }
    }

    /// `-O` as a command has it that writes so: its values are what the help shows and shells complete.
    #[must_use]
    pub fn offered_by(self, arg: Arg) -> Arg {
        let otherwise = if default_of(self).is_table() { "tsv" } else { "v" };
        arg.value_parser(Words(self)).help(format!("Output format [default: by the suffix of -o, else {otherwise}]"))
    }

    fn has(self, format: OutputFormat) -> bool {
        match self {
            Self::Variants => !format.is_table(),
            Self::Tables => format.is_table() && format != OutputFormat::Parquet,
            Self::Both => format != OutputFormat::Parquet,
            Self::AnyTable => format.is_table(),
            Self::Any => true,
        }
    }
}

/// The words of `-O`, and what they mean.
const WORDS: [(&str, &str); 8] = [
    ("v", "VCF"),
    ("z", "VCF in BGZF; z0 to z9: at this level"),
    ("u", "BCF in stored blocks, for pipes"),
    ("b", "BCF in BGZF; b0 to b9: at this level"),
    ("tsv", "Tab-separated table"),
    ("csv", "Comma-separated table"),
    ("json", "JSON Lines: an object for each row"),
    ("parquet", "Apache Parquet: columns with types, compressed"),
];

/// Takes the words of what is allowed, z3 and the like among them, and lists them.
#[derive(Clone, Copy, Debug)]
struct Words(Allowed);

impl TypedValueParser for Words {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> std::result::Result<String, clap::Error> {
        let allowed = self.0;
        let known = move |text: String| match parse_type(&text, allowed) {
            Ok(format) if allowed.has(format) => Ok(text),
            _ => Err(format!("expected {}", allowed.choices())),
        };
        StringValueParser::new().try_map(known).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let allowed = |word: &str| parse_type(word, self.0).is_ok_and(|format| self.0.has(format));
        let words = WORDS.iter().filter(move |(word, _)| allowed(word));
        Some(Box::new(words.map(|(word, help)| PossibleValue::new(word).help(help))))
    }
}

/// The format that `-O`, else the suffix of `-o`, else the tool's default asks for.
///
/// `path` is `None` for standard output. A suffix that means nothing here takes the default, as in bcftools.
///
/// # Errors
/// A usage error for a type or a suffix that names something the tool does not write.
pub fn resolve(output_type: Option<&str>, path: Option<&Path>, allowed: Allowed) -> Result<OutputFormat> {
    Ok(asked(output_type, path, allowed)?.unwrap_or_else(|| default_of(allowed)))
}

/// The format that `-O`, else the suffix of `-o` asks for; `None` where neither says anything.
///
/// # Errors
/// As [`resolve`].
pub fn asked(output_type: Option<&str>, path: Option<&Path>, allowed: Allowed) -> Result<Option<OutputFormat>> {
    if let Some(text) = output_type {
        let format = parse_type(text, allowed)?;
        return if allowed.has(format) { Ok(Some(format)) } else { Err(unknown_type(text, allowed)) };
    }
    let Some((path, (suffix, promise))) = path.and_then(|path| Some((path, promise_of(path)?))) else {
        return Ok(None);
    };
    let refused = |why: &str| {
        let choices = allowed.choices();
        Error::usage(format!(
            "-o {}: the suffix {suffix} promises {why}; expected {choices}; choose with -O, or another name",
            path.display()
        ))
    };
    match promise {
        Promise::Format(format) if allowed.has(format) => Ok(Some(format)),
        Promise::Format(_) => Err(refused("what is not written here")),
        Promise::Packed => {
            Err(refused("a compressed table, which is not written: pipe standard output through bgzip or gzip"))
        }
        Promise::Other => Err(refused("what no tool of the suite writes")),
    }
}

fn default_of(allowed: Allowed) -> OutputFormat {
    if matches!(allowed, Allowed::Tables | Allowed::AnyTable) { OutputFormat::Tsv } else { OutputFormat::Vcf }
}

fn parse_type(text: &str, allowed: Allowed) -> Result<OutputFormat> {
    match text {
        "v" => return Ok(OutputFormat::Vcf),
        "z" => return Ok(OutputFormat::VcfGz { level: None }),
        "tsv" => return Ok(OutputFormat::Tsv),
        "csv" => return Ok(OutputFormat::Csv),
        "json" => return Ok(OutputFormat::Json),
        "parquet" => return Ok(OutputFormat::Parquet),
        "u" => return Ok(OutputFormat::Bcf { level: Some(0) }),
        "b" => return Ok(OutputFormat::Bcf { level: None }),
        _ => {}
    }
    match text.as_bytes() {
        [b'z', level @ b'0'..=b'9'] => Ok(OutputFormat::VcfGz { level: Some(level - b'0') }),
        [b'b', level @ b'0'..=b'9'] => Ok(OutputFormat::Bcf { level: Some(level - b'0') }),
        _ => Err(unknown_type(text, allowed)),
    }
}

/// What a suffix lets people expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Promise {
    Format(OutputFormat),
    /// A table in gzip.
    Packed,
    /// What is never written.
    Other,
}

/// The suffixes that promise something, longer ones before those that they end with; any other means nothing, as in
/// bcftools.
const SUFFIXES: &[(&str, Promise)] = {
    use OutputFormat::{Bcf, Csv, Json, Parquet, Tsv, Vcf, VcfGz};
    use Promise::{Format, Other, Packed};
    &[
        (".tsv.gz", Packed),
        (".csv.gz", Packed),
        (".json.gz", Packed),
        (".jsonl.gz", Packed),
        (".ndjson.gz", Packed),
        (".vcf", Format(Vcf)),
        (".gz", Format(VcfGz { level: None })),
        (".bgz", Format(VcfGz { level: None })),
        (".bcf", Format(Bcf { level: None })),
        (".tsv", Format(Tsv)),
        (".csv", Format(Csv)),
        (".json", Format(Json)),
        (".jsonl", Format(Json)),
        (".ndjson", Format(Json)),
        (".parquet", Format(Parquet)),
        (".html", Other),
        (".htm", Other),
        (".xlsx", Other),
        (".xls", Other),
        (".ods", Other),
        (".pdf", Other),
        (".feather", Other),
        (".arrow", Other),
        (".zip", Other),
        (".zst", Other),
        (".xz", Other),
        (".bz2", Other),
    ]
};

fn promise_of(path: &Path) -> Option<(&'static str, Promise)> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    SUFFIXES.iter().find(|(suffix, _)| name.ends_with(suffix)).copied()
}

fn unknown_type(text: &str, allowed: Allowed) -> Error {
    Error::usage(format!("-O {text}: expected {}", allowed.choices()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(output_type: Option<&str>, path: Option<&str>, allowed: Allowed) -> Result<OutputFormat> {
        resolve(output_type, path.map(Path::new), allowed)
    }

    #[test]
    fn the_type_wins_over_the_suffix() {
        use OutputFormat::*;
        assert_eq!(of(Some("v"), Some("a.vcf.gz"), Allowed::Variants).unwrap(), Vcf);
        assert_eq!(of(Some("z"), None, Allowed::Variants).unwrap(), VcfGz { level: None });
        assert_eq!(of(Some("z0"), None, Allowed::Variants).unwrap(), VcfGz { level: Some(0) });
        assert_eq!(of(Some("z9"), None, Allowed::Both).unwrap(), VcfGz { level: Some(9) });
        assert_eq!(of(Some("u"), None, Allowed::Variants).unwrap(), Bcf { level: Some(0) });
        assert_eq!(of(Some("b"), Some("a.vcf"), Allowed::Both).unwrap(), Bcf { level: None });
        assert_eq!(of(Some("b1"), None, Allowed::Variants).unwrap(), Bcf { level: Some(1) });
        assert_eq!(of(Some("json"), Some("a.vcf"), Allowed::Both).unwrap(), Json);
    }

    #[test]
    fn a_command_offers_what_it_writes() {
        let offered = |allowed: Allowed| {
            let arg = allowed.offered_by(Arg::new("type").short('O'));
            let parse = |word: &str| Command::new("x").arg(arg.clone()).try_get_matches_from(["x", "-O", word]);
            assert!(
                parse("tsv").is_ok() != (allowed == Allowed::Variants)
                    && parse("z3").is_ok() == allowed.has(OutputFormat::Vcf)
            );
            assert!(parse("vcf").unwrap_err().to_string().contains("'-O <type>': expected "));
            let words: Vec<String> = arg.get_possible_values().iter().map(|word| word.get_name().to_owned()).collect();
            words.join(" ")
        };
        assert_eq!(offered(Allowed::Variants), "v z u b");
        assert_eq!(offered(Allowed::Tables), "tsv csv json");
        assert_eq!(offered(Allowed::Both), "v z u b tsv csv json");
        assert_eq!(offered(Allowed::AnyTable), "tsv csv json parquet");
        assert_eq!(offered(Allowed::Any), "v z u b tsv csv json parquet");
    }

    #[test]
    fn the_suffix_decides_otherwise() {
        use OutputFormat::*;
        for (name, format) in [
            ("a.vcf", Vcf),
            ("a.VCF", Vcf),
            ("a.vcf.gz", VcfGz { level: None }),
            ("a.vcf.bgz", VcfGz { level: None }),
            ("a.bcf", Bcf { level: None }),
            ("dir.tsv/a", Vcf),
            ("/dev/null", Vcf),
            ("a.tsv", Tsv),
            ("a.csv", Csv),
            ("a.json", Json),
            ("a.jsonl", Json),
            ("a.ndjson", Json),
            ("a.txt", Vcf),
            ("/dev/fd/63", Vcf),
        ] {
            assert_eq!(of(None, Some(name), Allowed::Both).unwrap(), format, "{name}");
        }
        assert_eq!(of(None, Some("a.PARQUET"), Allowed::Any).unwrap(), Parquet);
        assert_eq!(of(Some("parquet"), Some("a.xlsx"), Allowed::AnyTable).unwrap(), Parquet);
        assert_eq!(of(None, None, Allowed::AnyTable).unwrap(), Tsv);
        assert_eq!(asked(None, Some(Path::new("a.txt")), Allowed::Any).unwrap(), None);
        assert_eq!(of(None, None, Allowed::Both).unwrap(), Vcf);
        assert_eq!(of(None, None, Allowed::Tables).unwrap(), Tsv);
        assert_eq!(of(None, Some("a.txt"), Allowed::Tables).unwrap(), Tsv);
    }

    #[test]
    fn what_is_not_written_is_a_usage_error() {
        assert_eq!(of(Some("b"), None, Allowed::Tables).unwrap_err().kind(), vdx_hts::Kind::Usage);
        for text in ["x", "z10", "b10", "u1", "zz", "", "vcf", "tsv"] {
            let error = of(Some(text), None, Allowed::Variants).unwrap_err();
            assert!(error.to_string().contains("expected v (VCF)"), "{error}");
        }
        assert!(of(Some("v"), None, Allowed::Tables).is_err());
        assert!(of(Some("parquet"), None, Allowed::Both).is_err());
        for (name, allowed, expected) in [
            ("a.json", Allowed::Variants, "the suffix .json promises what is not written here; expected v (VCF)"),
            ("a.parquet", Allowed::Both, "the suffix .parquet promises what is not written here"),
            ("a.vcf.gz", Allowed::AnyTable, "expected tsv, csv, json or parquet; choose with -O"),
            ("dir/a.XLSX", Allowed::Any, "the suffix .xlsx promises what no tool of the suite writes"),
            ("a.html", Allowed::Tables, ".html"),
            ("a.vcf.zst", Allowed::Variants, ".zst"),
        ] {
            let error = of(None, Some(name), allowed).unwrap_err();
            assert!(error.kind() == vdx_hts::Kind::Usage && error.to_string().contains(expected), "{error}");
        }
        assert!(of(None, Some("a.tsv"), Allowed::Variants).is_err());
        assert!(of(None, Some("a.tsv.gz"), Allowed::Both).unwrap_err().to_string().contains("compressed"));
    }
}
