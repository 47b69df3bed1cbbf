//! The output format, from `-O` or the suffix of `-o`.

use std::path::Path;

use vdx_hts::{Error, Result};

/// htslib's default, and so bcftools': what `-O z` and `.vcf.gz` mean.
pub(crate) const DEFAULT_LEVEL: u8 = 6;

/// What a tool writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// VCF text.
    Vcf,
    /// VCF text in BGZF blocks; `level` is 0 (stored) to 9, as in bcftools.
    VcfGz {
        /// Compression level, 0 to 9.
        level: u8,
    },
    /// BCF in BGZF blocks; `level` as for VCF, 0 for what pipes between tools.
    Bcf {
        /// Compression level, 0 to 9.
        level: u8,
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
        "z" => return Ok(OutputFormat::VcfGz { level: DEFAULT_LEVEL }),
        "tsv" => return Ok(OutputFormat::Tsv),
        "csv" => return Ok(OutputFormat::Csv),
        "json" => return Ok(OutputFormat::Json),
        "parquet" => return Ok(OutputFormat::Parquet),
        "u" => return Ok(OutputFormat::Bcf { level: 0 }),
        "b" => return Ok(OutputFormat::Bcf { level: DEFAULT_LEVEL }),
        _ => {}
    }
    match text.as_bytes() {
        [b'z', level @ b'0'..=b'9'] => Ok(OutputFormat::VcfGz { level: level - b'0' }),
        [b'b', level @ b'0'..=b'9'] => Ok(OutputFormat::Bcf { level: level - b'0' }),
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
        (".gz", Format(VcfGz { level: DEFAULT_LEVEL })),
        (".bgz", Format(VcfGz { level: DEFAULT_LEVEL })),
        (".bcf", Format(Bcf { level: DEFAULT_LEVEL })),
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
        assert_eq!(of(Some("z"), None, Allowed::Variants).unwrap(), VcfGz { level: 6 });
        assert_eq!(of(Some("z0"), None, Allowed::Variants).unwrap(), VcfGz { level: 0 });
        assert_eq!(of(Some("z9"), None, Allowed::Both).unwrap(), VcfGz { level: 9 });
        assert_eq!(of(Some("u"), None, Allowed::Variants).unwrap(), Bcf { level: 0 });
        assert_eq!(of(Some("b"), Some("a.vcf"), Allowed::Both).unwrap(), Bcf { level: 6 });
        assert_eq!(of(Some("b1"), None, Allowed::Variants).unwrap(), Bcf { level: 1 });
        assert_eq!(of(Some("json"), Some("a.vcf"), Allowed::Both).unwrap(), Json);
    }

    #[test]
    fn the_suffix_decides_otherwise() {
        use OutputFormat::*;
        for (name, format) in [
            ("a.vcf", Vcf),
            ("a.VCF", Vcf),
            ("a.vcf.gz", VcfGz { level: 6 }),
            ("a.vcf.bgz", VcfGz { level: 6 }),
            ("a.bcf", Bcf { level: 6 }),
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
