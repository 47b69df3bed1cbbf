//! `vdx-gnomad info`: what a source holds, without reading its records.

use std::fmt::Write as _;

use serde_json::{Value, json};
use vdx_cli::flags::format_size;
use vdx_cli::{Context, Outcome};
use vdx_hts::{Error, Result, index, stdout};

use crate::cli::args::{InfoArgs, InfoFormat};
use crate::fields;
use crate::source::Db;

/// Runs `info`.
///
/// # Errors
/// A source that cannot be read; a closed standard output.
pub(crate) fn info(args: &InfoArgs, context: &Context) -> Result<Outcome> {
    let options = index::Options { cache: args.cache.clone(), allow_truncated: false };
    let db = Db::open(&args.db.clone().into(), &(&args.choice).into(), options, context.log.clone())?;
    let document = document(&db)?;
    let text = match args.format {
        InfoFormat::Json => format!("{document:#}\n"),
        InfoFormat::Text => text(&document),
    };
    stdout::print(text.as_bytes()).map_err(|error| Error::io("<stdout>", &error))?;
    Ok(Outcome::Done)
}

/// The keys stay.
fn document(db: &Db) -> Result<Value> {
    let headers = db.source.headers();
    let names = headers.first().map(|header| fields::all(header)).unwrap_or_default();
    let names: Vec<String> = names.into_iter().filter(|name| db.source.holds(name)).collect();
    let files = db.source.facts(db.contigs())?;
    let records: Option<u64> = files.iter().map(|file| file.records).sum();
    let size: u64 = files.iter().map(|file| file.size).sum();
    let files: Vec<Value> = files
        .into_iter()
        .map(|file| {
            json!({
                "file": file.name, "contigs": file.contigs, "bytes": file.size, "records": file.records,
                "index": file.index, "source": file.source, "forced": file.forced,
                "rsid": file.beside.as_ref().map(|(names, _)| *names),
                "an_sites": file.beside.as_ref().and_then(|(_, sites)| sites.clone()),
            })
        })
        .collect();
    Ok(json!({
        "title": db.title, "kind": if db.source.origins().is_none() { "store" } else { "files" },
        "build": db.build().map(vdx_vcf::assembly::Assembly::name), "records": records, "bytes": size, "fields": names,
        "files": files,
    }))
}

fn text(document: &Value) -> String {
    let word = |value: &Value| match value {
        Value::Null => "unknown".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    let size = |value: &Value| format_size(value.as_u64().unwrap_or_default());
    let mut text = String::new();
    for key in ["title", "kind", "build", "records"] {
        // Writing to a string cannot fail.
        writeln!(text, "{key}\t{}", word(&document[key])).ok();
    }
    writeln!(text, "size\t{}", size(&document["bytes"])).ok();
    writeln!(text, "fields\t{}", word(&document["fields"])).ok();
    for file in document["files"].as_array().into_iter().flatten() {
        let (records, index) = (word(&file["records"]), word(&file["index"]));
        let name = word(&file["file"]);
        let names = if file["rsid"] == true { "\trsid" } else { "" };
        let forced = if file["forced"] == true { "\tbuilt with --force" } else { "" };
        let sites = file["an_sites"].as_str().map(|table| format!("\tAN of all sites: {table}")).unwrap_or_default();
        writeln!(
            text,
            "file\t{name}\t{}\t{}\t{records} records\tindex: {index}{forced}{names}{sites}",
            word(&file["contigs"]),
            size(&file["bytes"])
        )
        .ok();
    }
    text
}
