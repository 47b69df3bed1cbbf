//! One run of `shards`: sorted parts of one file back into one.

use std::sync::Arc;

use serde_json::json;
use vdx_cli::format::Allowed;
use vdx_cli::stats::Stats;
use vdx_cli::{Context, Outcome, OutputFormat, Plan, Progress};
use vdx_hts::source::Progress as Counters;
use vdx_hts::{Error, Result};
use vdx_pipeline::Sink;
use vdx_pipeline::input::Options;

use crate::cli::args::ShardsArgs;
use crate::shards::contigs::ContigOrder;
use crate::shards::cursor::{Common, MergeTally};
use crate::shards::layout::LineLayout;
use crate::shards::merge::Merge;
use crate::shards::{list, survey};

/// Handles for the output, its temporary file, standard streams, libraries, and what the shell left open.
const OTHER_HANDLES: u64 = 16;
/// What an open shard holds: a buffer of lines, one of compressed blocks, one of the file.
const PER_SHARD: u64 = 1 << 20;
/// What the program holds besides.
const FIXED: u64 = 16 << 20;

/// Merges as `args` say.
pub(crate) fn run(args: &ShardsArgs, context: &Context) -> Result<Outcome> {
    let asked = args.output.asked(Allowed::Both)?;
    let paths = list::shards(&args.files, args.list.as_deref())?;
    if paths.contains(&None) && context.terminals.stdin_is_terminal {
        let message =
            "no input: expected shards, or one on standard input, found a terminal; name files, or see --help";
        return Err(Error::usage(message));
    }
    let resources = context.plan(&args.run.limits, &asked.map_or(crate::COST, |format| crate::COST.writing(format)))?;
    let options = Options { allow_truncated: args.run.allow_truncated, ..Options::default() };
    let order = args.contigs.as_deref().map(ContigOrder::given).transpose()?;
    let survey = survey::survey(&paths, order, options)?;
    let format = format(asked, survey.layout)?;
    let most_open = most_open(context, &resources, survey.pipes)?;
    let left_out = survey.united.left_out;
    let messages = survey.messages;
    let prologue = match survey.layout {
        LineLayout::Vcf if args.output.no_version => survey.united.into_bytes(&survey.order, &[]),
        LineLayout::Vcf => survey.united.into_bytes(&survey.order, &context.signature()),
        LineLayout::Table(_) => [survey.names.as_slice(), b"\n"].concat(),
    };
    let counters = Arc::new(Counters::default());
    let progress = Progress::begin(context, args.run.progress);
    progress.watch_all("", survey.size, Arc::clone(&counters));
    let with_records = survey.shards.len();
    let options = Options { open_end: matches!(survey.layout, LineLayout::Table(_)), ..options };
    let threads = resources.limits.threads;
    let mut sink = context.indexed_sink(&args.output, &args.index, format)?.compressing_on(threads);
    sink.write_header(&prologue, &survey.form)?;
    let form = sink.form().clone();
    let common = Common { layout: survey.layout, form, order: survey.order, progress: &counters };
    let merge =
        Merge { common: &common, waiting: survey.shards, most_open, keep_duplicates: args.keep_duplicates, options };
    let mut tally = write(merge, sink)?;
    drop(progress);
    messages.into_iter().chain(std::mem::take(&mut tally.messages)).for_each(|message| context.report(message));
    if left_out > 0 {
        context
            .log
            .debug(&format!("{left_out} header lines of later shards about versions, commands and dates left out"));
    }
    let mut stats = Stats {
        inputs: paths
            .iter()
            .map(|path| path.as_ref().map_or("stdin".into(), |path| path.display().to_string()))
            .collect(),
        records_in: tally.records,
        records_out: tally.records - tally.duplicates,
        chunks: tally.blocks,
        workers: if matches!(format, OutputFormat::VcfGz { .. } | OutputFormat::Bcf { .. }) && threads > 1 {
            threads
        } else {
            0
        },
        contigs: tally.contigs,
        ..Stats::default()
    };
    stats.reasons.add("duplicates", tally.duplicates);
    let about = json!({
        "given": paths.len(),
        "with_records": with_records,
        "most_open": most_open,
        "temporary_files": tally.passes,
        "history_lines_left_out": left_out,
    });
    stats.details.insert("shards".to_owned(), about);
    context.finish(&stats, &resources, args.run.stats.as_deref())?;
    Ok(Outcome::Done)
}

/// Writes the merged shards, behind the header.
fn write(merge: Merge<'_>, mut sink: Sink) -> Result<MergeTally> {
    let mut tally = MergeTally::default();
    merge.go(&mut tally, &mut |records| sink.write_records(records))?;
    sink.complete()?;
    Ok(tally)
}

/// What is written: shards stay what they are.
fn format(asked: Option<OutputFormat>, layout: LineLayout) -> Result<OutputFormat> {
    let own = match layout {
        LineLayout::Vcf => OutputFormat::Vcf,
        LineLayout::Table(table) if table.delimiter == b'\t' => OutputFormat::Tsv,
        LineLayout::Table(_) => OutputFormat::Csv,
    };
    match (asked, own) {
        (None, own) => Ok(own),
        (Some(asked @ (OutputFormat::VcfGz { .. } | OutputFormat::Bcf { .. })), OutputFormat::Vcf) => Ok(asked),
        (Some(asked), own) if asked == own => Ok(own),
        _ => Err(Error::usage(format!(
            "the shards are {} each, and shards stay what they are; choose -O {}",
            layout.name(),
            match own {
                OutputFormat::Tsv => "tsv",
                OutputFormat::Csv => "csv",
                _ => "v, z, u or b",
            }
        ))),
    }
}

/// How many shards may be open at once: as handles and memory allow.
fn most_open(context: &Context, resources: &Plan, pipes: usize) -> Result<usize> {
    let handles = context.host.open_files.unwrap_or(1024).saturating_sub(OTHER_HANDLES + pipes as u64);
    if handles < 2 {
        return Err(Error::data(format!(
            "expected to open at least two more shards at once, found a limit of {} open files (ulimit -n), with {pipes} \
             pipes among the shards; raise the limit",
            context.host.open_files.unwrap_or(1024)
        )));
    }
    let memory = resources.budget.saturating_sub(FIXED) / PER_SHARD;
    Ok(handles.min(memory.saturating_sub(pipes as u64)).max(2) as usize)
}
