//! One run of `diff`: what changed between two tables of findings.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use vdx_cli::format::Allowed;
use vdx_cli::stats::Stats;
use vdx_cli::{Context, Outcome, OutputFormat};
use vdx_hts::{Error, Result};
use vdx_pipeline::Form;
use vdx_pipeline::input::Options;

use crate::cli::args::DiffArgs;
use crate::cli::plan::layout;
use crate::diff::compare::{Kind, changes, other_columns};
use crate::diff::{page, rows, write};
use crate::report::page::Target;

/// Compares as `args` say.
pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<Outcome> {
    let format = args.output.format(Allowed::Tables)?;
    let suffix = args.output.path().and_then(Path::extension).map(std::ffi::OsStr::to_ascii_lowercase);
    let named = suffix.is_some_and(|suffix| ["tsv", "csv", "jsonl"].iter().any(|known| suffix == *known));
    let is_table = args.output.output_type.is_some() || named;
    let path = |given: &PathBuf| Some(given.clone()).filter(|path| path.as_os_str() != "-");
    let paths = [path(&args.old), path(&args.new)];
    if paths.iter().all(Option::is_none) {
        return Err(Error::usage("OLD and NEW cannot both be standard input; name one of them"));
    }
    if args.html.as_deref().is_some_and(|path| path.as_os_str() == "-") {
        return Err(Error::usage("--html needs a file: standard output has the changes"));
    }
    if args.html.is_some() && args.html.as_deref() == args.output.path() {
        return Err(Error::usage("--html and -o name one file; the changes and the page need one each"));
    }
    let resources = context.plan(&args.run.limits, &crate::COST)?;
    let target = args.html.as_deref().map(Target::new).transpose()?;
    let options = Options { allow_truncated: args.run.allow_truncated, ..Options::default() };
    let [old, new] = [rows::read(paths[0].as_deref(), options)?, rows::read(paths[1].as_deref(), options)?];
    for table in [&old, &new] {
        table.messages.iter().for_each(|message| context.report(message.clone()));
    }
    for (only, table) in other_columns(&old, &new).iter().zip([&old, &new]) {
        if !only.is_empty() && !old.columns.is_empty() && !new.columns.is_empty() {
            context.log.warn(&format!("only {} has the column(s) {}", table.name, only.join(", ")));
        }
    }
    let found = changes(&old, &new);
    let mut out = Vec::new();
    match layout(format) {
        Some(layout) if is_table => write::table(&found, layout, &mut out)?,
        _ => out.extend_from_slice(write::text(&found).as_bytes()),
    }
    let mut sink = context.sink(&args.output, OutputFormat::Tsv)?;
    sink.write_header(&out, &Form::Text)?;
    sink.complete()?;
    if let Some(target) = target {
        let made = (!args.output.no_version).then(|| (context.version.as_str(), super::report::today()));
        let page = page::render(&found, [&old.name, &new.name], made.as_ref())?;
        target.complete_with(|file| file.write_all(page.as_bytes()))?;
    }
    let mut stats = Stats {
        inputs: vec![old.name.clone(), new.name.clone()],
        records_in: (old.rows.len() + new.rows.len()) as u64,
        records_out: found.len() as u64,
        ..Stats::default()
    };
    for kind in Kind::ALL {
        stats.reasons.add(kind.name(), found.iter().filter(|change| change.kind == kind).count() as u64);
    }
    context.finish(&stats, &resources, args.run.stats.as_deref())?;
    Ok(if found.is_empty() { Outcome::Done } else { Outcome::Found })
}
