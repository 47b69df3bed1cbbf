//! What a run will do, as plain data.

use std::collections::HashMap;

use vdx_pipeline::Limits;
use vdx_pipeline::input::Format;
use vdx_vcf::Header;

use crate::cli::args::{AnnotateArgs, FieldArgs};
use crate::fields;
use crate::query::settings::{Keep, Settings, SourceFields};
use crate::source::Location;

/// What a source says of its fields.
pub(crate) struct Holdings<'a> {
    /// The headers of its files, that of a nuclear chromosome first.
    pub(crate) headers: Vec<&'a Header>,
    /// Which of the fields that the headers know it holds (a store: those that it was built with).
    pub(crate) holds: &'a dyn Fn(&str) -> bool,
}

/// Follows the arguments, given what the sources hold, in the order of `--db`.
///
/// # Errors
/// A field that a source does not have, with the source's path; two sources whose tags would be the same.
pub(crate) fn settings(args: &AnnotateArgs, sources: &[Holdings<'_>]) -> Result<Settings, String> {
    let keep = if args.found {
        Keep::Found
    } else if args.absent {
        Keep::Absent
    } else {
        Keep::All
    };
    let mut wanted: Vec<SourceFields> = Vec::with_capacity(sources.len());
    for (db, source) in args.db.iter().zip(sources) {
        let fields = source_fields(args, db, source).map_err(|message| format!("{}: {message}", db.path.display()))?;
        wanted.push(fields);
    }
    clashes(args, &wanted)?;
    let AnnotateArgs { written: FieldArgs { prefix, force, .. }, pass_only, max_af, .. } = args;
    let (prefix, pass_only, max_af, force) = (prefix.clone(), *pass_only, *max_af, *force);
    Ok(Settings { sources: wanted, prefix, pass_only, max_af, keep, force })
}

fn source_fields(args: &AnnotateArgs, db: &Location, source: &Holdings<'_>) -> Result<SourceFields, String> {
    let Holdings { headers, holds } = source;
    let first = headers.first().copied();
    let mut names: Vec<String> = Vec::new();
    for name in args.written.fields.iter().map(|name| fields::spelled(name, &args.written.prefix, headers)) {
        match (name.as_str(), first) {
            ("default", Some(header)) => {
                names.extend(fields::defaults(header).into_iter().filter(|name| holds(name)));
            }
            ("all", Some(header)) => names.extend(fields::all(header).into_iter().filter(|name| holds(name))),
            _ => names.push(name),
        }
    }
    if names.is_empty() {
        names = first.map(fields::defaults).unwrap_or_default();
        names.retain(|name| holds(name));
    }
    let mut found = fields::resolve(&names, headers)?;
    let written = found.len();
    let af = match (args.max_af, found.iter().position(|field| field.name == "AF")) {
        (None, _) => None,
        (Some(_), Some(at)) => Some(at),
        (Some(_), None) => {
            let af = fields::resolve(&["AF".to_owned()], headers);
            found.extend(af.map_err(|message| format!("--max-af needs AF: {message}"))?);
            Some(written)
        }
    };
    if let Some(missing) = found.iter().find(|field| !field.missing && !holds(&field.name)) {
        let name = &missing.name;
        return Err(format!(
            "the store was built without {name}; build one with --fields {name},..., or name the files"
        ));
    }
    let name = db.name.as_ref().map(|name| format!("{name}_")).unwrap_or_default();
    Ok(SourceFields { fields: found, written, prefix: format!("{}{name}", args.written.prefix), af })
}

/// Refuses sources that would write under one name: columns are compared, which differ in more than case.
fn clashes(args: &AnnotateArgs, sources: &[SourceFields]) -> Result<(), String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (at, source) in sources.iter().enumerate() {
        for field in source.written() {
            let column = source.column(field);
            let Some(other) = seen.insert(column.clone(), at).filter(|other| *other != at) else { continue };
            let path = |at: usize| args.db[at].path.display();
            return Err(format!(
                "{} and {} would both write {}; give each --db a name of its own, as in --db exomes={} --db genomes={}",
                path(other),
                path(at),
                source.tag(field),
                path(other),
                path(at)
            ));
        }
    }
    Ok(())
}

/// What one field adds to a record: a tag and a number, in bytes.
const FIELD_BYTES: usize = 25;

/// The limits with chunks of so few records that what is added to them fits beside them: a chunk of short lines can
/// grow many times over, and the plan counts on output of a chunk's size.
pub(crate) fn limits(limits: &Limits, fields: usize) -> Limits {
    let most = (2 * limits.chunk_bytes / (FIELD_BYTES * fields.max(1))).max(100);
    let records = limits.chunk_records.map_or(most, |asked| asked.min(most));
    Limits { chunk_records: Some(records), ..limits.clone() }
}

/// Up to this many records are looked up by one thread: from here on two are faster, in gnomAD's files and in a store
/// (`benches/README.md`).
const FEW: usize = 100;

/// Chunks of a small input for each thread, so that none waits long for the last.
const SHARES: usize = 8;

/// What a BCF record takes at least, in bytes, about.
const BCF_RECORD: usize = 50;

/// About how many records a whole input has.
pub(crate) fn records(input: &[u8], format: Format) -> usize {
    match format {
        Format::Bcf => input.len() / BCF_RECORD,
        Format::Vcf | Format::Other => {
            input.split_inclusive(|&byte| byte == b'\n').filter(|line| !line.starts_with(b"#")).count()
        }
    }
}

/// The limits for an input of so many records, which would be a chunk or two for all threads: one thread where they are
/// few, else shares for each.
pub(crate) fn share(limits: &Limits, records: usize) -> Limits {
    if records <= FEW {
        return Limits { threads: 1, ..limits.clone() };
    }
    let share = records.div_ceil(SHARES * limits.threads);
    let most = limits.chunk_records.unwrap_or(usize::MAX);
    Limits { chunk_records: Some(share.clamp(FEW / SHARES, most.max(FEW / SHARES))), ..limits.clone() }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::{Args, Command};

    fn parsed(words: &[&str]) -> Result<Settings, String> {
        let header = Header::parse(
            b"##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">\n\
              #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
        )
        .unwrap();
        let Command::Annotate(args) = Args::parse_from(["vdx-gnomad", "annotate"].iter().chain(words)).command else {
            panic!("annotate")
        };
        let holdings = args.db.iter().map(|_| Holdings { headers: vec![&header], holds: &|_| true });
        settings(&args, &holdings.collect::<Vec<_>>())
    }

    #[test]
    fn names_of_what_is_written() {
        let tags = |words: &[&str]| -> Vec<String> {
            parsed(words).unwrap().written().map(|(source, field)| source.tag(field)).collect()
        };
        assert_eq!(tags(&["--db", "exomes=d"]), ["gnomad_exomes_AF", "gnomad_exomes_AC", "gnomad_exomes_FILTER"]);
        assert_eq!(
            tags(&["--db", "exomes=d", "--db", "e", "--fields", "AC,status"]),
            ["gnomad_exomes_AC", "gnomad_exomes_status", "gnomad_AC", "gnomad_status"]
        );
        let plain = parsed(&["--db", "d"]).unwrap();
        let columns: Vec<String> = plain.written().map(|(source, field)| source.column(field)).collect();
        assert_eq!(columns, ["gnomad_af", "gnomad_ac", "gnomad_filters"]);
    }

    #[test]
    fn two_sources_never_write_under_one_name() {
        for words in [["d", "e"], ["x=d", "x=e"], ["x=d", "X=e"]] {
            let message = parsed(&["--db", words[0], "--db", words[1]]).unwrap_err();
            assert!(message.contains("would both write"), "{message}");
            assert!(message.contains("--db exomes=d --db genomes=e"), "{message}");
        }
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
    fn small_input_is_shared_out() {
        let plan = Limits { threads: 4, chunk_records: Some(5000), ..Limits::default() };
        let of = |records: usize| (share(&plan, records).threads, share(&plan, records).chunk_records);
        assert_eq!([of(0), of(100)], [(1, Some(5000)); 2]);
        assert_eq!([of(101), of(3200), of(1_000_000)], [(4, Some(12)), (4, Some(100)), (4, Some(5000))]);
        assert_eq!(records(b"#CHROM\n1\n2\n", Format::Vcf), 2);
        assert_eq!(records(&[0; 1000], Format::Bcf), 20);
    }

    #[test]
    fn a_frequency_limit_looks_af_up_without_writing_it() {
        let settings = parsed(&["--db", "d", "--fields", "AC", "--max-af", "0.01"]).unwrap();
        assert_eq!((settings.written().count(), settings.width()), (1, 2));
        assert_eq!((settings.max_af, settings.sources[0].af), (Some(0.01), Some(1)));
    }
}
