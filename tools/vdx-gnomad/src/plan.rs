//! What a run will do, as plain data.

use vdx_stream::Limits;
use vdx_vcf::Header;

use crate::args::AnnotateArgs;
use crate::fields::{self, Field};

/// Which records stay by whether gnomAD has one of their ALTs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All.
    All,
    /// Those with such an ALT.
    Found,
    /// The others.
    Absent,
}

/// What is written and which records stay.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// What is looked up: the fields that are written, and behind them AF where only `--max-af` wants it.
    pub fields: Vec<Field>,
    /// How many of `fields` are written.
    pub written: usize,
    /// Prefix, and the source's name where it has one.
    pub prefix: String,
    /// `--pass-only`
    pub pass_only: bool,
    /// `--max-af`, and which field is AF.
    pub max_af: Option<(f64, usize)>,
    /// `--found`, `--absent`
    pub keep: Keep,
}

impl Settings {
    /// Follows the arguments, given the headers of the source's files, that of a nuclear chromosome first, and which of
    /// the fields they know the source holds (a store: those that it was built with).
    ///
    /// # Errors
    /// A field that the files do not have.
    pub fn new(args: &AnnotateArgs, headers: &[&Header], holds: impl Fn(&str) -> bool) -> Result<Self, String> {
        let first = headers.first().copied();
        let mut names: Vec<String> = Vec::new();
        for name in &args.fields {
            match (name.as_str(), first) {
                ("default", Some(header)) => {
                    names.extend(fields::defaults(header).into_iter().filter(|name| holds(name)));
                }
                ("all", Some(header)) => names.extend(fields::all(header).into_iter().filter(|name| holds(name))),
                _ => names.push(name.clone()),
            }
        }
        if names.is_empty() {
            names = first.map(fields::defaults).unwrap_or_default();
            names.retain(|name| holds(name));
        }
        let mut found = fields::resolve(&names, headers)?;
        let written = found.len();
        let max_af = match args.max_af {
            None => None,
            Some(most) => {
                let at = match found.iter().position(|field| field.name == "AF") {
                    Some(at) => at,
                    None => {
                        let af = fields::resolve(&["AF".to_owned()], headers);
                        found.extend(af.map_err(|message| format!("--max-af needs AF: {message}"))?);
                        written
                    }
                };
                Some((most, at))
            }
        };
        if let Some(missing) = found.iter().find(|field| !holds(&field.name)) {
            let name = &missing.name;
            return Err(format!(
                "the store was built without {name}; build one with --fields {name},..., or name the files"
            ));
        }
        let name = args.db.name.as_ref().map(|name| format!("{name}_")).unwrap_or_default();
        let keep = if args.found {
            Keep::Found
        } else if args.absent {
            Keep::Absent
        } else {
            Keep::All
        };
        let prefix = format!("{}{name}", args.prefix);
        Ok(Self { fields: found, written, prefix, pass_only: args.pass_only, max_af, keep })
    }

    /// The fields that are written.
    pub fn written(&self) -> &[Field] {
        &self.fields[..self.written]
    }

    /// The INFO key of a field.
    pub fn tag(&self, field: &Field) -> String {
        format!("{}{}", self.prefix, field.name)
    }

    /// The column of a field in a table, as VariDex names it: lower case, `filters` for FILTER.
    pub fn column(&self, field: &Field) -> String {
        let name = if field.name == fields::FILTER { "filters" } else { &field.name };
        format!("{}{name}", self.prefix).to_ascii_lowercase()
    }
}

/// What one field adds to a record: a tag and a number, in bytes.
const FIELD_BYTES: usize = 25;

/// The limits with chunks of so few records that what is added to them fits beside them: a chunk of short lines can
/// grow many times over, and the plan counts on output of a chunk's size.
pub fn limits(limits: &Limits, fields: usize) -> Limits {
    let most = (2 * limits.chunk_bytes / (FIELD_BYTES * fields.max(1))).max(100);
    let records = limits.chunk_records.map_or(most, |asked| asked.min(most));
    Limits { chunk_records: Some(records), ..limits.clone() }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Args, Command};

    fn settings(words: &[&str]) -> Result<Settings, String> {
        let header = Header::parse(
            b"##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">\n\
              #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
        )
        .unwrap();
        let Command::Annotate(args) = Args::parse_from(["vdx-gnomad", "annotate"].iter().chain(words)).command else {
            panic!("annotate")
        };
        Settings::new(&args, &[&header], |_| true)
    }

    #[test]
    fn names_of_what_is_written() {
        let named = settings(&["--db", "exomes=d"]).unwrap();
        let tags: Vec<String> = named.written().iter().map(|field| named.tag(field)).collect();
        assert_eq!(tags, ["gnomad_exomes_AF", "gnomad_exomes_AC", "gnomad_exomes_FILTER"]);
        let plain = settings(&["--db", "d"]).unwrap();
        let columns: Vec<String> = plain.written().iter().map(|field| plain.column(field)).collect();
        assert_eq!(columns, ["gnomad_af", "gnomad_ac", "gnomad_filters"]);
    }

    #[test]
    fn many_fields_make_small_chunks() {
        let plan = Limits { chunk_bytes: 1 << 20, ..Limits::default() };
        assert_eq!(limits(&plan, 15).chunk_records, Some(5592));
        assert_eq!(limits(&plan, 800).chunk_records, Some(104));
        let asked = Limits { chunk_records: Some(7), ..plan };
        assert_eq!(limits(&asked, 15).chunk_records, Some(7));
    }

    #[test]
    fn a_frequency_limit_looks_af_up_without_writing_it() {
        let settings = settings(&["--db", "d", "--fields", "AC", "--max-af", "0.01"]).unwrap();
        assert_eq!(settings.written().len(), 1);
        assert_eq!(settings.max_af, Some((0.01, 1)));
    }
}
